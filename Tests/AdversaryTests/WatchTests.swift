import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinWorld

/// The checker is checked: it sees what should never be.
struct WatchTests {
    private let keys = FleetKeys(robots: 4, seed: 1)

    private static func mission(_ revision: UInt32) -> Message {
        .mission(MissionOrder(revision: revision, command: .organise, root: NodeID(1)))
    }

    private func sealed(_ message: Message) -> [UInt8] {
        var seal = keys.seal(robot: 1, epoch: Epoch(1))
        return seal.close(message, to: .none, via: .none, next: .none, timeToLive: 8)
    }

    private static let search = Message.routeRequest(RouteRequest(request: 1, target: NodeID(2)))

    @Test func `what its sender's peer never said counts, by what brought it`() {
        let watch = AdversaryWatch(robots: 4)
        watch.trick = .forge
        watch.took(sealed(Self.search), by: NodeID(0))
        let figures = watch.close(shunned: [[], [], [], []])
        #expect(figures.acceptedTotal == 1 && figures.taken == 1)
        #expect(figures.accepted.first { $0.name == "forge" }?.count == 1)
        #expect(figures.acceptedFirst.first?.sender == 1 && figures.acceptedFirst.first?.ageSeconds == nil)
    }

    @Test func `what a robot has taken before counts, what another has does not`() {
        let watch = AdversaryWatch(robots: 4)
        let datagram = sealed(Self.search)
        watch.sent(datagram, by: 1)
        watch.took(datagram, by: NodeID(0))
        watch.took(datagram, by: NodeID(2))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 0)
        watch.took(datagram, by: NodeID(2))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 1)
    }

    @Test func `a flipped bit makes it another message, a relay's fields do not`() {
        let watch = AdversaryWatch(robots: 4)
        var datagram = sealed(Self.search)
        watch.sent(datagram, by: 1)
        datagram[Envelope.Offset.relay + 1] ^= 1
        watch.took(datagram, by: NodeID(0))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 0)
        datagram[Envelope.headerBytes] ^= 1
        watch.took(datagram, by: NodeID(2))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 1)
    }

    @Test func `a bulletin in force may be learned again after a restart, one that is over may not`() {
        let watch = AdversaryWatch(robots: 4)
        let old = sealed(Self.mission(1))
        watch.sent(old, by: 1)
        watch.took(old, by: NodeID(0))
        watch.took(old, by: NodeID(0))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 0)
        var seal = keys.seal(robot: 2, epoch: Epoch(1))
        watch.sent(seal.close(Self.mission(2), to: .none, via: .none, next: .none, timeToLive: 8), by: 2)
        watch.took(old, by: NodeID(0))
        #expect(watch.close(shunned: [[], [], [], []]).acceptedTotal == 1)
    }

    @Test func `a poisoned result counts when its requester takes it, and a demotion by who was demoted`() {
        let watch = AdversaryWatch(robots: 4)
        watch.lies(3)
        watch.poisonedSent(NodeID(0), 7, 2, by: 3)
        watch.note(.partDone(task: 7, part: 1, helper: NodeID(3)), from: 0)
        watch.note(.partDone(task: 7, part: 2, helper: NodeID(2)), from: 0)
        #expect(watch.close(shunned: [[], [], [], []]).poisonedAccepted == 0)
        watch.note(.partDone(task: 7, part: 2, helper: NodeID(3)), from: 0)
        watch.now = 1_000_000_000
        watch.lied(3, isProof: true)
        watch.now = 3_000_000_000
        watch.note(.trustLearned(issuer: NodeID(0), number: 1, .demotion, robot: NodeID(3)), from: 0)
        watch.note(.trustLearned(issuer: NodeID(0), number: 2, .demotion, robot: NodeID(2)), from: 1)
        let figures = watch.close(shunned: [[3], [2], [], nil])
        #expect(figures.poisonedAccepted == 1 && figures.poisonedSent == 1)
        #expect(figures.honestDemoted == [2])
        #expect(figures.demotions.last?.robot == 3 && figures.demotions.last?.firstSeconds == 2)
        #expect(figures.liarsShunned == [3] && figures.honestShunned == [2])
    }
}
