import SkeinWire
import Testing

@testable import SkeinPeer

/// One robot's floods do not take everybody's air.
struct FloodBudgetTests {
    private func at(_ seconds: Double) -> Instant { .zero + .fromSeconds(seconds) }

    @Test func `who floods at will is passed on eight times a second, and others as before`() {
        var budget = FloodBudget()
        var passed = 0
        for step in 0..<2_000 {
            passed += budget.mayPass(.routeRequest, of: NodeID(1), now: at(Double(step) / 200)) ? 1 : 0
        }
        #expect((110...114).contains(passed), "32 at once and 8 a second for 10 s: \(passed)")
        let other = budget.mayPass(.sighting, of: NodeID(2), now: at(10))
        #expect(other)
    }

    @Test func `plans and orders are not counted here`() {
        var budget = FloodBudget()
        for _ in 0..<100 {
            let passes = [MessageKind.plan, .mission].map { budget.mayPass($0, of: NodeID(1), now: .zero) }
            #expect(passes == [true, true])
        }
    }

    @Test func `however many flood, one flooder's budget is not filled up by it before its time`() {
        var budget = FloodBudget()
        for _ in 0..<32 { _ = budget.mayPass(.routeRequest, of: NodeID(1), now: at(1)) }
        for robot in 2..<129 as Range<UInt16> { _ = budget.mayPass(.routeRequest, of: NodeID(robot), now: at(0.9)) }
        let more = budget.mayPass(.routeRequest, of: NodeID(1), now: at(1))
        #expect(!more)
    }
}
