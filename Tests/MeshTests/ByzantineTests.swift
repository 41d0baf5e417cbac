import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// One robot of 24 that leads and breaks the rules of those who lead, with all that its key lets it sign.
struct ByzantineTests {
    enum Crime: CaseIterable {
        /// As the root: another plan for every other robot, each under its own counter.
        case twoPlans
        /// The same, under one counter.
        case twoPlansOneCounter
        /// As the root, ordering one thing here and another there.
        case twoOrders
        /// As the root: a plan with a robot under two leaders.
        case placesTwice
        /// As a leader: three times the band.
        case overGrants
        /// As a leader: one member twice.
        case grantsTwice

        var isRoots: Bool {
            switch self {
            case .twoPlans, .twoPlansOneCounter, .twoOrders, .placesTwice: true
            case .overGrants, .grantsTwice: false
            }
        }

        /// What it sends one receiver in place of an honest datagram.
        func forged(_ datagram: [UInt8], by forger: Forger, to receiver: Int) -> [UInt8]? {
            switch self {
            case .twoPlans, .twoPlansOneCounter:
                guard receiver % 2 == 1, let (envelope, message) = forger.own(.plan, datagram),
                    case .plan(var part) = message
                else { return nil }
                part.entries.removeAll { entry in !part.leaders.contains { $0.id == entry.robot } }
                return forger.resigned(
                    datagram, .plan(part), counter: self == .twoPlans ? envelope.counter + 1_000 : nil)
            case .twoOrders:
                guard receiver % 2 == 1, let (envelope, message) = forger.own(.mission, datagram),
                    case .mission(var order) = message
                else { return nil }
                order.command = order.command == .start ? .organise : .start
                return forger.resigned(datagram, .mission(order), counter: envelope.counter + 1_000)
            case .placesTwice:
                guard case .plan(var part)? = forger.own(.plan, datagram)?.message, let first = part.entries.first,
                    part.entries.count < PlanPart.entriesMax
                else { return nil }
                part.entries.append(first)
                return forger.resigned(datagram, .plan(part))
            case .overGrants, .grantsTwice:
                guard case .hello(var hello)? = forger.own(.hello, datagram)?.message, let first = hello.grants.first
                else { return nil }
                if self == .grantsTwice {
                    hello.grants.append(first)
                } else {
                    for index in hello.grants.indices {
                        hello.grants[index].shareKHz = 60_000 / UInt16(hello.grants.count)
                    }
                }
                return forger.resigned(datagram, .hello(hello))
            }
        }
    }

    /// A robot without which the others are still one mesh.
    private static func spare(_ layout: Layout, _ isWanted: (Int) -> Bool) -> Int? {
        layout.x.indices.first { robot in
            isWanted(robot)
                && layout.depths(from: robot == 0 ? 1 : 0, isUp: { $0 != robot && $1 != robot }).count { $0 < 0 } == 1
        }
    }

    static func isDemoted(_ robot: Int, in swarm: Swarm) -> Bool {
        swarm.living.allSatisfy { swarm.peers[$0]?.seal.trust.isDemoted(NodeID(UInt16(robot))) == true }
    }

    /// One root and one plan of it, hops as in breadth-first search, everybody covered by leaders that may lead. What becomes
    /// of the one that leads no more is its own affair: after a leap of its counters nobody hears it for a while.
    static func isWhole(_ swarm: Swarm, without robot: Int) -> Bool {
        let roots = swarm.living.filter { swarm.peers[$0]?.tree.isRoot == true }
        guard roots.count == 1, let root = roots.first, root != robot, swarm.misplaced(root: root).isEmpty else {
            return false
        }
        let plan = swarm.peers[root]?.bulletins.plan
        return plan?.term == swarm.peers[root]?.tree.place.term && !swarm.isLeading(robot)
            && swarm.living.allSatisfy { $0 == robot || swarm.isCovered($0) && swarm.status($0)?.plan == plan }
    }

