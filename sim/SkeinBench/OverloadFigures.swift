import SkeinFiles
import SkeinWire

/// What one run of the overload test came to, over all members.
package struct OverloadFigures: Sendable {
    package let plan: OverloadPlan
    /// Beacons and notices that each of the others should have heard.
    package let beaconsDue: Int
    package let noticesDue: Int
    package private(set) var beaconsHeard = 0
    package private(set) var noticesHeard = 0
    /// Of those heard, later than they may be.
    package private(set) var noticesLate = 0
    package private(set) var beaconMillisecondsMax = 0.0
    package private(set) var noticeMillisecondsMax = 0.0
    /// The worst member's.
    package private(set) var noticeMillisecondsP99 = 0.0
    package private(set) var objectsTaken = 0
    package private(set) var objectsRefused = 0
    package private(set) var bytesArrived = 0

    package init(_ plan: OverloadPlan, said: [[String]]) throws(BenchError) {
        self.plan = plan
        let pairs = plan.members * (plan.members - 1)
        beaconsDue = pairs * plan.count(every: OverloadPlan.beaconSpan)
        noticesDue = pairs * plan.count(every: OverloadPlan.safetySpan)
        for (member, words) in said.enumerated() {
            guard let line = words.last(where: { $0.hasPrefix("{") }),
                let value = try? JSONReader.read(line, file: "member"), case .object(let entries) = value
            else { throw .ended("member \(member)", how: "ended without its line", lastLines: words) }
            add(entries)
        }
    }

    private mutating func add(_ entries: [JSONValue.Member]) {
        func number(_ key: String) -> Double {
            switch entries.first(where: { $0.key == key })?.value {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .null, .bool, .string, .array, .object, nil: 0
            }
        }
        beaconsHeard += Int(number("beacon_rx"))
        noticesHeard += Int(number("safety_rx"))
        noticesLate += Int(number("safety_late"))
        beaconMillisecondsMax = max(beaconMillisecondsMax, number("beacon_max_ms"))
        noticeMillisecondsMax = max(noticeMillisecondsMax, number("safety_max_ms"))
        noticeMillisecondsP99 = max(noticeMillisecondsP99, number("safety_p99_ms"))
        objectsTaken += Int(number("objects_taken"))
        objectsRefused += Int(number("objects_refused"))
        bytesArrived += Int(number("bytes_rx"))
    }

    /// Of the channel, what objects that arrived took, 0…1.
    package var channelShare: Double {
        Double(bytesArrived * 8) / (Double(plan.seconds) * Double(plan.bitsPerSecond))
    }

    /// No beacon missed, and no word of class safety missed or late.
    package var holds: Bool { beaconsHeard == beaconsDue && noticesHeard == noticesDue && noticesLate == 0 }
}
