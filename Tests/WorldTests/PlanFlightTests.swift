import SkeinPeer
import SkeinTasks
import Testing

@testable import SkeinWorld

/// Plans flown whole in the simulated world.
@Suite struct PlanFlightTests {
    private func place(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private var plan: MissionPlan {
        let way = MissionPlan.Way(
            waypoints: [.init(point: place(10, 10), holdSeconds: 1), .init(point: place(30, 10))], laps: 1)
        var plan = MissionPlan(
            name: "walk", revision: 1,
            roles: [
                MissionPlan.Role(name: "walker", count: 2, goal: .waypoints(way)),
                MissionPlan.Role(name: "guard", count: 2, goal: .hold(area: 0)),
            ])
        plan.field.arena = Arena(xMetersMin: 0, xMetersMax: 40, yMetersMin: 0, yMetersMax: 40)
        plan.areas = [.init(name: "yard", shape: .polygon(FieldPolygon(low: place(2, 25), high: place(38, 38))))]
        plan.deadlineSeconds = 120
        plan.tasks = [.init(name: "there", role: 1, deadlineSeconds: 100)]
        return plan
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `robots walk and guard as the plan says, and all stop when all have arrived`(
        seed: UInt64
    ) {
        let outcome = PlanFlight(plan, robots: 5, seed: seed).flown()
        #expect(outcome.isEnded && outcome.reason == .allArrived, "\(outcome)")
        #expect(outcome.serving == [2, 2] && outcome.arrived == [2, 2])
        #expect(outcome.seconds < 100)
        // One stands by, the others are named; nobody was put down on another, and nobody touched one.
        #expect(outcome.roles.count == 5 && outcome.roles.count { $0 == nil } == 1)
        #expect([0, 1].allSatisfy { role in outcome.roles.count { $0 == role } == 2 })
        #expect(outcome.tasks == [1])
        #expect(outcome.contacts?.robotContacts == 0, "\(String(describing: outcome.contacts))")
    }

    @Test func `who cannot arrive in time is stopped by the deadline, and that is no success`() {
        var plan = plan
        plan.deadlineSeconds = 3
        let outcome = PlanFlight(plan, robots: 4, seed: 3).flown()
        #expect(!outcome.isEnded && outcome.reason == .deadline)
    }
}
