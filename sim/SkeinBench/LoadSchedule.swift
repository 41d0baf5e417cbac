import SkeinWire

/// What a member is to say next, by its plan.
package struct LoadSchedule: Sendable {
    package enum Event: Hashable, Sendable {
        case status(number: Int)
        case task(number: Int, helper: Int)
    }

    private let plan: LoadPlan
    private let member: Int
    private let helpers: [Int]
    private var nextStatus = 0
    /// By helper.
    private var nextRound: [Int]

    package init(_ plan: LoadPlan, member: Int) {
        self.plan = plan
        self.member = member
        helpers = plan.helpers(of: member)
        nextRound = [Int](repeating: 0, count: helpers.count)
    }

    /// When the next is due, after the start; nil: all has been said.
    package var next: Duration? { [statusTime, taskTime?.at].compactMap(\.self).min() }

    private var statusTime: Duration? {
        nextStatus < plan.statusCount ? plan.statusTime(nextStatus, of: member) : nil
    }

    private var taskTime: (at: Duration, place: Int)? {
        helpers.indices.filter { nextRound[$0] < plan.roundCount }
            .map { (plan.taskTime(round: nextRound[$0], helper: $0, of: member), $0) }
            .min { $0.0 < $1.0 }
    }

    /// The next of those that are due.
    package mutating func take(at elapsed: Duration) -> Event? {
        if let at = statusTime, at <= elapsed, at <= taskTime?.at ?? at {
            defer { nextStatus += 1 }
            return .status(number: nextStatus)
        }
        guard let (at, place) = taskTime, at <= elapsed else { return nil }
        defer { nextRound[place] += 1 }
        return .task(number: plan.taskNumber(round: nextRound[place], helper: place), helper: helpers[place])
    }
}
