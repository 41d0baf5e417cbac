import SkeinWire
import Testing

@testable import SkeinPeer

/// The set of stops and releases, without air, disk or keys.
struct StopSetTests {
    private static func name(_ issuer: UInt16, _ number: UInt32) -> StopStatement.Name {
        StopStatement.Name(issuer: NodeID(issuer), number: number)
    }

    private static func stop(_ issuer: UInt16, _ number: UInt32) -> StopStatement {
        StopStatement(kind: .stop, issuer: NodeID(issuer), number: number, names: [])
    }

    private static func release(_ issuer: UInt16, _ number: UInt32, _ names: StopStatement.Name...) -> StopStatement {
        StopStatement(kind: .release, issuer: NodeID(issuer), number: number, names: names)
    }

    private static func united(_ statements: [StopStatement]) -> StopSet {
        var set = StopSet([])
        for statement in statements where set.isNews(statement) { _ = set.take(statement) }
        return set
    }

    /// What some robots have said, numbers in their order.
    private static func history(_ dice: inout Dice) -> [StopStatement] {
        var statements: [StopStatement] = []
        var number: UInt32 = 0
        for _ in 0..<(3 + dice.below(12)) {
            number += UInt32(1 + dice.below(2))
            let issuer = UInt16(dice.below(4))
            let stops = statements.filter { $0.kind == .stop }
            if stops.isEmpty || dice.below(3) > 0 {
                statements.append(stop(issuer, number))
            } else {
                let names = (0...dice.below(3)).map { _ in stops[dice.below(stops.count)].name }
                statements.append(StopStatement(kind: .release, issuer: NodeID(issuer), number: number, names: names))
            }
        }
        return statements
    }

    @Test func `a stop holds until a release names it, whichever comes first`() {
        let (stop, release) = (Self.stop(1, 1), Self.release(2, 2, Self.name(1, 1)))
        #expect(Self.united([stop]).isStopped)
        #expect(!Self.united([stop, release]).isStopped)
        #expect(!Self.united([release, stop]).isStopped)
        #expect(Self.united([stop, release]).digest == Self.united([release, stop]).digest)
        #expect(Self.united([stop, release]).digest == Self.united([release]).digest)
        #expect(Self.united([stop]).digest != Self.united([release]).digest && Self.united([]).digest == 0)
    }

    @Test func `a stop beats its release only by a new number`() {
        let release = Self.release(2, 2, Self.name(1, 1))
        #expect(!Self.united([release, Self.stop(1, 1)]).isStopped)
        #expect(Self.united([release, Self.stop(1, 3)]).active == [Self.name(1, 3)])
        #expect(Self.united([release, Self.stop(3, 1)]).active == [Self.name(3, 1)])
    }

    @Test func `a release holds for its stops and for no other`() {
        let set = Self.united([Self.stop(1, 1), Self.stop(3, 1), Self.release(2, 2, Self.name(1, 1))])
        #expect(set.active == [Self.name(3, 1)])
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func `parts of a history unite to the same in every order`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let history = Self.history(&dice)
        let whole = Self.united(history)
        let standing = Set(history.filter { $0.kind == .stop }.map(\.issuer)).filter { issuer in
            let last = history.filter { $0.kind == .stop && $0.issuer == issuer }.map(\.number).max() ?? 0
            return !history.contains { $0.names.contains { $0.issuer == issuer && $0.number >= last } }
        }
        #expect(Set(whole.active.map(\.issuer)) == standing)
        for _ in 0..<6 {
            var shuffled = history + history.filter { _ in dice.below(2) == 0 }
            for place in shuffled.indices { shuffled.swapAt(place, dice.below(shuffled.count)) }
            // Two partitions, each with a part of it, meet: each takes what the other has kept.
            let cut = dice.below(shuffled.count)
            let one = Self.united(Array(shuffled[..<cut]))
            let other = Self.united(Array(shuffled[cut...]))
            for (first, second) in [(one, other), (other, one)] {
                var merged = first
                for entry in second.kept where merged.isNews(entry.statement) { _ = merged.take(entry.statement) }
                #expect(merged.digest == whole.digest && merged.active == whole.active, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `what the disk holds says the same after a restart, whatever was written last`(seed: UInt64) {
        var dice = Dice(seed: seed)
        var set = StopSet([])
        var disk: [Int: StopStatement] = [:]
        for statement in Self.history(&dice) where set.isNews(statement) {
            let before = StopSet(disk.keys.sorted().map { StopSet.Kept(statement: disk[$0]!, slot: $0) })
            #expect(before.digest == set.digest)
            for change in set.take(statement) ?? [] {
                switch change {
                case .write(let slot, let statement): disk[slot] = statement
                case .erase(let slot): disk[slot] = nil
                }
                // The power may go after any write: nothing that was known before is lost.
                let cut = StopSet(disk.keys.sorted().map { StopSet.Kept(statement: disk[$0]!, slot: $0) })
                #expect(cut.digest == set.digest && cut.active == set.active, "seed \(seed)")
            }
            #expect(Set(set.kept.map(\.slot)).count == set.kept.count && disk.count == set.kept.count)
        }
    }

    @Test func `a full set keeps every stop in force and gives up its oldest release`() {
        var set = StopSet([])
        for issuer in 0..<UInt16(StopSet.statementsMax - 2) { _ = set.take(Self.stop(issuer, 1)) }
        let releases = [
            Self.release(9_000, 5, Self.name(8_000, 5)), Self.release(9_000, 6, Self.name(8_001, 6)),
        ]
        for release in releases { _ = set.take(release) }
        #expect(set.kept.count == StopSet.statementsMax)
        #expect(set.take(Self.stop(7_000, 7)) != nil)
        #expect(set.kept.count == StopSet.statementsMax && set.active.contains(Self.name(7_000, 7)))
        #expect(!set.kept.contains { $0.statement == releases[0] })
        #expect(set.take(Self.stop(7_001, 7)) != nil)
        #expect(set.take(Self.stop(7_002, 7)) == nil, "only stops are left")
        #expect(set.active.count == StopSet.statementsMax)
        // A later stop of one that has a place needs none.
        #expect(set.take(Self.stop(0, 9)) != nil && set.active.contains(Self.name(0, 9)))
    }

    @Test func `releases do not pile up`() {
        var set = StopSet([])
        for number in 1...1_000 as ClosedRange<UInt32> {
            _ = set.take(Self.stop(UInt16(number % 3), 2 * number))
            _ = set.take(Self.release(5, 2 * number + 1, Self.name(UInt16(number % 3), 2 * number)))
        }
        #expect(set.kept.count == 3 && !set.isStopped && set.numberMax == 2_001)
    }
}
