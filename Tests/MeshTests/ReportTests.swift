import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// A robot's whole account of itself: it says what its books hold, and to ask for it changes nothing.
struct ReportTests {
    private static func swarm(_ count: Int, side: Double, seed: UInt64) -> Swarm {
        var dice = Dice(seed: seed)
        return Swarm(Layout.connected(count: count, sideMeters: side, dice: &dice), seed: seed)
    }

    private static func report(_ swarm: Swarm, _ robot: Int) throws -> PeerReport {
        swarm.command(.report, at: robot)
        guard case .report(let report)? = swarm.replies.last?.reply else {
            throw Failure.noReport
        }
        return report
    }

    private enum Failure: Error { case noReport }

    /// All that a swarm sends and records in some seconds, robot 0 told to organise it; each robot asked as often as `asks`.
    private func trace(asks: Int) -> (sent: [[UInt8]], events: [Event]) {
        let swarm = Self.swarm(12, side: 40, seed: 3)
        var sent: [[UInt8]] = []
        swarm.tap = { sent.append([UInt8(truncatingIfNeeded: $0)] + $1.datagram) }
        swarm.command(.organise(launches: true), at: 0)
        for _ in 0..<60 {
            swarm.run(seconds: 0.2)
            for robot in swarm.living { for _ in 0..<asks { swarm.command(.report, at: robot) } }
        }
        return (sent, swarm.log.map(\.event))
    }

    @Test func `asking changes nothing: the swarm goes on byte for byte as if nobody had`() {
        let (unasked, asked) = (trace(asks: 0), trace(asks: 2))
        #expect(unasked.sent.count > 1_000)
        #expect(unasked.sent == asked.sent)
        #expect(unasked.events == asked.events)
    }

