import SkeinPeer
import SkeinSeal
import SkeinWire

/// What happens to a peer that computes and has computed: its operator's jobs, its body's programs and disk, and the words
/// of others about units, objects and time.
extension PeerBench {
    // MARK: The operator

    /// Small numbers, so that commands concern each other: which u8, number u8.
    mutating func job(_ input: inout FuzzInput) {
        let which = input.u8()
        let number = input.u8()
        let key = TaskKey(UInt64(number & 3))
        let object = Self.objects[Int(number >> 2) % Self.objects.count]
        let command: JobCommand =
            switch which % 13 {
            case 0: .give(piece(object, Int(number & 1)))
            case 1: .submit(order(key, &input))
            case 2: .state(key)
            case 3: .list
            case 4: .cancel(key)
            case 5: .forget(key)
            case 6:
                .plan(
                    Self.kernels[Int(number) % 3], inputBytes: Int(number) << 12, cost: .milliseconds(9),
                    span: Self.span)
            case 7: .explain(key, from: Int(number >> 2))
            case 8: .kernels
            case 9: .open(stream(key, &input))
            case 10: .feed(key, number: UInt32(input.u8()), input.chunk())
            case 11: .close(key)
            default: .fetch(object.id, piece: Int(number & 3))
            }
        handle(.command(.job(command), ticket: UInt32(number)))
    }

    private static let span = Duration.seconds(2)

    private func piece(_ object: Object, _ index: Int) -> ObjectPiece {
        let bytes = index < object.bytes.pieces.count ? object.bytes.pieces[index] : [1]
        return ObjectPiece(object: object.id, objectBytes: object.bytes.count, index: index, bytes: bytes)
    }

    /// Bits u8, units u8, inputs of each u8.
    private func order(_ key: TaskKey, _ input: inout FuzzInput) -> JobOrder {
        let bits = input.u8()
        let units = (0..<input.below(9)).map { unit in
            let what = input.u8()
            var inputs = (0..<Int(what & 3)).map { place -> JobOrder.Input in
                let object = Self.objects[(Int(what >> 2) + place) % Self.objects.count]
                return .object(object.id, bytes: object.bytes.count)
            }
            if what & 64 != 0 { inputs.append(.output(of: max(0, unit - 1 - Int(what >> 7)))) }
            return JobOrder.Unit(inputs: inputs)
        }
        return JobOrder(
            key: key, kernel: Self.kernels[Int(bits & 3) % 3], units: units, cost: .milliseconds(Int(bits >> 2) + 1),
            span: .milliseconds(200 * (1 + Int(bits >> 4))), isDurable: bits & 1 == 0, isHedged: bits & 2 == 0)
    }

    private func stream(_ key: TaskKey, _ input: inout FuzzInput) -> StreamOrder {
        let bits = input.u8()
        return StreamOrder(
            key: key, kernel: Self.kernels[Int(bits & 3) % 3], cost: .milliseconds(5),
            period: .milliseconds(10 + Int(bits >> 2)), unitSpan: .milliseconds(100 + Int(bits)),
            isHedged: bits & 4 == 0)
    }

    /// Empty, in the message, of two chunks, of two pieces.
    struct Object: Sendable {
        var id: ObjectID
        var bytes: ObjectBytes

        init(_ bytes: [UInt8]) {
            guard let id = ObjectID(hash: ObjectHash.of(bytes)) else { broken("no hash") }
            self.id = id
            self.bytes = ObjectBytes(bytes)
        }
    }

    static let objects = [[], [1, 2, 3], many(2_000), many(ObjectBytes.pieceBytes + 7)].map { Object($0) }

