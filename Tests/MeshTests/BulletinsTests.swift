import SkeinWire
import Testing

@testable import SkeinPeer

struct BulletinsTests {
    private let tuning = MeshTuning()

    /// A datagram as a sealed one looks to whoever compares two: its own signature, whatever the tag.
    private func datagram(_ fill: UInt8) -> [UInt8] { [UInt8](repeating: fill, count: 200) }

    private func part(_ part: UInt8 = 0, of parts: UInt8 = 1, number: UInt32, root: UInt16 = 1, term: UInt32 = 1)
        -> PlanPart
    {
        PlanPart(
            root: NodeID(root), plan: PlanNumber(term: term, number: number), part: part, parts: parts, leaders: [],
            entries: [])
    }

    private func order(_ revision: UInt32, _ command: MissionOrder.Command) -> MissionOrder {
        MissionOrder(revision: revision, command: command, root: NodeID(1))
    }

    private func sighting(_ revision: UInt32) -> Sighting {
        Sighting(revision: revision, xMeters: 1, yMeters: 2, sigmaMeters: 1)
    }

    /// What a robot that holds these sends once it has heard a beacon.
    private func mended(_ bulletins: inout Bulletins, after beacon: Beacon, now: Instant = .at(1)) -> [FloodRelay.Relay]
    {
        var random = PeerRandom(seed: 1)
        bulletins.compare(beacon, now: now, random: &random)
        return bulletins.due(now: now + tuning.repairJitterMax)
    }

    @Test func `a newer plan replaces an older one, never the other way`() {
        var bulletins = Bulletins(tuning: tuning)
        #expect(bulletins.post(part(number: 2), datagram: datagram(2), hop: 1) == true)
        #expect(bulletins.post(part(number: 1), datagram: datagram(1), hop: 1) == false)
        #expect(bulletins.post(part(number: 2), datagram: datagram(2), hop: 1) == false, "the same part again")
        #expect(bulletins.post(part(number: 1, term: 2), datagram: datagram(3), hop: 1) == true, "a later term")
        #expect(bulletins.plan == PlanNumber(term: 2, number: 1))
    }

    @Test func `two roots' plans of one number do not mix`() {
        var bulletins = Bulletins(tuning: tuning)
        #expect(bulletins.post(part(0, of: 2, number: 1, root: 1), datagram: datagram(1), hop: 1) == true)
        #expect(bulletins.post(part(1, of: 2, number: 1, root: 2), datagram: datagram(2), hop: 1) == false)
        #expect(bulletins.planRoot == NodeID(1))
    }

    @Test func `a plan that lacks a part is not advertised, so that the part is mended`() {
        var behind = Bulletins(tuning: tuning)
        var ahead = Bulletins(tuning: tuning)
        for index in [0, 1, 2] as [UInt8] {
            _ = ahead.post(part(index, of: 3, number: 4), datagram: datagram(index), hop: 2)
            if index != 1 { _ = behind.post(part(index, of: 3, number: 4), datagram: datagram(index), hop: 2) }
        }
        #expect(behind.plan == ahead.plan && behind.planComplete < ahead.planComplete)
        let copies = mended(&ahead, after: .sample(plan: behind.planComplete))
        #expect(copies.count == 3 && copies.allSatisfy { $0.hop == 3 })
        #expect(behind.post(part(1, of: 3, number: 4), datagram: datagram(1), hop: 3) == true)
        #expect(behind.planComplete == ahead.planComplete)
    }

    @Test func `a neighbour that is behind is mended once, after a jitter, then not again for a while`() {
        var random = PeerRandom(seed: 7)
        var bulletins = Bulletins(tuning: tuning)
        _ = bulletins.post(sighting(3), datagram: datagram(3), hop: 0)
        bulletins.compare(.sample(sighting: 2), now: .at(5), random: &random)
        #expect(bulletins.nextDeadline > .at(5) && bulletins.nextDeadline <= .at(5) + tuning.repairJitterMax)
        let first = bulletins.due(now: .at(5.2))
        #expect(first.map(\.hop) == [1])
        bulletins.compare(.sample(sighting: 2), now: .at(5.3), random: &random)
        #expect(bulletins.nextDeadline >= .at(5.2) + tuning.repairSpacingMin)
        let second = bulletins.due(now: .at(6.2))
        #expect(second.count == 1)
        bulletins.compare(.sample(sighting: 3), now: .at(9), random: &random)
        bulletins.compare(.sample(sighting: 4), now: .at(9), random: &random)
        #expect(bulletins.nextDeadline == .distantFuture, "nobody is behind")
    }

