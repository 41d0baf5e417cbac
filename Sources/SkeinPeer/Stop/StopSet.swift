import SkeinWire

/// The stops and releases that a robot knows: a set that only grows in what it says, and unites in any order.
///
/// What it says is, by issuer, two numbers: the highest stop, and the highest that a release has named. A stop above what
/// is released is in force. Uniting takes the higher of each, so that whoever meets whom first makes no difference; the
/// digest is over these numbers, and two robots that were told the same by different statements agree.
///
/// Kept are the statements that prove it: a stop while it is in force, a release while no later one has named all that it
/// names. Bounded: a full set gives up its oldest release, which at worst lets an old stop hold again; a stop in force is
/// never given up, and a robot that has no place for one more stands already.
struct StopSet {
    static let statementsMax = 256

    /// A statement, and the slot of the state folder that it is kept in.
    struct Kept: Hashable {
        var statement: StopStatement
        var slot: Int
    }

    /// What is to be done on the disk, in order.
    enum Change: Hashable {
        case write(slot: Int, StopStatement)
        case erase(slot: Int)
    }

    private struct Mark: Hashable {
        var issuer: NodeID
        var stop: UInt32 = 0
        var released: UInt32 = 0
    }

    /// In the order taken.
    private(set) var kept: [Kept] = []
    /// The stops in force, ascending.
    private(set) var active: [StopStatement.Name] = []
    /// Of all that was ever taken here; 0: nothing was.
    private(set) var numberMax: UInt32 = 0
    /// 0: of nothing.
    private(set) var digest: UInt32 = 0
    /// Ascending by issuer.
    private var marks: [Mark] = []

    var isStopped: Bool { !active.isEmpty }

    // MARK: What it says

