import SkeinPeer
import SkeinWire
import WireSamples

// Questions about ways: what the operator asks, what the peer asks others for it, and what they answer.
extension PeerBench {
    /// An operator's question: which u8, about whom u8.
    mutating func ask(_ input: inout FuzzInput) {
        let bits = input.u8()
        let (one, other) = (NodeID(UInt16(bits >> 2 & 7)), NodeID(UInt16(bits >> 5)))
        let number = Int(input.u8())
        let question: OperatorQuestion =
            switch bits & 3 {
            case 0: .way(of: one, to: other)
            case 1: .echo(by: one, of: other)
            case 2:
                .measure(SpeedOrder(from: one, to: other, bytes: 10_000 + number * 1_000, seconds: 1 + number % 121))
            default: .giveUp(ticket: UInt32(number))
            }
        handle(.command(.question(question), ticket: UInt32(number)))
    }

    /// The answer to the latest question that the peer has asked, or to it with another number or from another robot: bits u8.
    mutating func answerQuestion(_ input: inout FuzzInput, turn: Int) {
        guard let (robot, question) = questioned.last, (1..<ToyFleet.robots).contains(robot.number) else { return }
        let bits = input.u8()
        var maker = MessageMaker(seed: UInt64(bits) + UInt64(turn) << 8, robots: ToyFleet.robots)
        guard case .answer(var answer) = maker.message(.answer) else { return }
        answer.number = bits & 64 == 0 ? question.number : answer.number
        if bits & 128 == 0 {
            let object = Self.objects[Int(bits) % Self.objects.count].id
            switch question.subject {
            case .way: break
            case .echo: answer.body = .echoed(hops: bits, roundTripMicroseconds: UInt32(bits))
            case .speed, .enough:
                answer.body = .giving(object, sent: UInt32(bits), repeated: 1, allottedKilobits: .max)
            case .take: answer.body = .took(waitedMicroseconds: UInt32(bits), tookMicroseconds: .max)
            }
        }
        let sender = bits & 32 == 0 ? robot.number : 1 + UInt16(bits) % (ToyFleet.robots - 1)
        send(.answer, Message.answer(answer).bytes, by: sender, to: 0, 0x80)
    }

    /// A member's question to the peer, with a small number so that some come again: robot u8, number u8.
    mutating func beAsked(_ input: inout FuzzInput, turn: Int) {
        let (bits, number) = (input.u8(), input.u8())
        let other = NodeID(UInt16(bits >> 3 & 7))
        let object = Self.objects[Int(bits >> 6) % Self.objects.count].id
        let subject: Question.Subject =
            switch number % 5 {
            case 0: .way(to: other)
            case 1: .echo(of: other)
            case 2:
                .speed(to: other, bytes: Question.bytesMin + UInt32(bits) * 400, milliseconds: 1 + UInt32(number) * 99)
            case 3: .take(object, bytes: Question.bytesMin, from: other, milliseconds: 1 + UInt32(number) * 99)
            default: .enough(UInt64(bits >> 3))
            }
        let question = Question(number: UInt64(number >> 3) + UInt64(turn), subject: subject)
        send(.question, Message.question(question).bytes, by: 1 + UInt16(bits) % (ToyFleet.robots - 1), to: 0, 0x80)
    }
}
