import SkeinWire
import Testing

@testable import SkeinPeer

/// Bulletins outlive the boot that sealed them.
struct BulletinBootTests {
    /// A bulletin is mended with its origin's seal of old, which the replay guard cannot vouch for once a later boot of the
    /// origin has been heard; its revision decides.
    @Test func `a late joiner learns an order whose origin has restarted since`() {
        let swarm = Swarm(Layout(line: 4, spacingMeters: 7), seed: 1, absent: [3])
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 8)
        swarm.kill(0)
        swarm.run(seconds: 15)
        // The joiner hears the restarted robot first, and what that still knows of the order: nothing.
        swarm.side[0] = 1
        swarm.side[3] = 1
        swarm.boot(0)
        swarm.boot(3)
        swarm.run(seconds: 3)
        for robot in 0..<4 { swarm.side[robot] = 0 }
        swarm.run(seconds: 10)
        var mendings = 0
        swarm.relayed = { if $0 == .mission { mendings += 1 } }
        swarm.run(seconds: 20)
        #expect(swarm.peers[1]?.bulletins.missionRevision == 1)
        #expect(swarm.peers[3]?.bulletins.missionRevision == 1)
        #expect(swarm.peers[0]?.bulletins.missionRevision == 1)
        #expect(mendings == 0, "\(mendings) copies in twenty seconds, in vain")
    }
}
