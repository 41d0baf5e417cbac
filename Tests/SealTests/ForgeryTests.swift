import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Bytes that no member of the fleet said: none pass, each costs one counter.
struct ForgeryTests {
    @Test(arguments: goldenMessages)
    func `no single flipped bit passes`(_ golden: GoldenMessage) {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(golden.message)
        for bit in 0..<datagram.count * 8 {
            var forged = datagram
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            let refusal = receiver.refusal(of: forged)
            switch bit / 8 {
            case 0...5, 32: #expect(refusal == .malformed || refusal == .wrongTag, "bit \(bit)")
            case 8...15: #expect(refusal == .otherFleet, "bit \(bit)")
            default: #expect(refusal == .wrongTag, "bit \(bit)")
            }
        }
        #expect(receiver.drops.total == datagram.count * 8)
        #expect(receiver.drops[.otherFleet] == 64)
        #expect(receiver.open(datagram)?.message == golden.message, "the forgeries left a trace")
    }

    @Test(arguments: goldenMessages)
    func `an insider who fits a tag to a flipped bit is caught by the signature`(_ golden: GoldenMessage) {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let insider = fleet.station(3)
        let receiver = fleet.station(2)
        let datagram = sender.say(golden.message)
        let signed = datagram.count - Envelope.tagBytes
        for byte in 0..<signed where !(Envelope.Offset.relay..<Envelope.headerBytes).contains(byte) {
            for bit in 0..<8 {
                var forged = datagram
                forged[byte] ^= 1 << UInt8(bit)
                receiver.wait(.seconds(1))
                let refusal = receiver.refusal(of: insider.retagged(forged))
                switch byte {
                case 0...5: #expect(refusal == .malformed || refusal == .wrongSignature, "byte \(byte)")
                // Another number is another robot's, a stranger's, or the receiver's own.
                case 6, 7: #expect([.unknownSender, .wrongSignature, .own].contains(refusal), "byte \(byte)")
                case 8...15: #expect(refusal == .otherFleet, "byte \(byte)")
                // The counter 1 without its bit is one that was over before anything was said: only of a bulletin is the
                // signature looked at.
                case 23:
                    let isOver = bit == 0 && !golden.kind.isBulletin
                    #expect(refusal == (isOver ? .replayed : .wrongSignature))
                default: #expect(refusal == .wrongSignature, "byte \(byte)")
                }
            }
        }
        #expect(receiver.open(datagram)?.message == golden.message, "the forgeries left a trace")
    }

    @Test(arguments: goldenMessages)
    func `a datagram cut at any length is refused`(_ golden: GoldenMessage) {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let insider = fleet.station(3)
        let receiver = fleet.station(2)
        let datagram = sender.say(golden.message)
        for length in 0..<datagram.count {
            let cut = Array(datagram[..<length])
            let expected: DropReason = length < Envelope.overheadBytes ? .tooShort : .malformed
            #expect(receiver.refusal(of: cut) == expected)
            if length >= Envelope.overheadBytes { #expect(receiver.refusal(of: insider.retagged(cut)) == .malformed) }
        }
    }

    @Test func `more than a frame holds is refused before it is read`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        let sender = fleet.station(1)
        for extra in [0, 1, 599, 64_000] {
            let long =
                sender.say(SealFleet.echo)
                + [UInt8](repeating: 0, count: Envelope.datagramBytesMax + 1 - 6 - Envelope.overheadBytes + extra)
            #expect(receiver.refusal(of: long) == .tooLong)
        }
    }

