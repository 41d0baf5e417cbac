/// Two robots prove to each other that what they say is of today. Who hears another for the first time since its own start,
/// or in another epoch, asks with a number never used before; the answer, signed and in the epoch in question, repeats it.
/// So a recording of an earlier day, or of another boot, cannot pass for its robot (the challenge of RFC 8967 §4.3).
///
///     flags u8 (1 asks, 2 answers) | awake u16 (ms since the sender's start) | ask u64 | answer u64 | 5 × counter u32
///
/// The counters, one a class, are those of two seconds ago, or of when the asker started if that is later: what bears a
/// later one is of now, and no earlier boot of the asker can have taken it.
package struct Introduction: Hashable, Sendable {
    /// Of whoever sends this; as much as there is room for.
    package var awakeMilliseconds: UInt16
    package var ask: UInt64?
    package var answer: UInt64?
    /// By class.
    package var floors: [UInt32]

    package init(awakeMilliseconds: UInt16, ask: UInt64?, answer: UInt64?, floors: [UInt32]) {
        precondition(floors.count == TrafficClass.allCases.count, "\(floors.count) counters")
        self.awakeMilliseconds = awakeMilliseconds
        self.ask = ask
        self.answer = answer
        self.floors = floors
    }

    func write(to writer: inout ByteWriter) {
        writer.u8((ask == nil ? 0 : 1) | (answer == nil ? 0 : 2))
        writer.u16(awakeMilliseconds)
        writer.u64(ask ?? 0)
        writer.u64(answer ?? 0)
        for floor in floors { writer.u32(floor) }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let flags = try reader.u8()
        guard (1...3).contains(flags) else { throw .invalid(.role) }
        awakeMilliseconds = try reader.u16()
        let (asked, answered) = (try reader.u64(), try reader.u64())
        guard flags & 1 != 0 || asked == 0, flags & 2 != 0 || answered == 0 else { throw .invalid(.role) }
        ask = flags & 1 != 0 ? asked : nil
        answer = flags & 2 != 0 ? answered : nil
        floors = []
        for _ in TrafficClass.allCases { floors.append(try reader.u32()) }
    }
}
