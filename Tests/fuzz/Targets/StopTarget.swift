import SkeinWire
import WireSamples

@testable import SkeinPeer

/// Stops and releases: as bytes, as a robot takes them, and as it finds them on its disk. Two robots that are told the same
/// in another order agree, and so does one that was switched off.
///
///     steps, each: what u8 | a chunk, or numbers
enum StopTarget: FuzzTarget {
    static let name = "stops"
    private static let fleet = FleetID(3)
    private static let stepsMax = 200
    private static let issuersMax: UInt16 = 6

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var book = StopBook(us: NodeID(0), fleet: fleet, restored: [])
        var disk: [StateRecord] = []
        var told: [StopStatement] = []
        var now = Instant.zero
        var random = PeerRandom(seed: 4)
        var steps = 0
        while !input.isEmpty, steps < stepsMax {
            steps += 1
            let what = input.u8()
            switch what % 8 {
            case 0: take(read(input.chunk()), &book, &disk, &told)
            case 1, 2: take(made(&input, book), &book, &disk, &told)
            case 3:
                now += .milliseconds(Int(input.u16()))
                if book.isRestart { book.restart(members: members, now: now, random: &random) }
                _ = book.questions(members: members, reached: [NodeID(1)], now: now)
            case 4:
                let number = UInt64(input.u8())
                let id = PersistID(StateKey.key(.stops, slot: 0) | number)
                book.persisted(id, members: members.count, now: now, random: &random)
            case 5:
                let notice = book.notice()
                let message = Message.stopNotice(notice)
                must(message.bytes.count <= Envelope.bodyBytesMax, "a notice that does not fit")
                must((try? Message(.stopNotice, body: message.bytes[...])) == message, "a notice nobody reads")
            case 6: issue(what, &book, &disk, &told, now)
            default: answer(&input, &book, now)
            }
            _ = book.report(members: members) { "\($0)" }
        }
        agree(book, disk, told)
    }

    private static let members = (0..<issuersMax).map { NodeID($0) }

    private static func read(_ bytes: [UInt8]) -> StopStatement? {
        var reader = ByteReader(bytes)
        guard let statement = try? StopStatement(reading: &reader), reader.remaining == 0 else { return nil }
        var writer = ByteWriter()
        statement.write(to: &writer)
        must(writer.bytes == bytes, "a statement is not written as it was read")
        return statement
    }

    /// Small numbers, so that statements concern each other.
    private static func made(_ input: inout FuzzInput, _ book: StopBook) -> StopStatement {
        let isStop = input.u8() & 1 == 0
        let issuer = NodeID(UInt16(input.below(Int(issuersMax))))
        guard !isStop else {
            return StopStatement(kind: .stop, issuer: issuer, number: 1 + UInt32(input.below(40)), names: [])
        }
        let names = (0...input.below(3)).map { _ in
            StopStatement.Name(
                issuer: NodeID(UInt16(input.below(Int(issuersMax)))), number: 1 + UInt32(input.below(40)))
        }
        let number = max(names.map(\.number).max() ?? 1, UInt32(input.below(40)))
        return StopStatement(kind: .release, issuer: issuer, number: number, names: names)
    }

    private static func take(
        _ statement: StopStatement?, _ book: inout StopBook, _ disk: inout [StateRecord], _ told: inout [StopStatement]
    ) {
        guard let statement, book.known.isNews(statement) else { return }
        let wasStopped = book.isStopped
        guard let records = book.take(statement, from: NodeID(1)) else {
            return must(wasStopped, "no place for a stop at a robot that goes on")
        }
        told.append(statement)
        keep(records.map(\.record), &disk)
        if statement.kind == .stop { must(book.isStopped, "a stop that is news does not stop") }
    }

    /// As the body's journal does; it holds no more records than it has slots.
    private static func keep(_ records: [StateRecord], _ disk: inout [StateRecord]) {
        for record in records {
            disk.removeAll { $0.key == record.key }
            if record.bytes != nil { disk.append(record) }
        }
        must(disk.count <= StopSet.statementsMax, "\(disk.count) records of stops")
    }

    private static func issue(
        _ what: UInt8, _ book: inout StopBook, _ disk: inout [StateRecord], _ told: inout [StopStatement],
        _ now: Instant
    ) {
        let isStop = what & 0x80 == 0
        if !isStop, book.known.active.isEmpty { return }
        let names = isStop ? [] : Array(book.known.active.suffix(StopStatement.namesMax))
        let statement = book.draft(isStop ? .stop : .release, names: names)
        // Whoever has been named with the last number there is needs a new one in the fleet (docs/stop.md).
        let isSpent = statement.number == ByteReader.serialMax
        must(!isStop || isSpent || book.known.isNews(statement) || book.isStopped, "a stop that says nothing")
        guard book.known.isNews(statement), let records = book.take(statement, from: NodeID(0)) else { return }
        told.append(statement)
        keep(records.map(\.record), &disk)
        book.issued(statement, members: members, now: now)
    }

    private static func answer(_ input: inout FuzzInput, _ book: inout StopBook, _ now: Instant) {
        let name = StopStatement.Name(issuer: NodeID(UInt16(input.below(3))), number: UInt32(input.below(40)))
        let flags = input.u8()
        let receipt = StopReceipt(
            isStopped: flags & 1 == 1, isAnswer: false, name: name, digest: flags & 2 == 2 ? book.digest : input.u32())
        book.answered(receipt, by: NodeID(UInt16(input.below(8))), now: now)
        _ = book.takeDisowned()
    }

    /// In another order, and after a power cut with everything on the disk.
    private static func agree(_ book: StopBook, _ disk: [StateRecord], _ told: [StopStatement]) {
        guard told.count < StopSet.statementsMax / 2 else { return }
        var other = StopSet([])
        for statement in told.reversed() where other.isNews(statement) { _ = other.take(statement) }
        must(other.digest == book.digest, "the digest depends on the order")
        must(other.active == book.known.active, "what is in force depends on the order")
        let woken = StopBook(us: NodeID(0), fleet: fleet, restored: disk)
        must(woken.known.active == book.known.active, "a power cut changes what is in force")
        must(woken.digest == book.digest, "a power cut changes the digest")
    }

    static var seeds: [Seed] {
        var all: [Seed] = []
        for (name, statement) in [("stop", GoldenMessage.stop), ("release", GoldenMessage.release)] {
            var body = ByteWriter()
            statement.write(to: &body)
            var writer = ByteWriter()
            writer.u8(0)
            writer.chunk(body.bytes)
            writer.raw([5, 3, 1, 0, 4, 1])
            all.append(Seed(name: name, bytes: writer.bytes))
        }
        var random = SplitMix(seed: 3)
        for number in 0..<6 {
            let bytes = (0..<40).flatMap { _ in [UInt8(random.next() % 8)] + random.bytes(Int(random.next() % 7)) }
            all.append(Seed(name: "talk-\(number)", bytes: bytes))
        }
        return all
    }
}
