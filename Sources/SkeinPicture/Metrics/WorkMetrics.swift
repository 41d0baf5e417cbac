import SkeinPeer
import SkeinSeal
import SkeinWire

// Tasks here and elsewhere, what is lent, objects under way.

extension MetricFamily {
    static let work: [MetricFamily] = [
        MetricFamily(
            "skein_tasks", .gauge, unit: "tasks", labels: ["kind", "phase"],
            "This robot's own tasks that it still tells of.",
            healthy: "failed 0"
        ) { source in
            kinds.flatMap { kind in
                TaskAccount.Phase.allCases.map { phase in
                    MetricSample(
                        [kind, "\(phase)"],
                        source.report.tasks.count { Self.kind($0.name) == kind && $0.phase == phase })
                }
            }
        },
        MetricFamily(
            "skein_open_task_units", .gauge, unit: "units", labels: ["place"],
            "Units of its open tasks that were or are computed here, and elsewhere.",
            healthy: "elsewhere while it has helpers"
        ) { source in
            let open = source.report.tasks.filter(\.isOpen)
            let elsewhere = open.reduce(0) { $0 + $1.elsewhere }
            let all = open.reduce(0) { $0 + $1.count }
            return [MetricSample(["here"], max(0, all - elsewhere)), MetricSample(["elsewhere"], elsewhere)]
        },
        MetricFamily(
            "skein_helping_units", .gauge, unit: "units", labels: ["kind"], "What it computes for others.", healthy: "–"
        ) { source in
            HelpAccount.Kind.allCases.map { kind in
                MetricSample(["\(kind)"], source.report.helping.count { $0.kind == kind })
            }
        },
        one(
            "skein_processor_lent_ratio", .gauge, unit: "0…1", "Idle share of a processor that it has to lend.",
            healthy: "above 0 at rest"
        ) { $0.report.status.idlePercent / 100 },
        one(
            "skein_processor_granted_ratio", .gauge, unit: "0…1", "What its leader has granted of that.",
            healthy: "close to what is lent"
        ) { $0.report.status.grantedPercent / 100 },
        one(
            "skein_granted_bandwidth_hertz", .gauge, unit: "Hz", "Its share of the leader's band.",
            healthy: "above 0 with a leader"
        ) { $0.report.status.grantedMHz * 1e6 },
        MetricFamily(
            "skein_member_granted_ratio", .gauge, unit: "0…1", labels: ["member"],
            "As a leader: a member's credit, what it is granted of a processor.", healthy: "above 0"
        ) { source in
            source.report.members.map { MetricSample([source.name($0.member)], $0.grantedPercent / 100) }
        },
        MetricFamily(
            "skein_member_parts", .gauge, unit: "parts", labels: ["member", "state"],
            "As a leader: a member's credit in whole parts of tasks, free and reserved.", healthy: "free above 0"
        ) { source in
            source.report.members.flatMap { member in
                [
                    MetricSample([source.name(member.member), "free"], max(0, member.parts - member.reservedParts)),
                    MetricSample([source.name(member.member), "reserved"], member.reservedParts),
                ]
            }
        },
        MetricFamily(
            "skein_helpers_distrusted", .gauge, unit: "robots", labels: ["state"],
            "Robots that have computed wrongly for this one: shunned, or doubted.", healthy: "0"
        ) {
            [MetricSample(["shunned"], $0.report.trust.shunned), MetricSample(["doubted"], $0.report.trust.doubted)]
        },
        transfers("skein_transfers", unit: "objects", "Objects under way.") { _ in 1 },
        transfers("skein_transfer_pending_bytes", unit: "bytes", "What of them has still to come.") {
            Double(max(0, $0.bytes - $0.doneBytes))
        },
        MetricFamily(
            "skein_mission_phase", .gauge, unit: "0 or 1", labels: ["phase"], "1 at the phase that its mission is in.",
            healthy: "–"
        ) { source in
            MissionPhase.allCases.map { MetricSample(["\($0)"], source.report.targets.missionPhase == $0) }
        },
        one(
            "skein_position_sigma_meters", .gauge, unit: "m", "How sure it is of its own position, one sigma.",
            healthy: "below 2"
        ) { $0.report.targets.positionSigmaMeters },
    ]

    private static let kinds = ["step", "order", "job", "stream"]

    private static func kind(_ name: TaskAccount.Name) -> String {
        switch name {
        case .step: kinds[0]
        case .order: kinds[1]
        case .job: kinds[2]
        case .stream: kinds[3]
        }
    }

    private static func transfers(
        _ name: String, unit: String, _ help: String, value: @escaping @Sendable (TransferAccount) -> Double
    ) -> MetricFamily {
        MetricFamily(name, .gauge, unit: unit, labels: ["direction"], help, healthy: "falls back to 0") { source in
            [("out", true), ("in", false)].map { direction, isSending in
                let sum = source.report.transfers.reduce(0) { $0 + ($1.isSending == isSending ? value($1) : 0) }
                return MetricSample([direction], sum)
            }
        }
    }
}
