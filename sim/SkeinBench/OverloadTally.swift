import SkeinFiles
import SkeinWire

/// What a member of the overload test has heard and brought through.
package struct OverloadTally: Hashable, Sendable {
    private let plan: OverloadPlan
    /// Ages on arrival, ms; by member of the number last heard.
    package private(set) var beaconNanoseconds: [UInt64] = []
    package private(set) var noticeNanoseconds: [UInt64] = []
    private var beaconsSeen: [[Bool]]
    private var noticesSeen: [[Bool]]
    package private(set) var objectsTaken = 0
    package private(set) var objectsRefused = 0
    package private(set) var objectsArrived = 0
    package private(set) var bytesArrived = 0

    package init(_ plan: OverloadPlan) {
        self.plan = plan
        func none(_ span: Duration) -> [[Bool]] {
            [[Bool]](repeating: [Bool](repeating: false, count: plan.count(every: span)), count: plan.members)
        }
        beaconsSeen = none(OverloadPlan.beaconSpan)
        noticesSeen = none(OverloadPlan.safetySpan)
    }

    mutating func offered(isTaken: Bool) {
        if isTaken { objectsTaken += 1 } else { objectsRefused += 1 }
    }

    mutating func arrived(bytes: Int) {
        objectsArrived += 1
        bytesArrived += bytes
    }

    mutating func beacon(_ number: Int, from member: Int, elapsed: Duration) {
        guard Self.marks(&beaconsSeen, member, number) else { return }
        beaconNanoseconds.append(age(number, every: OverloadPlan.beaconSpan, of: member, elapsed))
    }

    mutating func notice(_ number: Int, from member: Int, elapsed: Duration) {
        guard Self.marks(&noticesSeen, member, number) else { return }
        noticeNanoseconds.append(age(number, every: OverloadPlan.safetySpan, of: member, elapsed))
    }

    private func age(_ number: Int, every span: Duration, of member: Int, _ elapsed: Duration) -> UInt64 {
        UInt64(max(0, (elapsed - plan.time(number, every: span, of: member)).nanoseconds))
    }

    private static func marks(_ seen: inout [[Bool]], _ member: Int, _ number: Int) -> Bool {
        guard seen.indices.contains(member), seen[member].indices.contains(number), !seen[member][number] else {
            return false
        }
        seen[member][number] = true
        return true
    }

    /// One line of JSON.
    package var line: String {
        let beacons = LoadFigures.Latencies(beaconNanoseconds)
        let notices = LoadFigures.Latencies(noticeNanoseconds)
        let late = noticeNanoseconds.count { $0 >= UInt64(OverloadPlan.safetyMax.nanoseconds) }
        let values: [(String, String)] = [
            ("beacon_rx", "\(beacons.count)"), ("beacon_max_ms", "\(beacons.milliseconds(1) ?? 0)"),
            ("safety_rx", "\(notices.count)"), ("safety_p99_ms", "\(notices.milliseconds(0.99) ?? 0)"),
            ("safety_max_ms", "\(notices.milliseconds(1) ?? 0)"), ("safety_late", "\(late)"),
            ("objects_taken", "\(objectsTaken)"), ("objects_refused", "\(objectsRefused)"),
            ("objects_rx", "\(objectsArrived)"), ("bytes_rx", "\(bytesArrived)"),
        ]
        return "{" + values.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
}
