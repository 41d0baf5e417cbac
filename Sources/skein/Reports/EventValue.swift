import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinSeal
import SkeinWire

/// An event as one object of JSON: its kind, its figures, and a sentence.
struct EventValue {
    let names: FleetNames

    func value(_ note: EventNote, at now: Instant?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("number", .integer(Int(clamping: note.number))), .init("at_s", .number(note.at.seconds)),
            .init("age_s", .optional(now.map { ($0 - note.at).inSeconds })),
        ]
        members += ClockReport.members(note.mesh)
        members += [
            .init("severity", .string("\(EventWords.severity(note.event))")),
            .init("text", .string(EventWords(name: names.name).text(note.event))),
        ]
        let (kind, figures) = what(note.event)
        return .object(members + [.init("event", .string(kind))] + figures)
    }

    typealias Told = (kind: String, figures: [JSONValue.Member])

    func robot(_ key: String, _ id: NodeID) -> JSONValue.Member { .init(key, names.json(id)) }

    func count(_ key: String, _ count: Int) -> JSONValue.Member { .init(key, .integer(count)) }

    func word<Value>(_ key: String, _ value: Value) -> JSONValue.Member {
        .init(key, .string(SharedJSON.snakeCase("\(value)")))
    }

    private func plan(_ number: PlanNumber) -> [JSONValue.Member] {
        [count("plan_term", Int(number.term)), count("plan_number", Int(number.number))]
    }

    private func key(_ key: TaskKey) -> JSONValue.Member { .init("key", .integer(Int(clamping: key.number))) }

    private func what(_ event: Event) -> Told {
        switch event {
        case .treeChanged(let root, let hops, let parent):
            return ("tree_changed", [robot("root", root), count("hops", Int(hops)), robot("parent", parent)])
        case .leaderChanged(let leader, let number, let reason):
            return ("leader_changed", [robot("leader", leader), word("reason", reason)] + plan(number))
        case .planIssued(let number, let leaders):
            return ("plan_issued", plan(number) + [count("leaders", leaders)])
        case .settled(let number): return ("settled", plan(number))
        case .missionStarted: return ("mission_started", [])
        case .missionStopped: return ("mission_stopped", [.init("reason", .string("emergency_stop"))])
        case .arrived: return ("arrived", [])
        case .sightingTaken(let revision): return ("sighting_taken", [count("revision", Int(revision))])
        case .fixFused(let from): return ("fix_fused", [robot("robot", from)])
        case .localisation(let source, let turn):
            return ("localisation", [word("source", source), word("turn", turn)])
        case .left: return ("left", [])
        case .robotLeft(let id): return ("robot_left", [robot("robot", id)])
        case .standingLost(let id, let loss): return ("standing_lost", [robot("robot", id), word("loss", loss)])
        case .trustLearned(let issuer, let number, let change, let id):
            return (
                "trust_learned",
                [robot("robot", id), word("change", change), robot("issuer", issuer), count("entry", Int(number))]
            )
        case .expelled(let id): return ("expelled", [robot("robot", id)])
        case .keyDoubled(let id): return ("key_doubled", [robot("robot", id)])
        case .stopped(let stop):
            return ("stopped", [robot("issuer", stop.issuer), count("stop", Int(stop.number))])
        case .released(let stop):
            return ("released", [robot("issuer", stop.issuer), count("stop", Int(stop.number))])
        case .clockStepped(let by, let bound):
            return (
                "clock_stepped", [.init("by_s", .number(by.inSeconds)), .init("bound_s", .number(bound.inSeconds))]
            )
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded:
            return task(event)
        case .job(let event): return job(event)
        case .mission(let event): return mission(event)
        }
    }

    private func task(_ event: Event) -> Told {
        func number(_ task: UInt32) -> JSONValue.Member { count("task", Int(task)) }
        switch event {
        case .stepStarted(let task, let remote): return ("step_started", [number(task), count("elsewhere", remote)])
        case .stepEnded(let task, .completed): return ("step_done", [number(task)])
        case .stepEnded(let task, .failed(let missing, let trouble)):
            return ("step_failed", [number(task), count("missing", missing), word("trouble", trouble)])
        case .partOffered(let task, let part, let attempt, let helper, let leader):
            return (
                "part_offered",
                [
                    number(task), count("part", Int(part)), count("attempt", Int(attempt)), robot("robot", helper),
                    robot("leader", leader),
                ]
            )
        case .partDone(let task, let part, let helper):
            return ("part_done", [number(task), count("part", Int(part)), robot("robot", helper)])
        case .resultRefused(let task, let part, let helper, let refusal):
            return (
                "result_refused",
                [number(task), count("part", Int(part)), robot("robot", helper), word("refusal", refusal)]
            )
        case .requestRetried(let task, let attempt, let leader):
            return ("request_retried", [number(task), count("attempt", Int(attempt)), robot("leader", leader)])
        case .unitRefused(let task, let part, let verdict):
            return (
                "unit_refused",
                [
                    robot("requester", task.requester), number(task.number), count("part", Int(part)),
                    word("verdict", verdict),
                ]
            )
        case .orderStarted(let order, let task, let remote):
            return ("order_started", [key(order), number(task), count("elsewhere", remote)])
        case .orderEnded(let order, let missing): return ("order_ended", [key(order), count("missing", missing)])
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .sightingTaken, .fixFused, .localisation, .left, .robotLeft, .standingLost, .trustLearned, .expelled,
            .keyDoubled,
            .stopped, .job, .mission, .clockStepped, .released:
            preconditionFailure("\(event) is not about a task")
        }
    }

    private func job(_ event: JobEvent) -> Told {
        func number(_ job: UInt32, _ unit: UInt16) -> [JSONValue.Member] {
            [count("task", Int(job)), count("unit", Int(unit))]
        }
        switch event {
        case .started(let order, let job, let units):
            return ("job_started", [key(order), count("task", Int(job)), count("units", units)])
        case .ended(let order, let missing): return ("job_ended", [key(order), count("missing", missing)])
        case .offered(let job, let unit, let attempt, let helper, let isHedge):
            return (
                "job_offered",
                number(job, unit) + [
                    count("attempt", Int(attempt)), robot("robot", helper), .init("second", .bool(isHedge)),
                ]
            )
        case .done(let job, let unit, let by): return ("job_done", number(job, unit) + [robot("robot", by)])
        case .failed(let job, let unit, let by, let failure):
            return ("job_failed", number(job, unit) + [robot("robot", by), word("failure", failure)])
        case .refused(let unit, let verdict):
            return (
                "job_refused",
                [robot("requester", unit.job.requester)] + number(unit.job.number, unit.unit) + [
                    word("verdict", verdict)
                ]
            )
        case .objectReceived(_, let bytes, let from):
            return ("object_received", [count("bytes", bytes), robot("robot", from)])
        case .objectLost(_, let from): return ("object_lost", [robot("robot", from)])
        }
    }
}