    @Test func `of several that hear a neighbour behind only one mends it`() {
        var random = PeerRandom(seed: 8)
        var robots = [Bulletins](repeating: Bulletins(tuning: tuning), count: 12)
        for index in robots.indices {
            _ = robots[index].post(order(1, .start), datagram: datagram(9), hop: 1)
            robots[index].compare(.sample(), now: .at(3), random: &random)
        }
        var sent = 0
        for millisecond in 0..<200 {
            let now = Instant.at(3 + Double(millisecond) * 1e-3)
            for index in robots.indices where robots[index].nextDeadline <= now {
                for copy in robots[index].due(now: now) {
                    sent += 1
                    for other in robots.indices where other != index {
                        robots[other].heardAgain(.mission, copy.datagram, now: now)
                    }
                }
            }
        }
        #expect(sent == 1)
    }

    @Test func `a copy of something superseded holds no repair back`() {
        var random = PeerRandom(seed: 1)
        var bulletins = Bulletins(tuning: tuning)
        _ = bulletins.post(order(1, .organise), datagram: datagram(1), hop: 1)
        _ = bulletins.post(order(2, .start), datagram: datagram(2), hop: 1)
        bulletins.compare(.sample(missionMark: 2), now: .at(3), random: &random)
        bulletins.heardAgain(.mission, datagram(1), now: .at(3))
        bulletins.heardAgain(.plan, datagram(2), now: .at(3))
        bulletins.heardAgain(.routeRequest, datagram(2), now: .at(3))
        #expect(bulletins.nextDeadline < .at(3.2))
        bulletins.heardAgain(.mission, datagram(2), now: .at(3))
        #expect(bulletins.nextDeadline == .distantFuture)
    }

    @Test func `a stop beats a start of its revision, on arrival and in the mending`() {
        var started = Bulletins(tuning: tuning)
        var stopped = Bulletins(tuning: tuning)
        #expect(started.post(order(5, .start), datagram: datagram(1), hop: 1) == true)
        #expect(stopped.post(order(5, .stop), datagram: datagram(2), hop: 1) == true)
        #expect(stopped.post(order(5, .start), datagram: datagram(1), hop: 1) == false)
        #expect(mended(&stopped, after: .sample(missionMark: started.missionMark)).count == 1)
        #expect(mended(&started, after: .sample(missionMark: stopped.missionMark)).isEmpty)
        #expect(started.post(order(5, .stop), datagram: datagram(2), hop: 1) == true)
        #expect(started.post(order(5, .stop), datagram: datagram(2), hop: 1) == false)
        #expect(started.post(order(6, .start), datagram: datagram(3), hop: 1) == true)
    }

    @Test func `absurd revisions and hops do not trap`() {
        var bulletins = Bulletins(tuning: tuning)
        _ = bulletins.post(order(.max, .start), datagram: datagram(1), hop: 255)
        #expect(bulletins.post(order(.max, .stop), datagram: datagram(2), hop: 255) == true)
        #expect(mended(&bulletins, after: .sample()).map(\.hop) == [255])
    }

    @Test func `more parts than a plan may have are not kept`() {
        var bulletins = Bulletins(tuning: tuning)
        for index in 0..<200 as Range<UInt8> {
            _ = bulletins.post(part(index, of: 255, number: 1), datagram: datagram(1), hop: 1)
        }
        #expect(mended(&bulletins, after: .sample()).count == PlanPart.partsMax)
    }

    @Test func `plan after plan is taken for a while, then one a second`() {
        var bulletins = Bulletins(tuning: tuning)
        var taken = 0
        for number in 1...400 as ClosedRange<UInt32> {
            let now = Instant.at(10 + Double(number) * 0.05)
            guard bulletins.mayTake(PlanNumber(term: 1, number: number), now: now) else { continue }
            taken += 1
            _ = bulletins.post(part(number: number), datagram: datagram(1), hop: 1)
            let isFree = bulletins.mayTake(PlanNumber(term: 1, number: number), now: now)
            #expect(isFree, "its other parts cost nothing")
        }
        #expect((30...33).contains(taken), "\(taken)")
    }
}
