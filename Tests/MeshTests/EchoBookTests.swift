import SkeinWire
import Testing

@testable import SkeinPeer

struct EchoBookTests {
    @Test func `an echo is answered by whom it was sent to, once`() throws {
        var book = EchoBook()
        let (number, lost) = book.open(NodeID(5), .command(ticket: 9), now: .zero)
        #expect(lost == nil)
        #expect(book.answered(number, by: NodeID(6)) == nil)
        #expect(book.answered(number &+ 1, by: NodeID(5)) == nil)
        let answered = book.answered(number, by: NodeID(5))
        let entry = try #require(answered)
        #expect(entry.purpose == .command(ticket: 9) && entry.sentAt == .zero)
        #expect(book.answered(number, by: NodeID(5)) == nil && book.failed(number) == nil)
    }

    @Test func `at the bound the oldest gives way and is named`() {
        var book = EchoBook()
        for count in 0..<UInt32(EchoBook.entriesMax) {
            #expect(book.open(NodeID(1), .command(ticket: count), now: .at(Double(count) * 0.01)).lost == nil)
        }
        for count in 0..<100 as Range<UInt32> {
            let lost = book.open(NodeID(1), .probe, now: .at(1)).lost
            if count < UInt32(EchoBook.entriesMax) { #expect(lost?.purpose == .command(ticket: count)) }
            #expect(book.entries.count == EchoBook.entriesMax)
        }
    }

    @Test func `what is not answered in time is given up, and its answer is nobody's`() {
        var book = EchoBook()
        let first = book.open(NodeID(1), .command(ticket: 1), now: .zero).number
        _ = book.open(NodeID(2), .probe, now: .at(3))
        #expect(book.takeOverdue(now: .at(6)).isEmpty)
        #expect(book.takeOverdue(now: .at(6.001)).map(\.robot) == [NodeID(1)])
        #expect(book.answered(first, by: NodeID(1)) == nil)
        #expect(book.takeOverdue(now: .at(20)).map(\.robot) == [NodeID(2)] && book.entries.isEmpty)
    }

    /// Robots 1 to 4 hear this one; those named tell no signal.
    private static func table(silent: [UInt16]) -> NeighbourTable {
        var table = NeighbourTable(tuning: MeshTuning())
        for robot in 1...4 as ClosedRange<UInt16> {
            let signal: Signal = silent.contains(robot) ? .none : .power(dBm: -60)
            table.observe(
                Reception(band: .control, from: LinkAddress(UInt64(robot)), signal: signal), of: NodeID(robot))
            table.take(.sample(hears: [0]), from: NodeID(robot), us: NodeID(0), now: .zero)
        }
        return table
    }

    @Test func `neighbours whose radio is silent are probed in turn, a spacing apart, and no others`() {
        var book = EchoBook()
        let table = Self.table(silent: [1, 3, 4])
        var turns: [UInt16] = []
        for tick in 0..<50 {
            if let robot = book.probeDue(table, now: .at(Double(tick) * 0.1)) { turns.append(robot.number) }
        }
        #expect(turns == [1, 3, 4, 1, 3, 4, 1, 3, 4, 1])
        var quiet = EchoBook()
        #expect(quiet.probeDue(Self.table(silent: []), now: .zero) == nil)
        #expect(quiet.probeDue(Self.table(silent: [2]), now: .at(0.1)) == NodeID(2), "having none costs no turn")
    }

    @Test func `the turn goes on though the robot probed last is gone`() {
        var book = EchoBook()
        var table = Self.table(silent: [1, 3, 4])
        #expect(book.probeDue(table, now: .zero) == NodeID(1))
        #expect(book.probeDue(table, now: .at(1)) == NodeID(3))
        table.remove(NodeID(3))
        #expect(book.probeDue(table, now: .at(2)) == NodeID(4))
        #expect(book.probeDue(table, now: .at(3)) == NodeID(1))
    }
}
