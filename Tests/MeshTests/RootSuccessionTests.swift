import SkeinWire
import Testing

@testable import SkeinPeer

struct RootSuccessionTests {
    private static let leaders = [NodeID(4), NodeID(9), NodeID(2)]

    /// Seconds until robot `id` stands after it has lost its root, if it does within ten.
    private func standsAfter(_ id: UInt16, isLeading: Bool = true, term: UInt32 = 3) -> Double? {
        var tree = Tree(us: NodeID(id))
        tree.note(term: term)
        var succession = RootSuccession(tuning: MeshTuning())
        for step in 0...100 {
            let now = Instant.at(20 + Double(step) * 0.1)
            if succession.isOurTurn(tree: tree, planLeaders: Self.leaders, isLeading: isLeading, now: now) {
                return Double(step) * 0.1
            }
        }
        return nil
    }

    @Test func `leaders stand in the order of their election, a step apart`() {
        #expect(standsAfter(4) == 0.5)
        #expect(standsAfter(9) == 1.0)
        #expect(standsAfter(2) == 1.5)
        #expect(standsAfter(7) == 2.0, "a leader the plan does not know comes last")
    }

    @Test func `members do not stand, nor robots that never knew a root`() {
        #expect(standsAfter(4, isLeading: false) == nil)
        #expect(standsAfter(4, term: 0) == nil)
    }

    @Test func `a root heard in between starts the waiting anew`() {
        let tuning = MeshTuning()
        var succession = RootSuccession(tuning: tuning)
        var lost = Tree(us: NodeID(4))
        lost.note(term: 1)
        var found = lost
        var table = NeighbourTable(tuning: tuning)
        table.hear(.sample(tree: .at(0, root: 9), hears: [4]), from: 9, us: 4, now: .zero)
        _ = found.update(table, now: .zero, tuning: tuning)
        #expect(found.place.isRooted)
        func turn(_ tree: Tree, at seconds: Double) -> Bool {
            succession.isOurTurn(tree: tree, planLeaders: Self.leaders, isLeading: true, now: .at(seconds))
        }
        #expect(!turn(lost, at: 1))
        #expect(!turn(found, at: 1.3))
        #expect(!turn(lost, at: 1.6))
        #expect(turn(lost, at: 2.1))
    }
}
