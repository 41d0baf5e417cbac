import SkeinWire
import Testing

@testable import SkeinPeer

/// What a book of stops tells, and how long it may be.
struct StopNoticeTests {
    @Test func `every notice of a full book fits a datagram, and in time everything is told`() {
        var book = StopBook(us: NodeID(9_999), fleet: FleetID(1), restored: [])
        for issuer in 0..<UInt16(60) {
            _ = book.take(
                StopStatement(kind: .stop, issuer: NodeID(issuer), number: 7, names: []), from: NodeID(issuer))
        }
        for issuer in 100..<UInt16(160) {
            let names = (0..<UInt16(StopStatement.namesMax)).map {
                StopStatement.Name(issuer: NodeID(issuer * 100 + $0), number: 3)
            }
            _ = book.take(
                StopStatement(kind: .release, issuer: NodeID(issuer), number: 3, names: names), from: NodeID(issuer))
        }
        #expect(book.known.kept.count == 120)
        var told: Set<StopStatement> = []
        var random = PeerRandom(seed: 1)
        for _ in 0..<80 {
            let notice = book.notice()
            #expect(Message.stopNotice(notice).bytes.count <= Envelope.bodyBytesMax)
            #expect(notice.isStopped && notice.digest == book.digest && !notice.statements.isEmpty)
            told.formUnion(notice.statements)
            book.spread.sent(neighbours: 3, now: .zero, random: &random)
        }
        #expect(told.map(\.name).sorted() == book.known.kept.map(\.statement.name).sorted())
    }

    @Test func `the first notices bear what is new, and are short`() {
        var book = StopBook(us: NodeID(1), fleet: FleetID(1), restored: [])
        for issuer in 10..<UInt16(40) {
            let name = StopStatement.Name(issuer: NodeID(issuer), number: 1)
            _ = book.take(
                StopStatement(kind: .release, issuer: NodeID(2), number: 2, names: [name]), from: NodeID(2))
        }
        book.settled()
        let stop = StopStatement(kind: .stop, issuer: NodeID(3), number: 3, names: [])
        _ = book.take(stop, from: NodeID(3))
        #expect(book.notice().statements == [stop])
    }

    @Test func `a book comes back from the disk as it was`() {
        var book = StopBook(us: NodeID(1), fleet: FleetID(1), restored: [])
        var disk: [StateRecord] = []
        for number in 1...5 as ClosedRange<UInt32> {
            let stop = StopStatement(kind: .stop, issuer: NodeID(UInt16(number)), number: number, names: [])
            for write in book.take(stop, from: NodeID(2)) ?? [] { disk.append(write.record) }
        }
        let broken = StateRecord(key: StateKey.key(.stops, slot: 200), bytes: [1, 2, 3])
        let back = StopBook(us: NodeID(1), fleet: FleetID(1), restored: disk + [broken])
        #expect(back.isStopped && back.digest == book.digest && back.known.active == book.known.active)
        #expect(back.nextDeadline == .zero, "it has work at once")
    }
}
