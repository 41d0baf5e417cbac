import SkeinPeer

/// Measurements on their way from a sensor that is slow to tell: each is told once, with its age; of two that are due at once the
/// newer.
struct SenseDelay<Value: Sendable>: Sendable {
    private let span: Int64
    private var underWay: [(at: Int64, value: Value)] = []

    init(_ span: Duration) { self.span = span.nanoseconds }

    mutating func measured(_ value: Value, at now: Int64) { underWay.append((now, value)) }

    /// What is told now.
    mutating func told(at now: Int64) -> (value: Value, age: Duration)? {
        var told: (value: Value, age: Duration)?
        while let first = underWay.first, first.at + span <= now {
            told = (first.value, .nanoseconds(now - first.at))
            underWay.removeFirst()
        }
        return told
    }
}
