import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

import SkeinWorld

/// Jobs through whole peers, over the world's radio.
struct WorkTests {
    private func config(seed: UInt64, robots: Int = 8) -> WorldConfig {
        var config = WorldConfig(seed: seed, robots: robots)
        config.arena = Arena(xMetersMin: 0, xMetersMax: 25, yMetersMin: 0, yMetersMax: 25)
        return config
    }

    private func order(
        _ at: Double, _ robot: Int, units: Int, span: Double = 20, _ change: (inout WorkConfig.Order) -> Void = { _ in }
    ) -> WorkConfig.Order {
        var order = WorkConfig.Order(
            at: .fromSeconds(at), robot: robot, units: units, span: .fromSeconds(span))
        change(&order)
        return order
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func `robots compute each other's jobs`(seed: UInt64) {
        var config = config(seed: seed)
        config.work.orders = [order(3, 2, units: 12), order(3.1, 5, units: 6) { $0.isHedged = true }]
        var world = World(config)
        let work = world.work()
        #expect(work.faults.isEmpty, "\(work.faults)")
        #expect(work.doneUnits == 18 && work.missingUnits == 0)
        let helpers = Set(
            work.entries.flatMap { $0.report?.units ?? [] }.compactMap { unit -> NodeID? in
                if case .done(let output) = unit { return output.computedBy }
                return nil
            })
        #expect(helpers.count >= 3, "\(helpers)")
    }

    @Test func `a robot without the kernel has its job computed by those that offer it`() {
        var config = config(seed: 9)
        config.work.registered = 3
        config.work.orders = [order(3, 6, units: 6)]
        var world = World(config)
        let work = world.work()
        #expect(work.faults.isEmpty, "\(work.faults)")
        #expect(work.doneUnits == 6)
        for case .done(let output) in work.entries[0].report?.units ?? [] { #expect(output.computedBy.number < 3) }
    }

    @Test(arguments: UInt64(20)...31) func `crashes, restarts and cancellations leave nothing behind`(seed: UInt64) {
        var config = config(seed: seed)
        let requester = Int(seed % 4) + 2
        config.work.orders = [
            order(3, requester, units: 10) { $0.isDurable = true },
            order(3.2, 1, units: 10) { $0.cancelAfter = .milliseconds(200 + 40 * Int(seed - 20)) },
            order(3.4, 6, units: 6),
        ]
        config.faults = [
            Fault(
                at: .fromSeconds(3.1 + 0.07 * Double(seed - 20)), kind: .restart(after: .seconds(1)),
                target: .robots([requester])),
            Fault(at: .fromSeconds(3.5), kind: .crash, target: seed % 2 == 0 ? .leader : .robots([7])),
        ]
        var world = World(config)
        let work = world.work()
        #expect(work.faults.isEmpty, "\(work.faults)")
        for (number, entry) in work.entries.enumerated() where number != 1 {
            let isDead = entry.report == nil && entry.refusal == nil
            // Its robot may be the leader that died.
            #expect(!isDead || seed % 2 == 0, "job \(number) of seed \(seed) was not told its end")
        }
    }
}
