import SkeinWorld
import Testing

@testable import SkeinLab

@Suite struct LabScheduleTests {
    private static let second: Int64 = 1_000_000_000

    /// Every order up to `end`, looked for each 10 ms, with a model of who is on.
    private static func play(
        _ more: String, startAt: Int64, until end: Int64
    ) throws -> (orders: [(at: Int64, order: LabSchedule.Order)], isUp: [Bool]) {
        let config = try Scenarios.world(more)
        var schedule = LabSchedule(config, layout: Layout(config))
        var isUp = [Bool](repeating: false, count: config.robots)
        var orders: [(Int64, LabSchedule.Order)] = []
        for time in stride(from: Int64(0), through: end, by: 10_000_000) {
            if time == startAt { schedule.missionStarted(at: time) }
            let up = isUp
            while let next = schedule.take(
                by: time,
                targets: { target in
                    if case .robots(let list) = target { return list }
                    return [1]
                }, isUp: { up[$0] })
            {
                for order in next {
                    orders.append((time, order))
                    if case .boot(let robot) = order { isUp[robot] = true }
                    if case .cut(let robot) = order { isUp[robot] = false }
                }
            }
        }
        return (orders, isUp)
    }

    private static func after(_ start: Int64, _ orders: [(at: Int64, order: LabSchedule.Order)]) -> [String] {
        orders.filter { $0.at >= start }.map { "\(($0.at - start) / 10_000_000) \($0.order)" }
    }

    @Test func `robots boot within the spread`() throws {
        let (orders, isUp) = try Self.play("", startAt: .max, until: Self.second)
        #expect(isUp.allSatisfy { $0 })
        #expect(orders.count == 5)
        #expect(orders.allSatisfy { $0.at <= 510_000_000 })
    }

    @Test func `faults count from the mission's start`() throws {
        let faults =
            Scenarios.fault("crash", at: 1) + Scenarios.fault("restart", at: 2, target: "[3]", more: "for_s = 1.5")
        let (orders, isUp) = try Self.play(faults, startAt: 2 * Self.second, until: 10 * Self.second)
        #expect(Self.after(2 * Self.second, orders) == ["100 cut(2)", "200 cut(3)", "350 boot(3)"])
        #expect(isUp == [true, true, false, true, true])
    }

    @Test func `without a start nothing goes wrong`() throws {
        let (orders, _) = try Self.play(Scenarios.fault("crash", at: 0), startAt: .max, until: 10 * Self.second)
        #expect(orders.allSatisfy { if case .boot = $0.order { true } else { false } })
    }

    @Test func `a pause prolongs another, and a cut ends it`() throws {
        let longer =
            Scenarios.fault("pause", at: 1, more: "for_s = 2") + Scenarios.fault("pause", at: 2, more: "for_s = 2")
        let (orders, _) = try Self.play(longer, startAt: Self.second, until: 10 * Self.second)
        #expect(Self.after(Self.second, orders) == ["100 pause(2)", "200 pause(2)", "400 resume(2)"])
        let cut = Scenarios.fault("pause", at: 1, more: "for_s = 2") + Scenarios.fault("crash", at: 2)
        let (others, _) = try Self.play(cut, startAt: Self.second, until: 10 * Self.second)
        #expect(Self.after(Self.second, others) == ["100 pause(2)", "200 cut(2)"])
    }

    @Test func `a late robot is switched on by its fault alone`() throws {
        let (orders, isUp) = try Self.play(
            Scenarios.fault("late", at: 1.5), startAt: Self.second, until: 5 * Self.second)
        #expect(orders.filter { $0.order == .boot(2) }.map(\.at) == [2_500_000_000])
        #expect(isUp.allSatisfy { $0 })
    }

    @Test func `faults of the air begin and end`() throws {
        let faults = Scenarios.fault("jam", at: 1, target: "[1]", more: "for_s = 0.5")
        let (orders, _) = try Self.play(faults, startAt: Self.second, until: 5 * Self.second)
        #expect(Self.after(Self.second, orders) == ["100 beginFault(0, targets: [1])", "150 endFault(0)"])
    }
}
