import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinWire

/// What has failed with a robot lately, each failure with what led to it, from the events that its daemon keeps.
struct FailureStory {
    /// What is asked about.
    enum Subject {
        case all
        case task(TaskAccount)
        case robot(NodeID, PeerAccount?)
    }

    /// One failure.
    struct Incident {
        let note: EventNote
        /// What belongs to it, the last of them itself.
        let story: [EventNote]
    }

    static let incidentsMax = 5
    private static let storyMax = 24

    let subject: Subject
    let report: PeerReport
    /// All that are kept, ascending.
    let notes: [EventNote]
    let names: FleetNames

    private var words: EventWords { EventWords(name: names.name) }

    /// The latest, earliest first.
    var incidents: [Incident] {
        let failed = notes.filter { isFailure($0.event) && isAsked($0.event) }
        return failed.suffix(Self.incidentsMax).map { note in
            let before = notes.filter { $0.number <= note.number && belongs($0.event, to: note.event) }
            return Incident(note: note, story: Array(before.suffix(Self.storyMax)))
        }
    }

    /// How many there are, told or not.
    var count: Int { notes.count { isFailure($0.event) && isAsked($0.event) } }

    // MARK: What is a failure, and of what

    private func isFailure(_ event: Event) -> Bool {
        switch event {
        case .stepEnded(_, .failed), .resultRefused, .robotLeft, .standingLost, .expelled, .keyDoubled: true
        case .orderEnded(_, let missing), .job(.ended(_, let missing)): missing > 0
        case .job(.failed), .job(.objectLost): true
        case .mission(.planRefused), .mission(.planWithdrawn), .mission(.taskMissed), .mission(.ended(.unvouched)): true
        case .treeChanged(let root, _, _): root == .none
        case .leaderChanged(let leader, _, _): leader == .none
        case .planIssued, .settled, .missionStarted, .missionStopped, .arrived, .stepStarted, .stepEnded(_, .completed),
            .partOffered, .partDone, .requestRetried, .unitRefused, .sightingTaken, .fixFused, .localisation,
            .orderStarted, .left,
            .trustLearned, .stopped, .released, .clockStepped, .job(.started), .job(.offered), .job(.done),
            .job(.refused), .job(.objectReceived), .mission:
            false
        }
    }

    private func isAsked(_ event: Event) -> Bool {
        switch subject {
        case .all: true
        case .task(let task): number(event) == task.number && task.number != 0 || key(event) == Self.key(task.name)
        case .robot(let robot, _): robots(event).contains(robot)
        }
    }

    private static func key(_ name: TaskAccount.Name) -> TaskKey? {
        switch name {
        case .step: nil
        case .order(let key), .job(let key), .stream(let key): key
        }
    }

    private func key(_ event: Event) -> TaskKey? {
        switch event {
        case .orderStarted(let key, _, _), .orderEnded(let key, _), .job(.started(let key, _, _)),
            .job(.ended(let key, _)):
            key
        default: nil
        }
    }

    private func number(_ event: Event) -> UInt32? {
        switch event {
        case .stepStarted(let task, _), .stepEnded(let task, _), .partOffered(let task, _, _, _, _),
            .partDone(let task, _, _), .resultRefused(let task, _, _, _), .requestRetried(let task, _, _),
            .orderStarted(_, let task, _):
            task
        case .job(.started(_, let job, _)), .job(.offered(let job, _, _, _, _)), .job(.done(let job, _, _)),
            .job(.failed(let job, _, _, _)):
            job
        case .orderEnded(let key, _), .job(.ended(let key, _)): numbers(of: key)
        default: nil
        }
    }

    /// The task's number that a key last stood for.
    private func numbers(of key: TaskKey) -> UInt32? {
        for note in notes.reversed() {
            switch note.event {
            case .orderStarted(key, let task, _): return task
            case .job(.started(key, let job, _)): return job
            default: continue
            }
        }
        return nil
    }

    private func robots(_ event: Event) -> [NodeID] {
        switch event {
        case .partOffered(_, _, _, let helper, let leader): [helper, leader]
        case .partDone(_, _, let helper), .resultRefused(_, _, let helper, _): [helper]
        case .requestRetried(_, _, let leader): [leader]
        case .robotLeft(let robot), .standingLost(let robot, _), .expelled(let robot), .keyDoubled(let robot),
            .mission(.roleChanged(let robot, _, _, _)):
            [robot]
        case .job(.offered(_, _, _, let helper, _)), .job(.done(_, _, let helper)),
            .job(.failed(_, _, let helper, _)), .job(.objectLost(_, let helper)):
            [helper]
        default: []
        }
    }

