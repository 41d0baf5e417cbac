import SkeinPeer
import SkeinSeal
import SkeinWire

// Mesh time, the emergency stop, the fleet.

extension MetricFamily {
    static let clock: [MetricFamily] = [
        one("skein_clock_known", .gauge, unit: "0 or 1", "It knows mesh time.", healthy: "1") {
            $0.report.status.clock.time == nil ? 0 : 1
        },
        one(
            "skein_clock_bound_seconds", .gauge, unit: "s",
            "How wrong its mesh time is at most; missing while it knows none.",
            healthy: "below 0.01"
        ) { $0.report.status.clock.time?.boundSeconds },
        one("skein_clock_hops", .gauge, unit: "hops", "Exchanges between it and the root.", healthy: "as in the tree") {
            Double($0.report.status.clock.hops)
        },
        MetricFamily(
            "skein_clock_answers_total", .counter, unit: "answers", labels: ["verdict"],
            "Answers about the time, believed and refused.", healthy: "refused level"
        ) {
            [
                MetricSample(["believed"], $0.report.status.clock.answers),
                MetricSample(["refused"], $0.report.status.clock.refusals),
            ]
        },
    ]

    static let safety: [MetricFamily] = [
        one("skein_stopped", .gauge, unit: "0 or 1", "It stands for an emergency stop.", healthy: "0") {
            $0.report.safety.isStopped ? 1 : 0
        },
        one("skein_stops_in_force", .gauge, unit: "stops", "Emergency stops that it obeys.", healthy: "0") {
            Double($0.report.safety.activeCount)
        },
        one("skein_stops_persisted", .gauge, unit: "0 or 1", "All that it obeys is on its disk.", healthy: "1") {
            $0.report.safety.isPersisted ? 1 : 0
        },
        MetricFamily(
            "skein_stop_answers", .gauge, unit: "robots", labels: ["answer"],
            "Of the robots that its own stop or release was for, so many answered what.", healthy: "unreachable 0"
        ) {
            let safety = $0.report.safety
            return [
                MetricSample(["stands"], safety.standing), MetricSample(["goes_on"], safety.goingOn),
                MetricSample(["waiting"], safety.waiting), MetricSample(["unreachable"], safety.unreachable),
            ]
        },
    ]

    static let fleet: [MetricFamily] = [
        MetricFamily(
            "skein_fleet_robots", .gauge, unit: "robots", labels: ["state"],
            "What the fleet's book says of its robots.",
            healthy: "expired and demoted 0"
        ) {
            let trust = $0.report.trust
            return [
                MetricSample(["member"], trust.members), MetricSample(["revoked"], trust.revoked),
                MetricSample(["expired"], trust.expired), MetricSample(["demoted"], trust.demoted),
            ]
        },
        one("skein_fleet_keys_doubled", .gauge, unit: "robots", "Keys that two machines speak with.", healthy: "0") {
            Double($0.report.trust.doubled)
        },
        one(
            "skein_membership_expiry_timestamp_seconds", .gauge, unit: "s of UTC",
            "When its own membership ends; missing if never.", healthy: "a week ahead"
        ) { $0.report.trust.expiresAtSeconds.map { Double($0) } },
        MetricFamily(
            "skein_report_cut_entries", .gauge, unit: "entries", labels: ["list"],
            "Entries that its report has no room for.", healthy: "0"
        ) {
            let cut = $0.report.cut
            return [
                MetricSample(["neighbours"], cut.neighbours), MetricSample(["members"], cut.members),
                MetricSample(["routes"], cut.routes), MetricSample(["tasks"], cut.tasks),
                MetricSample(["units"], cut.units), MetricSample(["helping"], cut.helping),
                MetricSample(["transfers"], cut.transfers), MetricSample(["leaders"], cut.leaders),
            ]
        },
    ]
}