    @Test func `what it says of the mesh is what its books hold`() throws {
        let swarm = Self.swarm(16, side: 45, seed: 5)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 12)
        for robot in swarm.living {
            let report = try Self.report(swarm, robot)
            let peer = try #require(swarm.peers[robot])
            #expect(report.id == peer.id && report.now == swarm.now && report.startedAt == .zero)
            #expect(report.status.leader == peer.subgroup.leader && report.status.drops == peer.seal.drops)
            #expect(report.neighbours.map(\.id) == peer.neighbours.all.map(\.id))
            for (told, known) in zip(report.neighbours, peer.neighbours.all) {
                #expect(told.control.map(\.powerDBm) == known.lastBeaconAt.map { _ in known.controlPowerDBm })
                #expect(told.data?.efficiency == (known.isDataLink ? known.efficiency : nil))
                #expect(told.isLeader == (known.hello?.isLeader ?? false))
                #expect(told.root == known.tree.root && told.leader == known.hello?.leader ?? known.leader)
                #expect(told.idlePercent == known.hello?.idlePercent)
                let place = try #require(told.place)
                #expect(abs(place.xMeters - swarm.layout.x[Int(known.id.number)]) < 1)
            }
            #expect(report.members.map(\.member) == (peer.subgroup.isLeading ? peer.grants.map(\.member) : []))
            #expect(report.members.map(\.parts) == (peer.subgroup.isLeading ? peer.grants.map { Int($0.parts) } : []))
            #expect(report.plan.leaders == peer.planLeaders && report.plan.number == peer.bulletins.plan)
            #expect(report.cut.isNothing)
        }
    }

    @Test func `routes are those that messages take, each with the rule that chose it`() throws {
        let swarm = Self.swarm(20, side: 60, seed: 8)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        _ = swarm.echo(from: 0, to: 19)
        var rules: Set<HopRule> = []
        for robot in swarm.living {
            let report = try Self.report(swarm, robot)
            let peer = try #require(swarm.peers[robot])
            for other in swarm.living where other != robot {
                let destination = NodeID(UInt16(other))
                let route = report.routes.first { $0.destination == destination }
                let next = peer.nextHop(to: destination, via: .none, now: swarm.now)
                #expect(route?.next ?? .none == next ?? .none)
                guard let route, let rule = route.rule else { continue }
                rules.insert(rule)
                if rule == .direct { #expect(route.next == destination && route.hops == 1) }
                if rule == .tree { #expect(route.destination == peer.tree.place.root) }
                if rule == .learned { #expect(route.learnedAt != nil) }
            }
        }
        #expect(rules.isSuperset(of: [.direct, .between, .tree]), "\(rules)")
    }

    @Test func `since when it is root and leader is when the events said so`() throws {
        let swarm = Self.swarm(16, side: 45, seed: 9)
        swarm.run(seconds: 3)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 12)
        for robot in swarm.living {
            let office = try Self.report(swarm, robot).office
            let id = NodeID(UInt16(robot))
            func last(_ wanted: (Event) -> Bool) -> Instant? {
                swarm.log.last { $0.robot == robot && wanted($0.event) }?.at
            }
            let changed = last { if case .leaderChanged(let leader, _, _) = $0 { leader != .none } else { false } }
            #expect(office.followsSince == changed)
            #expect(office.leaderSince == (swarm.isLeading(robot) ? changed : nil))
            #expect((office.rootSince == nil) == (robot != 0))
            #expect(office.mayLead && office.term == swarm.peers[robot]?.tree.place.term)
            if robot == 0 {
                #expect(office.rootSince == last { if case .treeChanged(id, 0, _) = $0 { true } else { false } })
            }
        }
    }

    @Test func `at the root it says what the plan's leaders promise, elsewhere only who they are`() throws {
        let swarm = Self.swarm(16, side: 45, seed: 5)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 12)
        let root = try Self.report(swarm, 0)
        let making = try #require(root.plan.making)
        #expect(making.leaders.map(\.leader) == root.plan.leaders)
        #expect(making.leaders.reduce(0) { $0 + $1.members } == 16 && making.robots == 16 && making.reporting == 16)
        #expect(making.settledAt != nil && making.plannedAt.map { $0 < swarm.now } == true)
        #expect(making.leaders.allSatisfy { $0.grantedMHz <= 20.001 }, "\(making.leaders)")
        // Who leads itself alone has nobody's processor to promise.
        #expect(making.leaders.allSatisfy { ($0.members > 1) == ($0.grantedPercent > 0) }, "\(making.leaders)")
        let other = try Self.report(swarm, 1)
        #expect(other.plan.making == nil && other.plan.leaders == root.plan.leaders)
        #expect(other.plan.root == NodeID(0))
    }

    // MARK: The radio account

    @Test func `what it has sent is counted by band and class, to the byte`() throws {
        let swarm = Self.swarm(12, side: 40, seed: 11)
        var bytes = [[UInt64]](repeating: [UInt64](repeating: 0, count: 10), count: 12)
        var datagrams = bytes
        swarm.tap = { sender, transmission in
            let place = Int(transmission.band.rawValue) * 5 + Int(transmission.trafficClass.rawValue)
            bytes[sender][place] += UInt64(transmission.datagram.count)
            datagrams[sender][place] += 1
        }
        // Before the tap each robot has said nothing: the first beacon is sent when time passes.
        swarm.command(.organise(launches: true), at: 0)
        swarm.run(seconds: 10)
        _ = swarm.echo(from: 0, to: 11)
        for robot in swarm.living {
            let radio = try Self.report(swarm, robot).radio
            #expect((radio.control.sent + radio.data.sent).map(\.bytes) == bytes[robot])
            #expect((radio.control.sent + radio.data.sent).map(\.datagrams) == datagrams[robot])
            #expect(radio.control.received.datagrams > 0 && radio.data.received.bytes > 0)
            #expect(radio.control.relayed.datagrams <= radio.control.sent.reduce(0) { $0 + $1.datagrams })
        }
        let relays = try swarm.living.map { try Self.report(swarm, $0).radio.control.relayed.datagrams }
        #expect(relays.reduce(0, +) > 0, "plans are flooded, and so relayed")
    }

    @Test func `shares of airtime are those of the last ten seconds`() {
        var tally = RadioTally(now: .zero)
        #expect(tally.account(beaconFractionMax: 0.02, now: .zero).windowSeconds == 0)
        tally.sends(100, on: .control, .membership, airtime: 1_000_000)
        tally.hears(.control, on: .control, airtime: 1_000_000)
        tally.hears(.task, on: .control, airtime: 3_000_000)
        tally.receives(100, on: .control)
        let soon = tally.account(beaconFractionMax: 0.02, now: .at(0.5))
        #expect(soon.windowSeconds == 0.5)
        #expect(abs(soon.control.controlFraction - 0.004) < 1e-12 && abs(soon.control.busyFraction - 0.01) < 1e-12)
        #expect(soon.data.busyFraction == 0)
        for second in 1...9 { tally.turn(now: .at(Double(second))) }
        let later = tally.account(beaconFractionMax: 0.02, now: .at(9.5))
        #expect(later.windowSeconds == 9.5)
        #expect(abs(later.control.controlFraction - 0.002 / 9.5) < 1e-12)
        tally.turn(now: .at(10))
        let past = tally.account(beaconFractionMax: 0.02, now: .at(10.5))
        #expect(past.control.controlFraction == 0 && past.control[.membership].airtimeNanoseconds == 1_000_000)
        #expect(past.windowSeconds == 9.5, "nine whole slots and the one that runs")
        tally.sends(1, on: .data, .bulk, airtime: 5)
        tally.turn(now: .at(1_000))
        let asleep = tally.account(beaconFractionMax: 0.02, now: .at(1_000.5))
        #expect(asleep.data.busyFraction == 0 && asleep.data[.bulk].datagrams == 1)
    }

    // MARK: Bounds

    @Test func `a robot with a hundred neighbours in a fleet of four hundred tells all of them in one frame`() throws {
        var dice = Dice(seed: 4)
        let layout = Layout(count: 101, sideMeters: 8, dice: &dice)
        let roster = Roster((0..<400).map { (NodeID(UInt16($0)), Swarm.signingKey(min($0, 101)).publicKey) })
        let swarm = Swarm(layout, seed: 4, roster: roster)
        swarm.run(seconds: 4)
        let report = try Self.report(swarm, 0)
        #expect(report.neighbours.count == 100 && report.routes.count >= 100 && report.trust.members == 400)
        #expect(report.routes.filter { $0.rule == .direct }.count >= 90)
        #expect(report.cut.isNothing)
    }

    // MARK: The shelf of events

    @Test func `the shelf keeps the latest 512 events, each under a number of its own`() {
        var shelf = EventShelf()
        #expect(shelf.after(0).isEmpty && shelf.latest == 0)
        for index in 0..<600 { shelf.keep(.missionStarted, at: .at(Double(index)), mesh: nil) }
        #expect(shelf.latest == 600)
        #expect(shelf.after(0).map(\.number) == Array(89...600))
        #expect(shelf.after(88).count == 512 && shelf.after(89).first?.number == 90)
        #expect(shelf.after(599).map(\.at) == [.at(599)])
        #expect(shelf.after(600).isEmpty && shelf.after(.max).isEmpty)
    }
}
