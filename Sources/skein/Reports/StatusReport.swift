import SkeinCodec
import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinSeal
import SkeinView
import SkeinWire

/// How a robot stands in its swarm: what is wrong first, then the rest.
struct StatusReport {
    let report: PeerReport
    let alarms: [Alarm]
    let body: BodyAccount
    let daemon: LocalFrame.Hello
    let names: FleetNames

    private var status: PeerStatus { report.status }

    init(
        report: PeerReport, accounts: [PeerAccount], body: BodyAccount, daemon: LocalFrame.Hello, names: FleetNames
    ) {
        self.report = report
        self.body = body
        self.daemon = daemon
        self.names = names
        // One look: what holds now counts at once, since nobody waits for it to last.
        var picture = SwarmPicture(mode: .live, source: "", eyes: report.id)
        picture.take(names: names.ids.map { ($0, names.name($0)) })
        picture.take(report, of: report.id, at: report.now)
        picture.take(accounts, of: report.id, at: report.now)
        picture.take(body, of: report.id, at: report.now)
        picture.watch(at: report.now, patient: false)
        alarms = picture.alarms
    }

    // MARK: For people

    var text: String {
        let lines = alarms.map { "\($0.severity == .alarm ? "ALARM" : "warning")  \($0.text)" }
        return (lines + [table]).joined(separator: "\n")
    }

    private var table: String {
        var table = TextTable(
            title: "\(daemon.name) (\(report.id)), boot \(daemon.epoch.number), up \(age(report.startedAt))")
        let root = names.name(status.root)
        table.add("safety", safety)
        table.add(
            "root",
            status.hops.map {
                $0 == 0 ? "this robot" : "\(root), \($0 == 1 ? "1 hop" : "\($0) hops"), by \(names.name(status.parent))"
            }.map {
                $0 + since(report.office.rootSince ?? report.office.treeSince)
            } ?? "out of reach")
        table.add("leader", leader)
        table.add("plan", status.plan == .none ? "none" : "\(status.plan.term).\(status.plan.number)")
        if !report.members.isEmpty { table.add("leads", subgroup) }
        table.add(
            "lends",
            "\(status.idlePercent.rounded(to: 0)) % of a processor, granted "
                + "\(status.grantedPercent.rounded(to: 0)) % on \(status.grantedMHz.rounded(to: 1)) MHz")
        table.add("neighbours", "\(status.neighbours)")
        table.add("tasks", tasks)
        table.add("bulk", bulk)
        table.add("mission", mission)
        table.add(
            "place", "\(status.xMeters.rounded(to: 2)) m, \(status.yMeters.rounded(to: 2)) m by its own estimate")
        table.add("mesh time", ClockReport.text(status.clock, names))
        table.add("control on the air", air)
        if let bridge = body.bridge { BridgeWords.add(bridge, to: &table) }
        if let gps = body.gps { table.add("satellites", BridgeWords.text(gps)) }
        table.add("dropped datagrams", "\(status.drops.total)")
        for reason in DropReason.allCases where status.drops[reason] > 0 {
            table.add("  \(SharedJSON.snakeCase("\(reason)"))", "\(status.drops[reason])")
        }
        return table.text
    }

    private func age(_ instant: Instant) -> String { ReportWords.age(report.now - instant) }

    private func since(_ instant: Instant?) -> String { instant.map { ", since \(age($0))" } ?? "" }

    private var leader: String {
        guard status.leader != .none else { return "nobody: no leader is heard" }
        let who = status.leader == status.id ? "this robot" : names.name(status.leader)
        return who + ", \(ReportWords.reason(status.leaderReason))" + since(report.office.followsSince)
    }

    private var safety: String {
        guard report.safety.isStopped else {
            return report.safety.numberMax == 0 ? "no stop was ever issued" : "no stop in force"
        }
        let stops = report.safety.active.map { "\($0.number) by \(names.name($0.issuer))" }
        let disk = report.safety.isPersisted ? "" : ", not yet on its disk"
        return "STOPPED: " + stops.joined(separator: ", ") + disk
    }

    private var subgroup: String {
        let percent = report.members.reduce(0) { $0 + $1.grantedPercent }
        let reserved = report.members.reduce(0) { $0 + $1.reservedParts }
        let parts = report.members.reduce(0) { $0 + $1.parts }
        return "\(report.members.count) that lend \(percent.rounded(to: 0)) %, \(reserved) of \(parts) parts reserved"
    }

    private var tasks: String {
        let open = report.tasks.count { $0.isOpen }
        let failed = report.tasks.count { $0.phase == .failed }
        return "\(open) of its own at work, \(report.helping.count) units for others"
            + (failed > 0 ? ", \(failed) failed lately: skein why failure" : "")
    }

    private var bulk: String {
        guard !report.transfers.isEmpty else { return "nothing on its way" }
        let (bytes, done) = report.transfers.reduce((0, 0)) { ($0.0 + $1.bytes, $0.1 + $1.doneBytes) }
        let out = report.transfers.count { $0.isSending }
        return "\(out) objects going out, \(report.transfers.count - out) coming in, \(done) of \(bytes) bytes there"
    }

    private var mission: String {
        status.isMissionRunning
            ? status.hasArrived ? "arrived" : "running, step \(report.targets.step)"
            : report.targets.missionPhase == .organised ? "the swarm is organised" : "not running"
    }

