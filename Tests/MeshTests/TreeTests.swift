import SkeinWire
import Testing

@testable import SkeinPeer

struct TreeTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `hops are breadth-first depth, whatever beacons are lost`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout(count: 60, sideMeters: 80, dice: &dice)
        var field = TreeField(layout, loss: 0.15, seed: seed)
        let root = dice.below(60)
        field.stand(root)
        field.run(seconds: 12)
        let depths = field.depths(from: root)
        // A link whose beacons are all lost for four intervals is rightly gone for a while: judged when nothing is lost.
        field.loss = 0
        field.run(seconds: 4)
        #expect(field.hops == depths, "seed \(seed)")
        for (index, robot) in field.robots.enumerated() where depths[index] > 0 {
            let candidates = (0..<layout.count).filter {
                depths[$0] == depths[index] - 1 && layout.powerDBm(index, $0) != nil
            }
            let strongest = candidates.max { layout.distance(index, $0) > layout.distance(index, $1) }
            #expect(robot.tree.place.parent == NodeID(UInt16(strongest ?? -1)), "seed \(seed) robot \(index)")
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a dead root's tree ends everywhere within the silence and a few beacons, and does not come back`(
        seed: UInt64
    ) {
        var dice = Dice(seed: seed)
        var field = TreeField(.connected(count: 40, sideMeters: 70, dice: &dice), loss: 0.1, seed: seed)
        field.stand(0)
        field.run(seconds: 10)
        field.kill(0)
        let living = field.robots.indices.dropFirst()
        field.run(seconds: 6 + 3)
        #expect(living.allSatisfy { field.hops[$0] == -1 }, "seed \(seed): \(field.hops)")
        for _ in 0..<20 {
            field.run(seconds: 0.5)
            #expect(living.allSatisfy { field.hops[$0] == -1 }, "seed \(seed): \(field.hops)")
        }
        field.stand(7)
        field.run(seconds: 10)
        field.loss = 0
        field.run(seconds: 4)
        #expect(field.robots[7].tree.place.term == 2)
        let depths = field.depths(from: 7)
        #expect(living.allSatisfy { field.hops[$0] == depths[$0] }, "seed \(seed)")
    }

    @Test func `an echo of a dead tree met again does not start the silence anew`() {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(9))
        var table = NeighbourTable(tuning: tuning)
        // Two neighbours take turns in offering the same stale tree; in between this robot has no place.
        for step in 0..<100 {
            let now = Instant.at(Double(step) * 0.1)
            let offers = TreeAdvert.at(3, root: 1, sequence: 50, parent: 4)
            let ours = TreeAdvert.at(5, root: 1, sequence: 50, parent: 9)
            table.hear(.sample(tree: step % 4 < 2 ? offers : ours, hears: [9]), from: 2, us: 9, now: now)
            _ = tree.update(table, now: now, tuning: tuning)
            if now.seconds > 6.05 { #expect(!tree.place.isRooted, "still rooted at \(now)") }
        }
        table.hear(.sample(tree: .at(3, root: 1, sequence: 51, parent: 4), hears: [9]), from: 2, us: 9, now: .at(10))
        _ = tree.update(table, now: .at(10), tuning: tuning)
        #expect(tree.place.hops == 4, "a sequence that moves again is joined again")
    }

    @Test func `silence is judged by the newest sequence ever heard`() {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(9))
        var table = NeighbourTable(tuning: tuning)
        table.hear(
            .sample(interval: 5_000, tree: .at(1, root: 1, sequence: 20, parent: 1), hears: [9]), from: 2, us: 9,
            now: .zero)
        _ = tree.update(table, now: .zero, tuning: tuning)
        table.hear(
            .sample(interval: 5_000, tree: .at(1, root: 1, sequence: 15, parent: 1), hears: [9]), from: 2, us: 9,
            now: .at(1))
        _ = tree.update(table, now: .at(6.5), tuning: tuning)
        #expect(!tree.place.isRooted)
        table.hear(
            .sample(interval: 5_000, tree: .at(1, root: 1, sequence: 18, parent: 1), hears: [9]), from: 2, us: 9,
            now: .at(7))
        _ = tree.update(table, now: .at(7), tuning: tuning)
        #expect(!tree.place.isRooted, "18 is no news after 20")
    }

    @Test(arguments: [(1, 2, 1), (2, 1, 0), (1, 1, 0)])
    func `when partitions meet the later term wins, then the lower root`(
        lowTerm: Int, highTerm: Int, winnerSide: Int
    ) {
        var dice = Dice(seed: 5)
        var field = TreeField(.connected(count: 40, sideMeters: 70, dice: &dice), loss: 0.05, seed: 5)
        for index in 0..<40 { field.side[index] = index < 20 ? 0 : 1 }
        for _ in 0..<lowTerm { field.stand(3) }
        for _ in 0..<highTerm { field.stand(30) }
        field.run(seconds: 8)
        #expect(field.robots[3].tree.isRoot && field.robots[30].tree.isRoot)
        for index in 0..<40 { field.side[index] = 0 }
        field.run(seconds: 8)
        let winner = winnerSide == 0 ? 3 : 30
        #expect(field.roots.allSatisfy { $0 == NodeID(UInt16(winner)) })
        field.loss = 0
        field.run(seconds: 4)
        #expect(field.hops == field.depths(from: winner))
    }

    @Test func `a restarted root that stands again is followed at once, above its former self`() {
        var dice = Dice(seed: 8)
        var field = TreeField(.connected(count: 30, sideMeters: 60, dice: &dice), loss: 0, seed: 8)
        field.stand(0)
        field.run(seconds: 60)
        field.restart(0)
        field.stand(0)
        #expect(field.robots[0].tree.place.term == 1, "it has forgotten its term")
        field.run(seconds: 3)
        #expect(field.robots[0].tree.place.term == 2)
        #expect(field.hops == field.depths(from: 0))
    }

    @Test func `a restarted root whose neighbours still follow it takes office again, above its former self`() {
        var dice = Dice(seed: 9)
        var field = TreeField(.connected(count: 30, sideMeters: 60, dice: &dice), loss: 0, seed: 9)
        field.stand(0)
        field.run(seconds: 5)
        field.restart(0)
        field.run(seconds: 4)
        #expect(field.robots[0].tree.place.term == 2)
        #expect(field.hops == field.depths(from: 0))
    }

    /// Robot 4 below root 9, of which neighbours 6 and 7 tell.
    private struct Below {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(4))
        var table: NeighbourTable

        init() {
            table = NeighbourTable(tuning: tuning)
            hear(.at(0, root: 9, term: 3), from: 9)
            hear(.at(1, root: 9, term: 3, parent: 9), from: 6)
            update()
        }

        mutating func hear(_ advert: TreeAdvert, from robot: UInt16) {
            table.hear(.sample(tree: advert, hears: [4]), from: robot, us: 4, now: .zero)
        }

        mutating func update(at seconds: Double = 0) {
            _ = tree.update(table, now: .at(seconds), tuning: tuning)
        }
    }

    private static let isOver = TreeAdvert(
        root: NodeID(9), term: 3, sequence: 1, hops: Beacon.hopsUnknown, parent: .none)

    @Test func `a tree whose root has left is over: nobody joins it again, and the word is passed on`() {
        var below = Below()
        #expect(below.tree.place.parent == NodeID(9))
        below.table.remove(NodeID(9))
        below.tree.robotLeft(NodeID(9), sequence: 50)
        below.hear(.at(1, root: 9, term: 3, sequence: 50, parent: 8), from: 6)
        below.update()
        #expect(!below.tree.place.isRooted && below.tree.advert.isOver)
        #expect(below.tree.advert.root == NodeID(9) && below.tree.advert.term == 3)
        below.hear(.at(2, root: 9, term: 4, parent: 8), from: 7)
        below.update()
        #expect(below.tree.place.term == 4 && !below.tree.advert.isOver, "the next term is another tree")
    }

    @Test func `the word that a tree is over is taken from a neighbour, and is of that tree alone`() {
        for (root, term, ends) in [(9, 3, true), (9, 2, false), (8, 3, false)] as [(UInt16, UInt32, Bool)] {
            var below = Below()
            var word = Self.isOver
            word.root = NodeID(root)
            word.term = term
            below.hear(word, from: 6)
            below.update()
            #expect(below.tree.place.isRooted != ends, "root \(root), term \(term)")
        }
    }

    private static func isOver(sequence: UInt32) -> TreeAdvert {
        var word = isOver
        word.sequence = sequence
        return word
    }

    @Test func `a word that a tree is over is no more believed once a later sequence was heard`() {
        var below = Below()
        below.hear(.at(1, root: 9, term: 3, sequence: 5, parent: 9), from: 6)
        below.update()
        below.hear(Self.isOver(sequence: 4), from: 7)
        below.update()
        #expect(below.tree.place.isRooted)
        below.hear(Self.isOver(sequence: 5), from: 7)
        below.update()
        #expect(!below.tree.place.isRooted)
    }

    @Test func `a tree that goes on is joined again, however late a last sequence a liar names`() {
        for claimed in [5, 15, 4_000_000_000] as [UInt32] {
            var below = Below()
            below.hear(.at(1, root: 9, term: 3, sequence: 5, parent: 9), from: 6)
            below.update()
            below.hear(Self.isOver(sequence: claimed), from: 7)
            below.update()
            #expect(!below.tree.place.isRooted)
            below.hear(.at(1, root: 9, term: 3, sequence: 16, parent: 9), from: 6)
            below.update()
            #expect(below.tree.place.isRooted && below.tree.over == nil, "\(claimed)")
        }
    }

    @Test func `others' word that a tree is over is believed now and then, a root's own always`() {
        var below = Below()
        var sequence: UInt32 = 1
        var ends: [Double] = []
        var wasRooted = true
        for step in 0..<1_000 {
            let now = Double(step) * 0.1
            sequence += 1
            below.hear(.at(1, root: 9, term: 3, sequence: sequence, parent: 9), from: 6)
            below.hear(Self.isOver(sequence: sequence), from: 7)
            below.update(at: now)
            if wasRooted, !below.tree.place.isRooted { ends.append(now) }
            wasRooted = below.tree.place.isRooted
        }
        #expect(ends.count == 4, "\(ends)")
        below.tree.robotLeft(NodeID(9), sequence: nil)
        #expect(!below.tree.place.isRooted)
    }

    @Test func `others that leave end no tree`() {
        var below = Below()
        below.tree.robotLeft(NodeID(6), sequence: nil)
        below.update()
        #expect(below.tree.place.isRooted && below.tree.over == nil)
    }

    @Test func `a root that hears that its tree is over says more at once, in the same term, and not at every word`() {
        let tuning = MeshTuning()
        var table = NeighbourTable(tuning: tuning)
        var standing = Tree(us: NodeID(9))
        standing.note(term: 2)
        standing.stand()
        for (word, seconds, answers) in [(5, 0.0, 5), (9, 10, 5), (9, 31, 9)] as [(UInt32, Double, UInt32)] {
            table.hear(.sample(tree: Self.isOver(sequence: word), hears: [9]), from: 6, us: 9, now: .at(seconds))
            let isElsewhere = standing.update(table, now: .at(seconds), tuning: tuning)
            #expect(!isElsewhere && standing.place.term == 3 && standing.place.sequence == answers)
            #expect(standing.takeContest() == (seconds != 10) && !standing.takeContest())
        }
    }

    @Test func `a root whose former self left stands above it; one that left does not take office`() {
        let tuning = MeshTuning()
        var table = NeighbourTable(tuning: tuning)
        table.hear(.sample(tree: Self.isOver(sequence: 300), hears: [9]), from: 6, us: 9, now: .zero)
        var standing = Tree(us: NodeID(9))
        standing.note(term: 2)
        standing.stand()
        #expect(standing.place.term == 3)
        _ = standing.update(table, now: .zero, tuning: tuning)
        #expect(standing.isRoot && standing.place.term == 4)
        var back = Tree(us: NodeID(9))
        _ = back.update(table, now: .zero, tuning: tuning)
        #expect(!back.isRoot && back.termMax == 3)
    }

    @Test func `a mobile branch that loses its way counts no farther than the silence lets it`() {
        // A line is cut behind its root: the rest has only itself to ask.
        var field = TreeField(Layout(line: 12, spacingMeters: 20), loss: 0, seed: 4)
        field.stand(0)
        field.run(seconds: 8)
        #expect(field.hops == Array(0..<12))
        for index in 2..<12 { field.side[index] = 1 }
        for _ in 0..<24 {
            field.run(seconds: 0.5)
            #expect(field.hops.allSatisfy { $0 <= 64 })
        }
        #expect(field.hops == [0, 1] + [Int](repeating: -1, count: 10))
    }

    @Test func `absurd numbers from the air do not trap`() {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(9))
        var table = NeighbourTable(tuning: tuning)
        table.hear(.sample(tree: .at(64, root: 1, term: .max, sequence: .max), hears: [9]), from: 1, us: 9, now: .zero)
        table.hear(.sample(tree: .at(0, root: 2, term: .max, sequence: .max), hears: [9]), from: 2, us: 9, now: .zero)
        table.hear(.sample(tree: .at(63, root: 2, term: .max, sequence: 0), hears: [9]), from: 3, us: 9, now: .zero)
        _ = tree.update(table, now: .zero, tuning: tuning)
        #expect(tree.place.root == NodeID(2) && tree.place.hops == 1)
        tree.stand()
        #expect(tree.place.term == .max)
        table.hear(.sample(tree: .at(0, root: 9, term: .max, sequence: .max), hears: [9]), from: 2, us: 9, now: .zero)
        for _ in 0..<3 { _ = tree.update(table, now: .zero, tuning: tuning) }
    }

    @Test func `a root does not step down for a tree too deep to join`() {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(9))
        tree.stand()
        var table = NeighbourTable(tuning: tuning)
        table.hear(.sample(tree: .at(64, root: 1, term: 7), hears: [9]), from: 1, us: 9, now: .zero)
        #expect(tree.update(table, now: .zero, tuning: tuning) == false)
        #expect(tree.isRoot)
    }

    @Test func `a robot that does not hear us is no parent`() {
        let tuning = MeshTuning()
        var tree = Tree(us: NodeID(9))
        var table = NeighbourTable(tuning: tuning)
        table.hear(.sample(tree: .at(0, root: 1), hears: []), from: 1, us: 9, now: .zero)
        table.hear(.sample(tree: .at(4, root: 1, parent: 5), hears: [9]), from: 2, us: 9, now: .zero)
        _ = tree.update(table, now: .zero, tuning: tuning)
        #expect(tree.place.hops == 5 && tree.place.parent == NodeID(2))
    }
}
