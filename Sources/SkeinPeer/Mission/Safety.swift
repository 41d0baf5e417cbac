import RealModule
import SkeinTasks

/// The last word on every setpoint: a table whose first row that applies decides what may remain of it; then the
/// limits. Whatever the mission's logic wants, a robot that has lost its sensors, its order or the field stands.
struct Safety {
    enum Condition: Hashable, CaseIterable {
        /// An emergency stop is in force.
        case stopped
        /// The estimate or the wish is not a number.
        case insane
        /// No sensor reading for `readingSilenceMax`: nobody holds the dead man's handle.
        case silent
        /// No order to move, or an order to stop.
        case unordered
        /// Organised, halted by a failed step, or arrived: on the spot only.
        case held
        /// Beyond the fence, and the wish leads no way back.
        case leaving
        case always
    }

    enum Permission: Hashable {
        case stand
        /// Turning on the spot.
        case turn
        case drive
    }

    struct Row: Hashable {
        var condition: Condition
        var permission: Permission
    }

    /// Most urgent first.
    static let table = [
        Row(condition: .stopped, permission: .stand),
        Row(condition: .insane, permission: .stand),
        Row(condition: .silent, permission: .stand),
        Row(condition: .unordered, permission: .stand),
        Row(condition: .held, permission: .turn),
        Row(condition: .leaving, permission: .turn),
        Row(condition: .always, permission: .drive),
    ]

    /// What the rows are judged by.
    struct Situation {
        var pose: Pose
        var isSilent: Bool
        var isOrdered: Bool
        var isHeld: Bool
        var isStopped = false
    }

    static func permission(for wish: Setpoint, in situation: Situation, tuning: MissionTuning) -> Permission {
        for row in table where applies(row.condition, wish, situation, tuning.arena) { return row.permission }
        return .stand
    }

    /// The setpoint that may be actuated.
    static func limited(_ wish: Setpoint, in situation: Situation, tuning: MissionTuning) -> Setpoint {
        let turnMax = tuning.turnRadiansPerSecondMax
        let turn = max(-turnMax, min(turnMax, wish.turnRadiansPerSecond))
        switch permission(for: wish, in: situation, tuning: tuning) {
        case .stand: return .stop
        case .turn: return Setpoint(speedMetersPerSecond: 0, turnRadiansPerSecond: turn)
        case .drive:
            let speedMax = tuning.speedMetersPerSecondMax
            return Setpoint(
                speedMetersPerSecond: max(-speedMax, min(speedMax, wish.speedMetersPerSecond)),
                turnRadiansPerSecond: turn)
        }
    }

    private static func applies(
        _ condition: Condition, _ wish: Setpoint, _ situation: Situation, _ arena: Arena
    ) -> Bool {
        switch condition {
        case .stopped: return situation.isStopped
        case .insane:
            return
                !(situation.pose.xMeters.isFinite && situation.pose.yMeters.isFinite
                && situation.pose.headingRadians.isFinite && wish.speedMetersPerSecond.isFinite
                && wish.turnRadiansPerSecond.isFinite)
        case .silent: return situation.isSilent
        case .unordered: return !situation.isOrdered
        case .held: return situation.isHeld
        case .leaving: return leaves(wish, situation.pose, arena)
        case .always: return true
        }
    }

    /// Outside the fence, and not moving inward.
    private static func leaves(_ wish: Setpoint, _ pose: Pose, _ arena: Arena) -> Bool {
        let here = FieldPoint(xMeters: pose.xMeters, yMeters: pose.yMeters)
        guard !arena.contains(here, margins: 1) else { return false }
        let inward = arena.nearest(to: here) - here
        let forward =
            inward.xMeters * Double.cos(pose.headingRadians) + inward.yMeters * Double.sin(pose.headingRadians)
        return wish.speedMetersPerSecond * forward <= 0
    }
}
