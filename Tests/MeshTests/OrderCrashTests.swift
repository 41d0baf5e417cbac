import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Durable orders on a machine that loses its power between any two effects, and is restored from what its disk then held.
struct OrderCrashTests {
    /// An order of islands that search an empty field.
    static func order(_ key: UInt64, parts: Int, span: Duration, seed: UInt64 = 1) -> TaskOrder {
        let box = PsoBox(low: FieldPoint(xMeters: 0, yMeters: 0), high: FieldPoint(xMeters: 50, yMeters: 50))
        let islands = (0..<(parts + 1) / 2).flatMap {
            PsoSearch(seed: seed &* 1_000 + key * 100 + UInt64($0), box: box, samples: []).islands()
        }
        return TaskOrder(
            key: TaskKey(key), kernel: .pso, inputs: islands.prefix(parts).map { $0.encoded() }, span: span,
            isDurable: true)
    }

    private static func orders(_ seed: UInt64) -> [TaskOrder] {
        (1...4 as ClosedRange<UInt64>).map { key in
            order(key, parts: 1 + Int(key) % 2, span: .milliseconds(300 + 200 * Int(key)), seed: seed)
        }
    }

    @Test func `without a crash every order ends once, as it was told`() {
        let bench = OrderBench(seed: 1, orders: Self.orders(1))
        bench.live(seconds: 3)
        bench.run(seconds: 5)
        #expect(bench.breaches.isEmpty && bench.accepted == [1, 2, 3, 4])
        #expect((1...4).allSatisfy { bench.outcome($0) != nil })
    }

    /// Every boundary of the first seconds in turn, and after it another two anywhere.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `a crash at any effect loses nothing acknowledged and tells no two outcomes`(seed: UInt64) {
        let orders = Self.orders(seed)
        let calm = OrderBench(seed: seed, orders: orders)
        calm.live(seconds: 2)
        var dice = Dice(seed: seed)
        var crashes = 0
        for boundary in 0..<calm.boundary {
            let bench = OrderBench(seed: seed, orders: orders)
            bench.crashAt = boundary
            bench.live(seconds: 2)
            for _ in 0..<2 {
                bench.crashAt = bench.boundary + dice.below(80)
                bench.live(seconds: 2)
            }
            bench.crashAt = nil
            bench.run(seconds: 14)
            crashes += bench.crashes
            #expect(bench.breaches.isEmpty, "seed \(seed), boundary \(boundary): \(bench.breaches)")
            for key in bench.accepted {
                #expect(bench.outcome(key) != nil, "seed \(seed), boundary \(boundary): task \(key) never ends")
            }
        }
        #expect(2 * crashes > 3 * calm.boundary)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `what is said to be forgotten stays so over any crash`(seed: UInt64) {
        for boundary in 0..<30 {
            let bench = OrderBench(seed: seed * 1_000 + UInt64(boundary), orders: Self.orders(seed))
            bench.live(seconds: 2)
            bench.run(seconds: 2)
            bench.crashAt = bench.boundary + boundary
            bench.forget(1)
            bench.forget(2)
            bench.run(seconds: 1)
            bench.crashAt = nil
            bench.run(seconds: 14)
            for key in bench.forgotten { #expect(bench.outcome(key) == nil, "task \(key) is back") }
            #expect(bench.breaches.isEmpty, "seed \(seed), boundary \(boundary): \(bench.breaches)")
        }
    }
}
