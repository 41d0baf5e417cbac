import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// One seed decides everything: loss, breaks, restarts, deadlines, liars. First whatever happens, then peace; then each
/// transfer has ended exactly once on either side, and nothing is left.
@Suite struct ChaosTests {
    @Test(arguments: [false, true])
    func `each transfer ends once on either side, and nothing is left`(sealed: Bool) {
        var outcomes = ChaosOutcomes()
        for seed in 1...UInt64(sealed ? 80 : 160) { chaos(seed: seed, sealed: sealed, &outcomes) }
        // What never happens here is not tested here.
        let rare = outcomes.expected(sealed: sealed).filter { outcomes[$0] < 3 }
        #expect(rare.isEmpty, "\(outcomes)")
        #expect(outcomes["sent"] > outcomes.count / 4, "\(outcomes)")
    }

    private func chaos(seed: UInt64, sealed: Bool, _ outcomes: inout ChaosOutcomes) {
        var dice = SplitMix(seed: seed &* 977)
        func chance(_ share: Double) -> Bool { Double(dice.next() >> 11) * 0x1p-53 < share }
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &dice) }
        let count = pick(2...4)
        var tuning = BulkTuning.standard
        if chance(0.3) {
            tuning.receiveBytesMax = 500_000
            tuning.receiveBytesOfPartnerMax = 400_000
        }
        if chance(0.3) { tuning.queueMax = 8 }
        let net = BulkNet(
            count, seed: seed,
            link: .init(
                loss: Double(pick(0...30)) / 100, doubled: Double(pick(0...10)) / 100,
                delay: .microseconds(pick(100...20_000)), jitter: .microseconds(pick(0...20_000)),
                bitsPerSecond: chance(0.3) ? Double(pick(1...20)) * 1e6 : nil),
            sealed: sealed, tuning: tuning)
        net.burstMax = pick(1...64)
        for from in 0..<count {
            for to in 0..<count where to != from {
                net.join(
                    from, to, bitsPerSecond: Double(pick(1...40)) * 1e6, over: chance(0.3) ? (from + 1) % count : to)
            }
        }
        let ledger = ChaosLedger(net)
        for _ in 0..<pick(10...40) {
            net.at(.zero + .milliseconds(pick(0...8_000))) { [self] in
                step(net, ledger, &dice)
            }
        }
        net.run(until: .zero + .seconds(8))
        for from in 0..<count {
            for to in 0..<count where to != from {
                net.links[from][to].isDown = false
                net.links[from][to].loss = min(net.links[from][to].loss, 0.1)
                if net.robots[from].paths[to] == nil { net.join(from, to, bitsPerSecond: 10_000_000) }
            }
        }
        net.run(until: .zero + .seconds(200))
        ledger.settle(seed: seed)
        ledger.count(&outcomes)
    }

    private func step(_ net: BulkNet, _ ledger: ChaosLedger, _ dice: inout SplitMix) {
        let count = net.robots.count
        let from = Int.random(in: 0..<count, using: &dice)
        let to = (from + Int.random(in: 1..<count, using: &dice)) % count
        switch Int.random(in: 0..<20, using: &dice) {
        case 0..<10:
            let sizes = [1, 500, 1_200, 1_201, 5_000, 60_000, 300_000]
            let object = TestObject(sizes[Int.random(in: 0..<sizes.count, using: &dice)], seed: dice.next() % 4)
            let isForged = Int.random(in: 0..<10, using: &dice) == 0
            ledger.send(
                from, to, isForged ? object.forged(at: object.bytes.count / 3) : object,
                class: dice.next() % 2 == 0 ? .task : .bulk,
                within: .milliseconds(Int.random(in: 100...30_000, using: &dice)))
        case 10..<12:
            let object = TestObject(60_000, seed: dice.next() % 4)
            if dice.next() % 3 > 0 { net.robots[from].shelf.append(object) }
            ledger.fetch(to, from: from, object, within: .milliseconds(Int.random(in: 500...20_000, using: &dice)))
        case 12: ledger.restart(from)
        case 13:
            net.links[from][to].isDown.toggle()
            if dice.next() % 2 == 0 { net.links[to][from].isDown.toggle() }
        case 14: net.join(from, to, bitsPerSecond: nil)
        case 15: net.join(from, to, bitsPerSecond: Double(Int.random(in: 1...40, using: &dice)) * 1e6)
        case 16:
            if !net.sealed { net.endSession(from, to, dice.next() % 4 == 0 ? .closed : .expired) }
        case 17: ledger.cancel(from, &dice)
        case 18: net.links[from][to].loss = 0.6
        default: ledger.decline(to)
        }
    }
}

