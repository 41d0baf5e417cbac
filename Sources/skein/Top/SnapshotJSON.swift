import SkeinFiles
import SkeinPicture
import SkeinView
import SkeinWire

/// A snapshot as JSON: docs/alarms.md has every key. Names that end in a unit have that unit; what is not known is null.
enum SnapshotJSON {
    static let version = 1

    static func value(_ snapshot: Snapshot, alarms: [Alarm], name: (NodeID) -> String) -> JSONValue {
        [
            "version": .integer(version), "mode": .string("\(snapshot.mode)"), "source": .string(snapshot.source),
            "time_s": seconds(snapshot.time), "speed": snapshot.speed.map { .number($0) } ?? .null,
            "me": snapshot.me.map(me) ?? .null, "mesh": mesh(snapshot.mesh),
            "clock_bound_s": snapshot.clockBound.map { seconds($0.value) } ?? .null,
            "alarms": .array(
                zip(alarms, snapshot.alarms).map { alarm, line in
                    [
                        "kind": .string(alarm.kind.rawValue), "severity": .string("\(alarm.severity)"),
                        "robot": alarm.robot == .none ? .null : .string(name(alarm.robot)),
                        "text": .string(alarm.text), "age_s": seconds(line.age),
                    ]
                }),
            "safety": safety(snapshot.safety), "robots": .array(snapshot.robots.map { robot($0, name) }),
            "links": .array(snapshot.links.map { link($0, name) }),
            "targets": .array(snapshot.targets.map(target)), "tasks": .array(snapshot.tasks.map(work)),
            "radio": snapshot.radio.map(radio) ?? .null, "events": .array(snapshot.events.map(event)),
            "mission": figures(snapshot.mission),
        ]
    }

    static func seconds(_ span: Duration) -> JSONValue { .number(span.inSeconds) }
    private static func seconds(_ span: Duration?) -> JSONValue { span.map { seconds($0) } ?? .null }
    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    private static func count(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }

    private static func figures(_ figures: [Snapshot.MissionFigure]) -> JSONValue {
        .array(figures.map { ["label": .string($0.label), "value": .string($0.value)] })
    }

    private static func me(_ me: Snapshot.Me) -> JSONValue {
        [
            "name": .string(me.name), "id": .integer(Int(me.id.number)), "role": .string("\(me.role)"),
            "role_since_s": seconds(me.roleSince), "leader": text(me.leaderName),
            "leader_since_s": seconds(me.leaderSince),
        ]
    }

    private static func mesh(_ mesh: Snapshot.Mesh) -> JSONValue {
        [
            "known": .integer(mesh.known), "heard": .integer(mesh.heard), "silent": .integer(mesh.silent),
            "leaders": .integer(mesh.leaders),
        ]
    }

    private static func safety(_ safety: Snapshot.Safety) -> JSONValue {
        [
            "state": .string("\(safety.state)"), "standing": .integer(safety.standing),
            "stops": .array(
                safety.stops.map { ["number": .integer(Int($0.number)), "issuer": .string($0.issuerName)] }),
            "robots": .array(
                safety.lines.map { line in
                    [
                        "name": .string(line.name), "answer": .string(SharedJSON.snakeCase("\(line.answer)")),
                        "after_s": seconds(line.after), "age_s": seconds(line.age),
                    ]
                }),
        ]
    }

    static func robot(_ robot: Snapshot.Robot, _ name: (NodeID) -> String) -> JSONValue {
        func names(_ id: NodeID?) -> JSONValue { id.map { .string(name($0)) } ?? .null }
        return [
            "name": .string(robot.name), "id": .integer(Int(robot.id.number)), "role": .string("\(robot.role)"),
            "state": .string(robot.state), "severity": .string("\(robot.severity)"),
            "wrong": .array(robot.troubles.map { .string($0) }), "hops": count(robot.hops), "next": names(robot.next),
            "leader": names(robot.leader), "heard_s": seconds(robot.heard),
            "link": robot.link.map { link in
                [
                    "band": .string("\(link.band)"), "basis": .string(SharedJSON.snakeCase("\(link.estimator)")),
                    "bits_per_s_per_hz": .number(link.bitsPerSecondPerHz), "age_s": seconds(link.age),
                ]
            } ?? .null,
            "idle_fraction": number(robot.idle?.value), "granted_fraction": number(robot.granted?.value),
            "x_m": number(robot.place?.value.xMeters), "y_m": number(robot.place?.value.yMeters),
            "heading_rad": number(robot.place?.value.headingRadians), "place_age_s": seconds(robot.place?.age),
            "camera": .bool(robot.carriesCamera), "arrived": .bool(robot.hasArrived), "failing": .bool(robot.isFailing),
            "off": .bool(robot.isOff), "details": figures(robot.details),
        ]
    }

    private static func link(_ link: Snapshot.Link, _ name: (NodeID) -> String) -> JSONValue {
        [
            "from": .string(name(link.from)), "to": .string(name(link.to)), "band": .string("\(link.band)"),
            "bits_per_s_per_hz": number(link.bitsPerSecondPerHz), "tree": .bool(link.isTree),
            "subgroup": .bool(link.isSubgroup), "age_s": seconds(link.age),
        ]
    }

    private static func target(_ target: Snapshot.Target) -> JSONValue {
        [
            "kind": .string("\(target.kind)"), "name": .string(target.name), "x_m": .number(target.place.value.xMeters),
            "y_m": .number(target.place.value.yMeters), "age_s": seconds(target.place.age),
        ]
    }

    static func work(_ work: Snapshot.Work) -> JSONValue {
        [
            "key": .string(work.key), "kernel": .string(work.kernel), "owner": .string(work.ownerName),
            "state": .string("\(work.state)"), "trouble": .string(work.stateWords),
            "placing": .string("\(work.placing)"), "why": .string(work.why),
            "workers": .array(work.workers.map { .string($0) }), "units_done": .integer(work.partsDone),
            "units": .integer(work.parts), "deadline_left_s": seconds(work.deadlineLeft), "age_s": seconds(work.age),
        ]
    }

    private static func radio(_ radio: Snapshot.Radio) -> JSONValue {
        [
            "whose": .string(radio.whose), "control_fraction": number(radio.controlFraction),
            "control_fraction_max": number(radio.controlFractionMax), "age_s": seconds(radio.age),
            "bands": .array(
                radio.bands.map { band in
                    [
                        "band": .string("\(band.band)"), "busy_fraction": number(band.busyFraction),
                        "own_fraction": number(band.ownFraction), "neighbours": count(band.neighbours),
                        "sent_bytes_per_s": .number(band.sentBytesPerSecond),
                        "received_bytes_per_s": .number(band.receivedBytesPerSecond),
                    ]
                }),
            "classes": .array(
                radio.classes.map { line in
                    [
                        "class": .string("\(line.trafficClass)"), "sent_bytes_per_s": .number(line.sentBytesPerSecond),
                        "sent_bytes": .integer(Int(clamping: line.sentBytes)),
                        "airtime_fraction": number(line.airtimeFraction),
                    ]
                }),
            "drops": .array(
                radio.drops.map { line in
                    [
                        "reason": .string(line.reason.replacing(" ", with: "_")),
                        "count": .integer(Int(clamping: line.count)), "per_s": number(line.perSecond),
                    ]
                }),
        ]
    }

    private static func event(_ event: Snapshot.EventLine) -> JSONValue {
        [
            "time_s": seconds(event.time), "robot": .string(event.robotName),
            "severity": .string("\(event.severity)"), "text": .string(event.text),
        ]
    }
}
