import SkeinPeer

/// When every robot came to stand after an emergency stop: from the operator's command to the moment that a robot's motors
/// were told, by the clock of the world. Reachable is who could be reached over any number of radios, as the links were when
/// the command was given; whether a robot stands is its own event, and at the end its body's word.
package struct StopWatch: Sendable {
    private let span: Int64
    private(set) var begunAt: Int64?
    private var isReachable: [Bool]
    private var stoodAt: [Int64?]
    private var isMoving: [Bool]
    /// What the issuer knew at the end.
    package var report: SafetyReport?

    package init(robots: Int, span: Duration) {
        self.span = span.nanoseconds
        isReachable = [Bool](repeating: false, count: robots)
        stoodAt = [Int64?](repeating: nil, count: robots)
        isMoving = isReachable
    }

    /// The first stop is being commanded. Later ones add to who can be reached.
    package mutating func begin(reachable: [Bool], now: Int64) {
        if begunAt == nil { begunAt = now }
        for robot in reachable.indices where reachable[robot] { isReachable[robot] = true }
    }

    package mutating func stood(_ robot: Int, now: Int64) {
        if begunAt != nil, stoodAt[robot] == nil { stoodAt[robot] = now }
    }

    package mutating func look(isMoving: [Bool]) { self.isMoving = isMoving }

    package func isOver(now: Int64) -> Bool { begunAt.map { now - $0 >= span } ?? false }

    package var figures: StopFigures? {
        guard let begunAt else { return nil }
        return StopFigures(
            seconds: stoodAt.map { $0.map { Double($0 - begunAt) * 1e-9 } }, isReachable: isReachable,
            isMoving: isMoving, report: report)
    }
}

/// What came of an emergency stop.
package struct StopFigures: Sendable {
    /// By robot: from the command until it stood; nil: it never did.
    package var seconds: [Double?]
    package var isReachable: [Bool]
    /// By robot, at the end: its body moves.
    package var isMoving: [Bool]
    /// What the issuer knew at the end: receipts alone.
    package var report: SafetyReport?

    package init(seconds: [Double?], isReachable: [Bool], isMoving: [Bool], report: SafetyReport?) {
        self.seconds = seconds
        self.isReachable = isReachable
        self.isMoving = isMoving
        self.report = report
    }

    package var reachable: Int { isReachable.count { $0 } }
    /// Reachable, and never stood, or moves all the same.
    package var failed: [Int] {
        seconds.indices.filter { isReachable[$0] && (seconds[$0] == nil || isMoving[$0]) }
    }
    /// Of the reachable robots, ascending; infinite for one that never stood.
    package var reachableSeconds: [Double] {
        seconds.indices.filter { isReachable[$0] }.map { seconds[$0] ?? .infinity }.sorted()
    }
    package var receipts: Int? { report.map { $0.robots.count { $0.answer == .stands } } }
}