    @Test func `a datagram as long as a frame holds is let in`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        var maker = MessageMaker(seed: 8)
        for kind in MessageKind.allCases {
            let message = maker.largest(kind)
            let datagram = sender.say(message)
            #expect(datagram.count <= Envelope.datagramBytesMax)
            #expect(receiver.open(datagram)?.message == message)
        }
    }

    @Test func `another fleet's messages are dropped unread`() {
        let stranger = SealFleet(keyFill: 0x41).station(1)
        let receiver = SealFleet().station(2)
        #expect(receiver.refusal(of: stranger.say(SealFleet.echo)) == .otherFleet)
    }

    @Test func `a stranger who knows only the fleet's name cannot fit a tag`() {
        let fleet = SealFleet()
        let sender = SealFleet(keyFill: 0x41).station(1)
        let receiver = fleet.station(2)
        var datagram = sender.say(SealFleet.echo)
        for index in 0..<8 {
            datagram[8 + index] = UInt8(truncatingIfNeeded: fleet.key.fleet.number >> (56 - 8 * UInt64(index)))
        }
        #expect(receiver.refusal(of: datagram) == .wrongTag)
    }

    @Test func `a robot that is not enrolled is unknown though it holds the fleet's key`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        for number: UInt16 in [0, 10, 500, 0xFFFE, 0xFFFF] {
            let stranger = fleet.station(number)
            #expect(receiver.refusal(of: stranger.say(SealFleet.echo)) == .unknownSender)
        }
    }

    @Test func `a relay that is not enrolled is unknown though it holds the fleet's key`() {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        let datagram = sender.say(SealFleet.echo)
        #expect(receiver.refusal(of: fleet.station(77).relayed(datagram, next: .none, hop: 2)) == .unknownSender)
        #expect(receiver.refusal(of: fleet.station(4).relayed(datagram, next: .none, hop: 2)) == nil)
    }

    @Test func `an insider cannot speak for another robot`() {
        let fleet = SealFleet()
        let insider = fleet.station(1, signedBy: 3)
        let receiver = fleet.station(2)
        for golden in goldenMessages {
            receiver.wait(.seconds(1))
            #expect(receiver.refusal(of: insider.say(golden.message)) == .wrongSignature)
        }
        let sender = fleet.station(1)
        #expect(receiver.refusal(of: sender.say(SealFleet.echo)) == nil, "the forgeries moved the window")
    }

    @Test func `a kind in another class than its own is refused`() throws {
        // A faulty robot signs it: no other can.
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        for trafficClass in TrafficClass.allCases where trafficClass != .control {
            let envelope = Envelope(
                kind: .echo, trafficClass: trafficClass, timeToLive: 4, sender: NodeID(1), fleet: fleet.key.fleet,
                epoch: Epoch(5), counter: 1, destination: .none, via: .none, relay: NodeID(0), next: NodeID(0), hop: 0)
            var writer = ByteWriter()
            envelope.write(bodyBytes: 6, to: &writer)
            writer.raw(SealFleet.echo.bytes)
            let datagram = fleet.station(1).relayed(SealFleet.signed(writer.bytes, by: 1), next: .none, hop: 1)
            #expect(receiver.refusal(of: datagram) == .wrongClass, "\(trafficClass)")
        }
    }

    @Test func `a signed body of no known layout is malformed`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        var random = SplitMix(seed: 5)
        for counter in 1...200 {
            let kind = MessageKind.allCases[counter % MessageKind.allCases.count]
            let envelope = Envelope(
                kind: kind, trafficClass: kind.trafficClass, timeToLive: 4, sender: NodeID(1),
                fleet: fleet.key.fleet, epoch: Epoch(5), counter: UInt32(counter), destination: .none, via: .none,
                relay: NodeID(0), next: NodeID(0), hop: 0)
            let body = random.bytes(1)
            var writer = ByteWriter()
            envelope.write(bodyBytes: body.count, to: &writer)
            writer.raw(body)
            // One byte is a body only if it is an empty list.
            guard ![.fixes, .trustGossip].contains(kind) || body != [0] else { continue }
            let signed = SealFleet.signed(writer.bytes, by: 1)
            #expect(receiver.refusal(of: fleet.station(1).relayed(signed, next: .none, hop: 1)) == .malformed)
        }
    }

    @Test func `this robot's own voice is not news`() {
        let fleet = SealFleet()
        let own = fleet.station(1)
        let relay = fleet.station(2)
        let datagram = own.say(SealFleet.flood)
        #expect(own.refusal(of: datagram) == .own)
        #expect(own.refusal(of: relay.relayed(datagram, next: .none, hop: 2)) == .own)
        let other = fleet.station(3)
        let relayedByUs = own.relayed(other.say(SealFleet.flood), next: .none, hop: 2)
        #expect(own.refusal(of: relayedByUs) == .own)
    }

    @Test func `random bytes never trap and never pass`() {
        let fleet = SealFleet()
        let receiver = fleet.station(2)
        var random = SplitMix(seed: 0xBAD)
        let sender = fleet.station(1)
        let insider = fleet.station(3)
        let valid = sender.say(SealFleet.echo)
        let count = 100_000
        for round in 0..<count {
            var bytes = random.bytes(Int.random(in: 0...1_500, using: &random))
            // A third begins as a valid datagram does, a third of those with a tag that fits, to get further in.
            if round % 3 == 0 {
                let head = Int.random(in: 0...Envelope.headerBytes, using: &random)
                bytes = Array(valid[..<head]) + bytes.prefix(valid.count - head)
                if round % 9 == 0, bytes.count >= Envelope.overheadBytes { bytes = insider.retagged(bytes) }
            }
            #expect(receiver.open(bytes) == nil)
        }
        #expect(receiver.drops.total == count)
        for reason in [DropReason.tooShort, .tooLong, .malformed, .otherFleet, .wrongTag, .wrongSignature] {
            #expect(receiver.drops[reason] > 0, "\(reason) was never reached")
        }
        receiver.wait(.seconds(60))
        #expect(receiver.open(valid) != nil)
    }
}
