import SkeinTasks
import SkeinWire

/// Whether anybody is heard, and what the mission's rule says to do when nobody is (`MissionRules.linkLoss`). A robot that
/// never heard anybody has lost nobody yet: it counts from its first reading.
struct LinkWatch {
    /// What the rule asks for now.
    enum Order: Hashable {
        case goOn
        case stand
        case goHome
    }

    private var heardAt: Instant?
    var rules: MissionRules

    init(rules: MissionRules) { self.rules = rules }

    mutating func heard(now: Instant) { heardAt = max(heardAt ?? now, now) }

    mutating func looked(now: Instant) { heardAt = heardAt ?? now }

    func isLost(now: Instant) -> Bool { heardAt.map { now - $0 >= rules.linkLossAfter } ?? false }

    func order(now: Instant) -> Order {
        guard let heardAt, now - heardAt >= rules.linkLossAfter else { return .goOn }
        switch rules.linkLoss {
        case .stop: return .stand
        case .returnHome: return .goHome
        case .proceed(let span): return now - heardAt >= rules.linkLossAfter + span ? .stand : .goOn
        }
    }
}
