import SkeinBench
import SkeinWire
import Testing

@Suite struct LoadPlanTests {
    let plan = LoadPlan(
        members: 20, seconds: 30, statusHertz: 10, requesters: 5, helpers: 3, taskBytes: 10_000, taskHertz: 1)

    @Test func `helper k of requester i is member 5 + (3 i + k) mod 15`() {
        #expect(plan.helpers(of: 0) == [5, 6, 7])
        #expect(plan.helpers(of: 4) == [17, 18, 19])
        #expect(plan.helpers(of: 5).isEmpty)
    }
}