    private func belongs(_ event: Event, to failure: Event) -> Bool {
        if event == failure { return true }
        if let task = number(failure), number(event) == task { return true }
        guard number(failure) == nil else { return false }
        let about = robots(failure)
        return !about.isEmpty && robots(event).contains { about.contains($0) }
    }

    // MARK: For people

    var text: String {
        let incidents = incidents
        var lines = facts
        if incidents.isEmpty {
            lines.append(nothing)
        } else if count > incidents.count {
            lines.append("\(count) failures are remembered; the last \(incidents.count):")
        }
        for incident in incidents {
            lines.append("")
            lines.append("\(ReportWords.age(report.now - incident.note.at)) ago: \(words.text(incident.note.event))")
            for note in incident.story where note.number != incident.note.number {
                let seconds = (note.at - incident.note.at).inSeconds.rounded(to: 3)
                let space = String(repeating: " ", count: max(0, 9 - seconds.count))
                lines.append("  \(space)\(seconds) s  \(words.text(note.event))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private var what: String {
        switch subject {
        case .all: "nothing"
        case .task(let task): "nothing of \(ReportWords.title(task.name))"
        case .robot(let robot, _): "nothing with \(names.name(robot))"
        }
    }

    /// Since when the memory reaches.
    private var nothing: String {
        guard let first = notes.first, first.number > 1 else {
            return "\(what) has failed since this robot's start, \(ReportWords.age(report.now - report.startedAt)) ago"
        }
        return "\(what) has failed since \(ReportWords.age(report.now - first.at)) ago: no older events are kept"
    }

    /// What is known now of who or what is asked about.
    private var facts: [String] {
        switch subject {
        case .all: return []
        case .task(let task):
            var lines = [
                "\(ReportWords.title(task.name)): \(task.phase), \(task.done) of \(task.count) units done"
                    + (task.took.map { " in \($0.inSeconds.rounded(to: 2)) s" } ?? "")
            ]
            for unit in task.units where unit.phase == .failed || unit.trouble != nil && unit.phase != .done {
                let trouble = unit.trouble.map { ReportWords.phrase($0, names: names) } ?? "no reason is known"
                lines.append("unit \(unit.number): \(trouble)")
            }
            return lines
        case .robot(let robot, let account): return [fact(robot, account)]
        }
    }

    private func fact(_ robot: NodeID, _ account: PeerAccount?) -> String {
        let name = names.name(robot)
        guard robot != report.id else { return "\(name) is this robot itself" }
        guard let account else { return "\(name): nothing is known of it" }
        if account.state != .member { return "\(name) is \(account.state)" }
        if account.isDoubled { return "\(name): two machines speak with its key" }
        if account.hasLeft { return "\(name) has said that it leaves" }
        guard let contact = account.contact else {
            return "\(name) has not been heard since this robot's start, "
                + "\(ReportWords.age(report.now - report.startedAt)) ago"
        }
        let silence = ReportWords.age(contact.silence)
        if account.isNeighbour { return "\(name) is a neighbour; its last word came \(silence) ago" }
        return "\(name) is no neighbour any more: its last word came \(silence) ago, and "
            + (account.next == .none ? "no way to it is known" : "\(names.name(account.next)) has a way to it")
    }

    // MARK: For programs

    var value: JSONValue {
        let events = EventValue(names: names)
        return [
            "version": .integer(1), "robot": names.json(report.id), "count": .integer(count),
            "since_s": .number((report.now - (reachesBack ?? report.startedAt)).inSeconds),
            "whole": .bool(reachesBack == nil), "facts": .array(facts.map { .string($0) }),
            "failures": .array(
                incidents.map { incident in
                    [
                        "age_s": .number((report.now - incident.note.at).inSeconds),
                        "text": .string(words.text(incident.note.event)),
                        "story": .array(incident.story.map { events.value($0, at: report.now) }),
                    ]
                }),
        ]
    }

    /// The first event that is kept, if there were earlier ones.
    private var reachesBack: Instant? {
        guard let first = notes.first, first.number > 1 else { return nil }
        return first.at
    }
}
