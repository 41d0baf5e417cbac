import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// One enrolled robot that says of the root what is not so, as often as it likes.
struct LiarTests {
    enum Lie: CaseIterable {
        /// The root has left, with the sequence just heard.
        case over
        /// The same, with sequences still to come.
        case overLater
        /// The same, long ago.
        case overMuchLater
        /// The root is what it was before it restarted.
        case formerSelf
    }

    private struct Liar {
        var seal: Seal
        var robot: Int
        let lie: Lie

        mutating func speak(of root: Peer, in swarm: Swarm) {
            var tree = root.tree.place
            switch lie {
            case .over: break
            case .overLater: tree.sequence += 8
            case .overMuchLater: tree.sequence += 500
            case .formerSelf:
                tree.sequence += 500
                tree.hops = 1
                tree.parent = root.id
            }
            if lie != .formerSelf { tree.hops = Beacon.hopsUnknown }
            let everybody = swarm.living.map { UInt16($0) }
            let beacon = Beacon.sample(tree: tree, hears: Array(everybody.prefix(Beacon.neighboursMax)))
            let datagram = seal.close(.beacon(beacon), to: .none, via: .none, next: .none, timeToLive: 1)
            for other in swarm.living where swarm.layout.powerDBm(robot, other) != nil {
                swarm.hear(datagram, .sample(.control, from: robot), at: other)
            }
        }
    }

    @Test(arguments: Lie.allCases, [1, 2, 3] as [UInt64])
    func `a liar keeps no swarm without its root, and lets no terms run away`(lie: Lie, seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 24, sideMeters: 55, dice: &dice)
        // Without it the others are one mesh, and the root hears it.
        let robot = layout.x.indices.first { robot in
            robot != 0 && layout.powerDBm(0, robot) != nil
                && layout.depths(from: 0, isUp: { $0 != robot && $1 != robot }).count { $0 < 0 } == 1
        }
        guard let robot else { return }
        let swarm = Swarm(layout, seed: seed, absent: [robot])
        var liar = Liar(seal: swarm.seal(robot, epoch: Epoch(1)), robot: robot, lie: lie)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 12)
        var term: UInt32 = 0
        func look() -> Int {
            let trees = swarm.living.compactMap { swarm.peers[$0]?.tree.place }
            term = max(term, trees.map(\.term).max() ?? 0)
            return trees.count { !$0.isRooted }
        }
        _ = look()
        let termBefore = term
        var rootless = 0
        let turns = 1_200
        for _ in 0..<turns {
            if let root = swarm.living.first(where: { swarm.peers[$0]?.tree.isRoot == true }),
                let peer = swarm.peers[root]
            {
                liar.speak(of: peer, in: swarm)
            }
            swarm.run(seconds: 0.1)
            rootless += look()
        }
        let fraction = Double(rootless) / Double(turns * swarm.living.count)
        #expect(fraction < 0.05, "\(lie), seed \(seed): \(fraction) of the time without a root")
        // Two minutes: as often as such a word is acted upon, by the root and by those who stand for it.
        #expect(term - termBefore <= 10, "\(lie), seed \(seed): \(term - termBefore) terms")
    }
}
