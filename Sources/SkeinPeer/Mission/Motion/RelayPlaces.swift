import SkeinTasks

/// Where relays stand so that two groups stay connected: on the line between them, at equal distances.
package enum RelayPlaces {
    /// A hop is planned no longer than this part of the radio's reach: fading and shadows take the rest [R].
    package static let reachShare = 0.7

    /// How many relays a distance needs.
    package static func count(apart meters: Double, reachMeters: Double) -> Int {
        guard meters.isFinite, reachMeters > 0 else { return 0 }
        return max(0, Int((meters / (reachShare * reachMeters)).rounded(.up)) - 1)
    }

    /// The place of relay `rank` (from 0, nearest to the first group) of `count`.
    package static func place(rank: Int, count: Int, from first: FieldPoint, to second: FieldPoint) -> FieldPoint {
        guard count > 0 else { return first }
        let share = Double(min(max(rank, 0), count - 1) + 1) / Double(count + 1)
        return first + share * (second - first)
    }
}