/// How often each came of a transfer or a fetch.
struct ChaosOutcomes: CustomStringConvertible {
    private var counts: [String: Int] = [:]

    subscript(name: String) -> Int { counts[name, default: 0] }
    var count: Int { counts.values.reduce(0, +) }
    var description: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    mutating func count(_ name: String) { counts[name, default: 0] += 1 }

    func expected(sealed: Bool) -> [String] {
        let all = [
            "sent", "received", "fetched", "failed expired", "failed cancelled", "failed full", "failed unwanted",
            "failed wrongHash", "failed silent", "dropped expired", "dropped cancelled", "dropped restarted",
            "dropped wrongHash", "fetch expired", "fetch noSuchObject",
        ]
        return sealed ? all : all + ["failed closed", "dropped closed"]
    }
}

/// What was begun in each boot of each robot, and what came of it.
final class ChaosLedger {
    private let net: BulkNet
    /// Robots whose boot is over have no one left to tell.
    private var boots: [BulkRobot]
    private var fetches: [(robot: BulkRobot, number: FetchID)] = []
    private var declined: [(robot: BulkRobot, from: NodeID, transfer: TransferID)] = []

    init(_ net: BulkNet) {
        self.net = net
        boots = net.robots
    }

    func send(_ from: Int, _ to: Int, _ object: TestObject, class trafficClass: TrafficClass, within span: Duration) {
        _ = net.send(from, to, object, class: trafficClass, within: span)
    }

    func fetch(_ place: Int, from holder: Int, _ object: TestObject, within span: Duration) {
        if let number = net.fetch(place, from: holder, object, within: span) {
            fetches.append((net.robots[place], number))
        }
    }

    func restart(_ place: Int) {
        net.restart(place)
        boots.append(net.robots[place])
    }

    func cancel(_ place: Int, _ dice: inout SplitMix) {
        guard let number = net.robots[place].begun.suffix(2).randomElement(using: &dice) else { return }
        net.drive(place) { $0.book.cancel(number, now: net.now, actions: &$1) }
    }

    func decline(_ place: Int) {
        guard let offer = net.robots[place].offered.last else { return }
        net.drive(place) { robot, _ in
            if robot.book.decline(offer, now: net.now) { declined.append((robot, offer.from, offer.transfer)) }
        }
    }

    func count(_ outcomes: inout ChaosOutcomes) {
        for robot in boots {
            for _ in robot.sent { outcomes.count("sent") }
            for received in robot.received { outcomes.count(received.offer.fetch == nil ? "received" : "fetched") }
            for (_, reason) in robot.failed { outcomes.count("failed \(reason)") }
            for (_, reason) in robot.dropped { outcomes.count("dropped \(reason)") }
            for (_, reason) in robot.fetchFailed { outcomes.count("fetch \(reason)") }
        }
    }

    func settle(seed: UInt64) {
        for robot in boots where net.robots.contains(where: { $0 === robot }) {
            for number in robot.begun {
                let ends = robot.sent.filter { $0 == number }.count + robot.failed.filter { $0.0 == number }.count
                #expect(ends == 1, "seed \(seed): \(number) ended \(ends) times")
            }
            #expect(robot.book.sendingCount == 0, "seed \(seed): objects are still sent")
            #expect(robot.book.receivingCount == 0, "seed \(seed): objects are still received")
            #expect(robot.book.partialCount == 0 && robot.book.heldBytes == 0, "seed \(seed): parts are left")
            #expect(robot.book.nextDeadline == .distantFuture, "seed \(seed): something is still due")
        }
        for robot in boots {
            for offer in robot.offered {
                let key = (offer.from, offer.transfer)
                let ends =
                    robot.received.filter { ($0.offer.from, $0.offer.transfer) == key }.count
                    + robot.dropped.filter { ($0.0.from, $0.0.transfer) == key }.count
                    + declined.filter { $0.robot === robot && ($0.from, $0.transfer) == key }.count
                let isFetched = offer.fetch != nil
                let isOver = net.robots.contains { $0 === robot }
                #expect(ends <= 1, "seed \(seed): \(offer) ended \(ends) times")
                #expect(ends == 1 || isFetched || !isOver, "seed \(seed): \(offer) did not end")
            }
            for received in robot.received {
                #expect(TestObject(received.object).id == received.offer.id, "seed \(seed)")
            }
        }
        for (robot, number) in fetches where net.robots.contains(where: { $0 === robot }) {
            let ends =
                robot.received.filter { $0.offer.fetch == number }.count
                + robot.fetchFailed.filter { $0.0 == number }.count
            let isDeclined = declined.contains { $0.robot === robot }
            #expect(ends == 1 || isDeclined && ends == 0, "seed \(seed): fetch \(number) ended \(ends) times")
        }
    }
}
