import SkeinWire
import Testing

@testable import SkeinPeer

struct TermWatchTests {
    private func root(_ watch: inout TermWatch, terms: Int, from first: UInt32 = 1, every seconds: Double) {
        for index in 0..<terms {
            watch.heard(NodeID(1), term: first + UInt32(index), now: .at(Double(index) * seconds))
        }
    }

    @Test func `a root that stands twelve times a minute is followed, one that stands more often is not for a while`() {
        var watch = TermWatch()
        root(&watch, terms: 12, every: 5)
        #expect(watch.ignored(now: .at(58)).isEmpty)
        watch.heard(NodeID(1), term: 13, now: .at(59))
        #expect(watch.ignored(now: .at(59)) == [NodeID(1)])
        #expect(watch.ignored(now: .at(120)).isEmpty, "it may try again")
    }

    @Test func `one term told by many is one`() {
        var watch = TermWatch()
        for index in 0..<200 { watch.heard(NodeID(1), term: index % 2 == 0 ? 4 : 3, now: .at(Double(index) * 0.1)) }
        #expect(watch.ignored(now: .at(20)).isEmpty)
    }

    @Test func `as many roots as are remembered, and no more`() {
        var watch = TermWatch()
        for robot in 0..<500 as Range<UInt16> { watch.heard(NodeID(robot), term: 1, now: .at(1)) }
        root(&watch, terms: 20, every: 0.1)
        #expect(watch.ignored(now: .at(3)) == [NodeID(1)])
    }

    @Test func `a term beyond belief is not joined at once, and comes within reach in time`() {
        let tuning = MeshTuning()
        var table = NeighbourTable(tuning: tuning)
        var tree = Tree(us: NodeID(1))
        func hear(_ from: UInt16, term: UInt32, at seconds: Double) {
            let advert = TreeAdvert.at(0, root: from, term: term, sequence: UInt32(seconds * 10) + 1)
            table.hear(.sample(tree: advert, hears: [1]), from: from, us: 1, now: .at(seconds))
            _ = tree.update(table, now: .at(seconds), tuning: tuning)
        }
        hear(2, term: 3, at: 0)
        #expect(tree.place.root == NodeID(2))
        hear(3, term: 2_500, at: 0.5)
        #expect(tree.place.root == NodeID(2) && tree.termMax == 3)
        #expect(tree.note(term: 2_500) == false, "nor by a plan")
        var joinedAt: Double?
        for tick in 2..<400 where joinedAt == nil {
            hear(2, term: 3, at: Double(tick) * 0.5)
            hear(3, term: 2_500, at: Double(tick) * 0.5 + 0.1)
            if tree.place.root == NodeID(3) { joinedAt = Double(tick) * 0.5 }
        }
        #expect(joinedAt.map { (60...95).contains($0) } == true, "\(joinedAt ?? -1)")
    }

    @Test func `the last number there is takes nobody's terms away`() {
        let tuning = MeshTuning()
        var table = NeighbourTable(tuning: tuning)
        var tree = Tree(us: NodeID(1))
        tree.stand()
        for second in 0..<600 {
            let advert = TreeAdvert.at(0, root: 2, term: UInt32.max / 2, sequence: UInt32(second + 1))
            table.hear(.sample(tree: advert, hears: [1]), from: 2, us: 1, now: .at(Double(second)))
            _ = tree.update(table, now: .at(Double(second)), tuning: tuning)
        }
        #expect(tree.isRoot && tree.termMax < 25_000)
    }
}