    private static func many(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) } }

    static let kernels = [("blur", 1), ("sum", 2), ("track", 3)].map { name, version in
        guard let kernel = KernelName(name: name, version: UInt16(version)) else { broken("no name: \(name)") }
        return kernel
    }

    // MARK: The body

    /// Which of three u8, which of them are deterministic u8.
    mutating func register(_ input: inout FuzzInput) {
        let (which, deterministic) = (input.u8(), input.u8())
        handle(
            .kernels(
                Self.kernels.enumerated().filter { which >> UInt8($0.offset) & 1 == 1 }.map {
                    KernelOffer(
                        name: $0.element, isDeterministic: deterministic >> UInt8($0.offset) & 1 == 1,
                        cost: .milliseconds(Int(which >> 3)))
                }))
    }

    /// A program's end: failed, or with so many bytes.
    func program(_ input: inout FuzzInput) -> ProgramOutcome {
        let bits = input.u8()
        let result: ProgramOutcome.Result
        if bits & 3 == 0 {
            result = .failed(JobFailure.allCases[Int(bits >> 2) % JobFailure.allCases.count], "no \(bits)")
        } else {
            let object = bits & 3 == 1 ? Self.objects[Int(bits >> 2) % Self.objects.count] : Object(input.chunk())
            result = .done(object.id, object.bytes)
        }
        return ProgramOutcome(
            result: result, queued: .milliseconds(Int(input.u8())), computed: .milliseconds(Int(bits)))
    }

    /// The oldest object asked to be kept is, or is not; or one is said to be that nobody asked for.
    mutating func kept(_ input: inout FuzzInput) {
        let bits = input.u8()
        if bits & 4 != 0 {
            handle(.kept(Self.objects[Int(bits >> 3) % Self.objects.count].id, isKept: bits & 1 == 0))
        } else if !keeps.isEmpty {
            let object = keeps.removeFirst()
            if bits & 1 != 0 { store.removeAll { $0.id == object } }
            handle(.kept(object, isKept: bits & 1 == 0))
        }
    }

    /// The oldest object asked for comes, or is lost; or one that nobody asked for.
    mutating func load(_ input: inout FuzzInput) {
        let bits = input.u8()
        if bits & 4 != 0 {
            let object = Self.objects[Int(bits >> 3) % Self.objects.count]
            handle(.loaded(object.id, bits & 1 == 0 ? object.bytes : nil))
        } else if !wanted.isEmpty {
            let object = wanted.removeFirst()
            handle(.loaded(object, bits & 1 == 0 ? store.first { $0.id == object }?.bytes : nil))
        }
    }

    // MARK: The air

    /// A helper's word on the latest that the peer has asked of one: which bits u8, then as the word wants.
    mutating func answerJob(_ input: inout FuzzInput) {
        guard let (helper, id) = offered.last, (1..<ToyFleet.robots).contains(helper.number) else { return }
        let bits = input.u8()
        let message: Message
        if bits & 1 == 0 {
            let verdicts = JobReceipt.Verdict.allCases
            message = .jobReceipt(
                JobReceipt(
                    id: id, verdict: bits & 2 == 0 ? .accepted : verdicts[Int(bits >> 2) % verdicts.count],
                    expectedMilliseconds: UInt32(input.u8())))
        } else {
            let object = Self.objects[Int(bits >> 4) % Self.objects.count]
            let outcome: JobResult.Outcome =
                switch bits >> 1 & 3 {
                case 0: .failed(.exited, "no")
                case 1: .object(object.id, bytes: UInt32(object.bytes.count))
                default: .inline(Array(input.chunk().prefix(JobResult.inlineBytesMax)))
                }
            message = .jobResult(
                JobResult(
                    id: id, outcome: outcome, isDeterministic: bits & 8 == 0, wasKnown: bits & 128 == 0,
                    queueMilliseconds: 1, computeMilliseconds: UInt32(input.u8())))
            offered.removeLast()
        }
        send(message.kind, message.bytes, by: helper.number, to: 0, 0x81)
    }

    /// A neighbour's answer to the latest question about the time.
    mutating func answerClock(_ input: inout FuzzInput) {
        guard let (robot, number) = timed.popLast(), (1..<ToyFleet.robots).contains(robot.number) else { return }
        let bits = input.u8()
        let received = Int64(Int32(bitPattern: input.u32())) << Int64(bits & 15)
        let answer = ClockAnswer(
            number: number, root: NodeID(UInt16(bits >> 4) % ToyFleet.robots), term: UInt32(input.u8()),
            hops: bits & 7, receivedNanoseconds: received, sentNanoseconds: received + Int64(input.u16()),
            boundNanoseconds: UInt64(input.u32()))
        send(.clockAnswer, Message.clockAnswer(answer).bytes, by: robot.number, to: 0, 0x80)
    }
}
