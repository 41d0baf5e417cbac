import SkeinCodec
import SkeinPeer
import SkeinWire
import Testing

/// Work for registered kernels, in bytes: every kind has its number, and what claims to be large is bounded before anything is
/// made for it. That all of it comes back, `ValueTests` hold.
struct JobValueTests {
    private func kinds<Value: Coded>(_ values: [Value]) -> [UInt8] { Set(values.map { $0.coded[0] }).sorted() }

    @Test func `the samples have every kind of what is said of jobs`() {
        var samples = Samples(seed: 2)
        #expect(kinds(samples.jobCommands()) == Array(1...13))
        #expect(kinds(samples.jobReplies()) == Array(1...13))
        #expect(kinds(samples.jobEvents()) == Array(1...8))
        #expect(kinds(samples.jobRefusals()) == Array(1...15))
        #expect(kinds(samples.troubles()) == Array(1...11))
        #expect(kinds(samples.jobStates()) == Array(0...3))
        #expect(kinds(samples.notes().map(\.what)) == Array(1...15))
    }

    @Test func `a large object comes back in its pieces`() throws {
        var samples = Samples(seed: 3)
        for count in [1, ObjectBytes.pieceBytes - 1, ObjectBytes.pieceBytes, 2 * ObjectBytes.pieceBytes + 1] {
            let object = ObjectBytes(samples.bytes(count))
            let again = try ObjectBytes(coded: object.coded)
            #expect(again == object && again.count == count)
            #expect(throws: WireError.self) { try ObjectBytes(coded: Array(object.coded.dropLast())) }
            #expect(throws: WireError.trailing) { try ObjectBytes(coded: object.coded + [0]) }
        }
    }

    @Test func `an object says how large it is before anything is made for it`() {
        var writer = ByteWriter()
        writer.u32(UInt32(ObjectBytes.countMax) + 1)
        #expect(throws: WireError.tooMany(.payload, count: ObjectBytes.countMax + 1, limit: ObjectBytes.countMax)) {
            try ObjectBytes(coded: writer.bytes)
        }
        // As large as it may be, and not there: refused at the first piece.
        var empty = ByteWriter()
        empty.u32(UInt32(ObjectBytes.countMax))
        #expect(throws: WireError.self) { try ObjectBytes(coded: empty.bytes) }
    }

    @Test func `a piece, a feeding and an answer are no larger than they may be`() {
        var samples = Samples(seed: 4)
        let object = samples.object()
        var piece = ByteWriter()
        piece.u8(1)
        object.write(to: &piece)
        piece.raw(0.coded + 0.coded)
        piece.u16(UInt16(ObjectBytes.pieceBytes) + 1)
        piece.raw(samples.bytes(ObjectBytes.pieceBytes + 1))
        #expect(throws: WireError.self) { try JobCommand(coded: piece.bytes) }
        var feeding = ByteWriter()
        feeding.u8(12)
        samples.key().write(to: &feeding)
        feeding.u32(1)
        feeding.u16(UInt16(ObjectBytes.pieceBytes) + 1)
        feeding.raw(samples.bytes(ObjectBytes.pieceBytes + 1))
        #expect(throws: WireError.self) { try JobCommand(coded: feeding.bytes) }
    }

    @Test func `the largest order and the longest report fit a frame of the local socket`() {
        var samples = Samples(seed: 5)
        let inputs = (0..<JobOrder.inputsMax).map { _ in JobOrder.Input.object(samples.object(), bytes: 1 << 26) }
        let each = JobOrder.inputsMax / JobOrder.unitsMax
        let order = JobOrder(
            key: samples.key(), kernel: samples.kernel(),
            units: (0..<JobOrder.unitsMax).map { unit in
                JobOrder.Unit(inputs: Array(inputs[unit * each..<(unit + 1) * each]))
            }, cost: .seconds(1), span: .seconds(1), isDurable: true, isHedged: false)
        #expect(LocalFrame.request(ticket: 1, .job(.submit(order))).bytes.count <= LocalFrame.bytesMax)
        let words = String(repeating: "w", count: 200)
        let report = JobReport(
            units: (0..<JobOrder.unitsMax).map { _ in
                .missing(.program(.exited, by: NodeID(1), words))
            }, took: .seconds(1))
        #expect(LocalFrame.reply(ticket: 1, .job(.ended(samples.key(), report))).bytes.count <= LocalFrame.bytesMax)
        let answer = StreamAnswer.done(samples.bytes(60_000), by: NodeID(1), took: .seconds(1))
        let frame = LocalFrame.reply(ticket: 1, .job(.streamed(samples.key(), number: 1, answer)))
        #expect(frame.bytes.count <= LocalFrame.bytesMax)
    }

    @Test func `a kernel's name is one`() {
        for name in ["", "A", "-a", "a b", "ä", String(repeating: "x", count: 33)] {
            var writer = ByteWriter()
            writer.u8(UInt8(name.utf8.count))
            writer.raw(Array(name.utf8))
            writer.u16(1)
            #expect(throws: WireError.self, "\(name)") { try KernelName(coded: writer.bytes) }
        }
    }
}