    private func mark(of issuer: NodeID) -> Mark {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = (low + high) / 2
            if marks[middle].issuer < issuer { low = middle + 1 } else { high = middle }
        }
        return low < marks.count && marks[low].issuer == issuer ? marks[low] : Mark(issuer: issuer)
    }

    /// Above every stop and release of this issuer's stops.
    func numberNext(of issuer: NodeID) -> UInt32 {
        let mark = mark(of: issuer)
        return max(mark.stop, mark.released) + 1
    }

    func isReleased(_ name: StopStatement.Name) -> Bool { mark(of: name.issuer).released >= name.number }

    /// Whether a statement says anything that is not known.
    func isNews(_ statement: StopStatement) -> Bool {
        switch statement.kind {
        case .stop:
            let mark = mark(of: statement.issuer)
            return statement.number > max(mark.stop, mark.released)
        case .release: return statement.names.contains { !isReleased($0) }
        }
    }

    /// Whether a release says again what nobody else here says that still may: robots that came later did not take the word of
    /// one that has lost the right to release.
    func renews(_ statement: StopStatement, isLapsed: (NodeID) -> Bool) -> Bool {
        guard statement.kind == .release, !kept.contains(where: { $0.statement == statement }) else { return false }
        return kept.contains { entry in
            entry.statement.kind == .release && isLapsed(entry.statement.issuer)
                && entry.statement.names.allSatisfy { Self.names($0, in: statement) }
        }
    }

    /// Whether a stop or release of this name has been taken here, or what has taken its place.
    func covers(_ name: StopStatement.Name) -> Bool {
        let mark = mark(of: name.issuer)
        return max(mark.stop, mark.released) >= name.number
            || kept.contains { $0.statement.issuer == name.issuer && $0.statement.number >= name.number }
    }

    // MARK: What it takes

    /// Takes a statement that is news or renews, and that its caller has judged. Nil: there is no place.
    mutating func take(_ statement: StopStatement) -> [Change]? {
        precondition(statement.kind == .release || isNews(statement), "\(statement.name) says nothing new")
        var freed: [Int] = []
        switch statement.kind {
        case .stop: remove(&freed) { $0.kind == .stop && $0.issuer == statement.issuer }
        case .release: remove(&freed) { $0.kind == .stop && Self.names($0.name, in: statement) }
        }
        if freed.isEmpty, kept.count == Self.statementsMax {
            guard let oldest = kept.firstIndex(where: { $0.statement.kind == .release }) else { return nil }
            freed.append(kept.remove(at: oldest).slot)
        }
        let slot = freed.isEmpty ? freeSlot() : freed.removeFirst()
        kept.append(Kept(statement: statement, slot: slot))
        if statement.kind == .release { removeOvertaken(by: statement, &freed) }
        recount()
        return [.write(slot: slot, statement)] + freed.map { .erase(slot: $0) }
    }

    private mutating func remove(_ freed: inout [Int], where isOver: (StopStatement) -> Bool) {
        freed += kept.filter { isOver($0.statement) }.map(\.slot)
        kept.removeAll { isOver($0.statement) }
    }

    /// Releases that name nothing which another does not: the oldest are looked at first.
    private mutating func removeOvertaken(by newest: StopStatement, _ freed: inout [Int]) {
        var place = 0
        while place < kept.count {
            let statement = kept[place].statement
            let isOvertaken =
                statement.kind == .release && statement != newest
                && statement.names.allSatisfy { name in
                    kept.indices.contains { $0 != place && Self.names(name, in: kept[$0].statement) }
                }
            if isOvertaken { freed.append(kept.remove(at: place).slot) } else { place += 1 }
        }
    }

    /// Whether a release names this stop or a later one of its issuer's.
    private static func names(_ name: StopStatement.Name, in release: StopStatement) -> Bool {
        release.names.contains { $0.issuer == name.issuer && $0.number >= name.number }
    }

    private func freeSlot() -> Int {
        guard let slot = (0..<Self.statementsMax).first(where: { slot in !kept.contains { $0.slot == slot } }) else {
            preconditionFailure("\(kept.count) statements, and no slot is free")
        }
        return slot
    }

    /// What was on the disk, as taken before, whoever its issuer is today. What a power cut has left beside its successor
    /// is left out.
    init(_ restored: [Kept]) {
        for entry in restored.prefix(Self.statementsMax) where entry.statement.kind == .release { kept.append(entry) }
        recount()
        for entry in restored.prefix(Self.statementsMax) where entry.statement.kind == .stop && isNews(entry.statement)
        {
            kept.removeAll { $0.statement.kind == .stop && $0.statement.issuer == entry.statement.issuer }
            kept.append(entry)
            recount()
        }
    }

    // MARK: Counting

    private mutating func recount() {
        var all: [Mark] = []
        for entry in kept {
            numberMax = max(numberMax, entry.statement.number)
            switch entry.statement.kind {
            case .stop: all.append(Mark(issuer: entry.statement.issuer, stop: entry.statement.number))
            case .release: all += entry.statement.names.map { Mark(issuer: $0.issuer, released: $0.number) }
            }
        }
        all.sort { $0.issuer < $1.issuer }
        marks = []
        for mark in all {
            if let last = marks.last, last.issuer == mark.issuer {
                marks[marks.count - 1].stop = max(last.stop, mark.stop)
                marks[marks.count - 1].released = max(last.released, mark.released)
            } else {
                marks.append(mark)
            }
        }
        active = marks.filter { $0.stop > $0.released }.map { StopStatement.Name(issuer: $0.issuer, number: $0.stop) }
        active.sort()
        digest = Self.digest(of: marks)
    }

    /// FNV-1a (Fowler, Noll, Vo), 64 bits, folded. A stop that is released counts for nothing: who came later never heard it.
    private static func digest(of marks: [Mark]) -> UInt32 {
        guard !marks.isEmpty else { return 0 }
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ value: UInt32) {
            for shift in [24, 16, 8, 0] as [UInt32] {
                digest ^= UInt64(UInt8(truncatingIfNeeded: value >> shift))
                digest = digest &* 0x0000_0100_0000_01B3
            }
        }
        for mark in marks {
            add(UInt32(mark.issuer.number))
            add(mark.stop > mark.released ? mark.stop : 0)
            add(mark.released)
        }
        return max(1, UInt32(truncatingIfNeeded: digest ^ digest >> 32))
    }
}