    @Test(arguments: Crime.allCases, [1, 2, 3] as [UInt64])
    func `who leads against the rules is demoted by everybody within three seconds, and the hierarchy is whole again`(
        crime: Crime, seed: UInt64
    ) throws {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 24, sideMeters: 50, dice: &dice)
        let root = try #require(Self.spare(layout) { _ in true })
        let swarm = Swarm(layout, conditions: .init(loss: 0.05), seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: root)
        swarm.run(seconds: 12)
        let criminal =
            crime.isRoots ? root : try #require(Self.spare(layout) { $0 != root && swarm.isLeading($0) })
        let forger = Forger(robot: criminal)
        swarm.forge = { sender, receiver, transmission in
            sender == criminal ? crime.forged(transmission.datagram, by: forger, to: receiver) : nil
        }
        var sentAt: Instant?
        swarm.tap = { sender, transmission in
            guard sender == criminal, sentAt == nil,
                layout.x.indices.contains(where: { crime.forged(transmission.datagram, by: forger, to: $0) != nil })
            else { return }
            sentAt = swarm.now
        }
        if crime.isRoots { swarm.command(.organise(launches: false), at: criminal) }
        _ = swarm.run(atMost: 10) { sentAt != nil }
        let start = try #require(sentAt, "it never came to it")
        let demoted = swarm.run(atMost: 10) { Self.isDemoted(criminal, in: swarm) }
        let span = (swarm.now - start).inSeconds
        #expect(demoted != nil && span <= 3, "\(crime), seed \(seed): \(span) s")
        let whole = swarm.run(atMost: 25) { Self.isWhole(swarm, without: criminal) }
        #expect(whole != nil, "\(crime), seed \(seed)")
        swarm.run(seconds: 10)
        #expect(Self.isWhole(swarm, without: criminal), "\(crime), seed \(seed)")
        let others = swarm.living.filter { robot in
            robot != criminal
                && swarm.living.contains { swarm.peers[$0]?.seal.trust.isDemoted(NodeID(UInt16(robot))) == true }
        }
        #expect(others.isEmpty, "nobody else: \(others)")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a root that stands again and again keeps nobody from following another`(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 24, sideMeters: 50, dice: &dice)
        let restless = try #require(Self.spare(layout) { $0 != 0 })
        let swarm = Swarm(layout, seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        var honest = 0
        let turns = 240
        for turn in 0..<turns {
            // Its own rules let it stand at every word of its operator.
            swarm.command(.organise(launches: false), at: restless)
            swarm.run(seconds: 0.5)
            let others = swarm.living.filter { $0 != restless }
            let roots = others.compactMap { swarm.peers[$0]?.tree.place.root }
            if turn >= turns / 4, roots.allSatisfy({ $0 != NodeID(UInt16(restless)) && $0 == roots[0] && $0 != .none })
            {
                honest += 1
            }
        }
        let fraction = Double(honest) / Double(turns * 3 / 4)
        #expect(fraction > 0.5, "seed \(seed): \(fraction)")
        #expect(Self.demotions(in: swarm) == 0)
    }

    /// Every demotion of anybody.
    static func demotions(in swarm: Swarm) -> Int {
        swarm.events(since: .zero) { event in
            if case .trustLearned(_, _, .demotion, _) = event { true } else { false }
        }
    }

    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func `an honest swarm demotes nobody, whatever is lost, restarts, leaves or falls apart`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 20, sideMeters: 50, dice: &dice)
        let loss = [0.0, 0.1, 0.25][Int(seed % 3)]
        let swarm = Swarm(layout, conditions: .init(loss: loss, repeats: 0.05), seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: seed % 2 == 0), at: 0)
        swarm.run(seconds: 8)
        for _ in 0..<8 {
            let robot = dice.below(layout.count)
            switch dice.below(6) {
            case 0:
                swarm.kill(robot)
                swarm.run(seconds: dice.uniform(0.1, 3))
                swarm.boot(robot)
            case 1:
                if swarm.living.contains(robot) { swarm.leave(robot) }
                swarm.run(seconds: 1)
                swarm.boot(robot)
            case 2:
                let middle = layout.x.sorted()[8]
                for robot in layout.x.indices { swarm.side[robot] = layout.x[robot] < middle ? 0 : 1 }
                swarm.command(.organise(launches: false), at: robot)
                swarm.run(seconds: 9)
                for robot in layout.x.indices { swarm.side[robot] = 0 }
            case 3: swarm.command(.organise(launches: dice.below(2) == 0), at: robot)
            case 4:
                swarm.command(.stopMission, at: robot)
                swarm.command(.organise(launches: false), at: dice.below(layout.count))
            default:
                if let root = swarm.living.first(where: { swarm.peers[$0]?.tree.isRoot == true }) {
                    swarm.kill(root)
                    swarm.boot(root)
                    swarm.command(.organise(launches: false), at: root)
                }
            }
            swarm.run(seconds: dice.uniform(0.2, 4))
        }
        swarm.run(seconds: 4)
        #expect(Self.demotions(in: swarm) == 0, "seed \(seed)")
    }
}