    private var air: String {
        let radio = report.radio
        return
            "\(radio.control.controlFraction.percent) of 2.4 GHz, \(radio.data.controlFraction.percent) of 5 GHz over "
            + "\(radio.windowSeconds.rounded(to: 0)) s; beacons may take \(radio.beaconFractionMax.percent)"
    }

    // MARK: For programs

    var value: JSONValue {
        let parts: [JSONValue] = [head, offices, lent, missionValue, work]
        return .object(
            parts.flatMap { part -> [JSONValue.Member] in
                if case .object(let members) = part { members } else { [] }
            })
    }

    private func since(seconds instant: Instant?) -> JSONValue { ReportWords.since(instant, report.now) }

    private var head: JSONValue {
        [
            "version": .integer(1), "name": .string(daemon.name), "id": .integer(Int(status.id.number)),
            "epoch": .integer(Int(daemon.epoch.number)), "up_s": since(seconds: report.startedAt),
            "alarms": .array(alarms.map(value)),
        ]
    }

    private var offices: JSONValue {
        let office = report.office
        return [
            "root": names.json(status.root), "hops": status.hops.map { .integer($0) } ?? .null,
            "parent": names.json(status.parent), "is_root": .bool(office.rootSince != nil),
            "root_since_s": since(seconds: office.rootSince), "leader": names.json(status.leader),
            "leader_reason": .string("\(status.leaderReason)"), "is_leader": .bool(office.leaderSince != nil),
            "leader_since_s": since(seconds: office.leaderSince),
            "follows_since_s": since(seconds: office.followsSince), "may_lead": .bool(office.mayLead),
            "members": .array(report.members.map(value)),
        ]
    }

    private var lent: JSONValue {
        [
            "plan_term": .integer(Int(status.plan.term)), "plan_number": .integer(Int(status.plan.number)),
            "idle_percent": .number(status.idlePercent), "granted_percent": .number(status.grantedPercent),
            "granted_mhz": .number(status.grantedMHz), "neighbours": .integer(status.neighbours),
        ]
    }

    private var missionValue: JSONValue {
        [
            "mission_running": .bool(status.isMissionRunning), "arrived": .bool(status.hasArrived),
            "mission_phase": .string("\(report.targets.missionPhase)"), "x_m": .number(status.xMeters),
            "y_m": .number(status.yMeters), "heading_rad": .number(status.headingRadians),
            "position_sigma_m": .number(report.targets.positionSigmaMeters),
            "localisation": LocalisationText.value(report.targets.localisation),
            "clock": ClockReport.value(status.clock, names),
        ]
    }

    private var work: JSONValue {
        [
            "safety": safetyValue, "tasks_open": .integer(report.tasks.count { $0.isOpen }),
            "units_for_others": .integer(report.helping.count),
            "transfers": .array(report.transfers.map(value)), "radio": radioValue,
            "drops": SharedJSON.drops([status]), "bridge": body.bridge.map(BridgeWords.value) ?? .null,
            "gps": body.gps.map(BridgeWords.value) ?? .null,
        ]
    }

    private func value(_ alarm: Alarm) -> JSONValue {
        [
            "kind": .string(alarm.kind.rawValue), "severity": .string("\(alarm.severity)"),
            "robot": names.json(alarm.robot), "text": .string(alarm.text),
        ]
    }

    private func value(_ member: MemberAccount) -> JSONValue {
        [
            "robot": names.json(member.member), "granted_percent": .number(member.grantedPercent),
            "granted_mhz": .number(member.grantedMHz), "parts": .integer(member.parts),
            "reserved_parts": .integer(member.reservedParts), "idle_percent": .number(member.idlePercent),
        ]
    }

    private var safetyValue: JSONValue {
        let safety = report.safety
        return [
            "stopped": .bool(safety.isStopped), "persisted": .bool(safety.isPersisted),
            "number_max": .integer(Int(safety.numberMax)),
            "active": .array(
                safety.active.map { ["issuer": names.json($0.issuer), "number": .integer(Int($0.number))] }),
            "standing": .integer(safety.standing), "going_on": .integer(safety.goingOn),
            "waiting": .integer(safety.waiting), "unreachable": .integer(safety.unreachable),
        ]
    }

    private func value(_ transfer: TransferAccount) -> JSONValue {
        [
            "sending": .bool(transfer.isSending), "robot": names.json(transfer.robot),
            "object": .string("\(transfer.object)"), "bytes": .integer(transfer.bytes),
            "done_bytes": .integer(transfer.doneBytes), "class": .string("\(transfer.trafficClass)"),
            "left_s": .number((transfer.deadline - report.now).inSeconds),
        ]
    }

    private var radioValue: JSONValue {
        func band(_ band: RadioAccount.BandAccount) -> JSONValue {
            [
                "control_fraction": .number(band.controlFraction), "busy_fraction": .number(band.busyFraction),
                "received": traffic(band.received), "relayed": traffic(band.relayed),
                "sent": .object(
                    TrafficClass.allCases.map { .init("\($0)", traffic(band[$0])) }),
            ]
        }
        return [
            "window_s": .number(report.radio.windowSeconds),
            "beacon_fraction_max": .number(report.radio.beaconFractionMax), "2_4": band(report.radio.control),
            "5": band(report.radio.data),
        ]
    }

    private func traffic(_ traffic: RadioAccount.Traffic) -> JSONValue {
        [
            "datagrams": .integer(Int(clamping: traffic.datagrams)), "bytes": .integer(Int(clamping: traffic.bytes)),
            "airtime_s": .number(Double(traffic.airtimeNanoseconds) * 1e-9),
        ]
    }
}
