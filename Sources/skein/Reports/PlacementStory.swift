import SkeinFiles
import SkeinPeer
import SkeinWire

/// What happened with the units of a task, told in sentences.
struct PlacementStory {
    struct Unit {
        let number: Int
        let notes: [PlacementNote]
        /// Nil: the task has not ended.
        let outcome: JobReport.Unit?
    }

    let key: TaskKey
    let robot: NodeID
    let names: FleetNames
    /// Ascending.
    let units: [Unit]
    private let state: JobState
    /// Notes that the robot has let go of, the earliest.
    private let forgotten: Int

    /// `unit`: only this one.
    init(
        key: TaskKey, notes: [PlacementNote], forgotten: Int, state: JobState, robot: NodeID, names: FleetNames,
        unit: Int?
    ) {
        self.forgotten = forgotten
        self.key = key
        self.state = state
        self.robot = robot
        self.names = names
        var outcomes: [JobReport.Unit] = []
        if case .ended(let report) = state { outcomes = report.units }
        let numbers = Set(notes.map(\.unit)).union(outcomes.indices).filter { unit == nil || $0 == unit }
        units = numbers.sorted().map { number in
            Unit(
                number: number, notes: notes.filter { $0.unit == number },
                outcome: outcomes.indices.contains(number) ? outcomes[number] : nil)
        }
    }

    // MARK: - For people

    var text: String {
        let headline = "task \(key.number), \(JobStateText.text(state, key: key, names: names))"
        let gap = forgotten > 0 ? ["the first \(forgotten) notes are forgotten"] : []
        return ([headline] + gap + units.map(text)).joined(separator: "\n\n")
    }

    private func text(_ unit: Unit) -> String {
        var lines = ["unit \(unit.number): \(conclusion(unit))"]
        var place = 0
        while place < unit.notes.count {
            let note = unit.notes[place]
            lines.append("  \(Self.seconds(note.at)) s  \(sentence(note.what))")
            place += 1
            let vain = Self.vainAsks(unit.notes[place...])
            guard case .matched(_, 0) = note.what, vain > 0 else { continue }
            place += 2 * vain
            let last = Self.seconds(unit.notes[place - 1].at)
            lines.append("  \(last) s  until then asked \(vain) \(vain == 1 ? "time" : "times") more in vain")
        }
        return lines.joined(separator: "\n")
    }

    /// Questions for helpers at the beginning that were answered with none.
    private static func vainAsks(_ notes: ArraySlice<PlacementNote>) -> Int {
        var count = 0
        var rest = notes
        while let ask = rest.first, let answer = rest.dropFirst().first, case .asked = ask.what,
            case .matched(_, 0) = answer.what
        {
            count += 1
            rest = rest.dropFirst(2)
        }
        return count
    }

    private static func seconds(_ span: Duration) -> String {
        let digits = span.inSeconds.rounded(to: 3)
        return String(repeating: " ", count: max(0, 8 - digits.count)) + digits
    }

    /// What came of it, and what decided where.
    func conclusion(_ unit: Unit) -> String {
        switch unit.outcome {
        case nil: return unit.notes.isEmpty ? "nothing has happened yet" : "not done yet" + reason(unit)
        case .missing(let trouble):
            return "not done: " + JobWords.sentence(trouble, kernel: "its kernel", names: names)
        case .done(let output):
            if output.wasKnown { return "not computed: an equal unit's output was known" }
            let place = output.computedBy == robot ? "computed here" : "computed by \(name(output.computedBy))"
            return place + reason(unit)
        }
    }

    /// The last decision that was taken for it.
    private func reason(_ unit: Unit) -> String {
        for note in unit.notes.reversed() {
            switch note.what {
            case .offered(let helper, let remote, let local):
                guard let local else {
                    return ": it cannot be computed here, and \(name(helper)) promised it in \(span(remote))"
                }
                return ": \(name(helper)) promised it in \(span(remote)), here it would have taken \(span(local))"
            case .hedged(let helper): return ": \(name(helper)) was given it beside the first helper"
            case .kept(let local, let remote):
                guard let remote else { return ": nobody else was known who could, and here it took \(span(local))" }
                return ": here it would be done in \(span(local)), elsewhere in \(span(remote))"
            case .ready, .known, .asked, .matched, .accepted, .refused, .silent, .computed, .fetched, .failed,
                .cancelled,
                .expired:
                continue
            }
        }
        return ""
    }

    func sentence(_ what: PlacementNote.What) -> String {
        switch what {
        case .ready: "all that it needs is here: it may be placed"
        case .known: "its output is known from an equal unit: nothing to compute"
        case .asked(let leader):
            "\(leader == robot ? "this robot, itself the leader," : "\(name(leader)), a leader,") is asked for helpers"
        case .matched(let leader, let helpers):
            helpers == 0
                ? "\(name(leader)) has no helper for it"
                : "\(name(leader)) names \(helpers) \(helpers == 1 ? "helper" : "helpers")"
        case .offered(let helper, let remote, let local):
            "given to \(name(helper)), where it would be done in \(span(remote)); "
                + (local.map { "here it would be in \(span($0))" } ?? "here it cannot be computed")
        case .hedged(let helper): "given to \(name(helper)) too: the first helper is late, or both were wished for"
        case .accepted(let helper, let expected):
            "\(name(helper)) takes it, and says that it will be done in \(span(expected))"
        case .refused(let helper, let verdict): "\(name(helper)) does not take it: \(JobWords.phrase(verdict))"
        case .silent(let helper): "\(name(helper)) does not answer"
        case .kept(let local, let remote):
            "kept here, where it would be done in \(span(local)); "
                + (remote.map { "elsewhere it would be in \(span($0))" } ?? "nobody else is known who could")
        case .computed(let helper): "\(helper == robot ? "this robot" : name(helper)) has computed it"
        case .fetched(let bytes, let helper): "\(bytes) bytes are here from \(name(helper))"
        case .failed(let helper, let failure):
            "at \(helper == robot ? "this robot" : name(helper)) the program \(JobWords.phrase(failure))"
        case .cancelled(let helper): "\(name(helper)) is told to stop"
        case .expired: "its time is over"
        }
    }

    private func name(_ id: NodeID) -> String { id == robot ? "this robot" : names.name(id) }

    private func span(_ span: Duration) -> String { "\(span.inSeconds.rounded(to: 3)) s" }

    // MARK: - For programs

    var value: JSONValue {
        [
            "version": .integer(1), "key": .integer(Int(clamping: key.number)),
            "state": .string(Self.word(state)), "forgotten": .integer(forgotten),
            "units": .array(
                units.map { unit in
                    [
                        "unit": .integer(unit.number), "conclusion": .string(conclusion(unit)),
                        "notes": .array(unit.notes.map(value)),
                    ]
                }),
        ]
    }

    private static func word(_ state: JobState) -> String {
        switch state {
        case .unknown: "unknown"
        case .accepted: "accepted"
        case .running: "running"
        case .ended: "ended"
        }
    }

    private func value(_ note: PlacementNote) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("at_s", .number(note.at.inSeconds)), .init("sentence", .string(sentence(note.what))),
        ]
        func told(_ what: String, _ robot: NodeID? = nil, _ more: JSONValue.Member...) -> JSONValue {
            let who = robot.map { [JSONValue.Member("robot", names.json($0))] } ?? []
            return .object([.init("what", .string(what))] + who + more + members)
        }
        func seconds(_ key: String, _ span: Duration?) -> JSONValue.Member {
            .init(key, .optional(span?.inSeconds))
        }
        switch note.what {
        case .ready: return told("ready")
        case .known: return told("known")
        case .asked(let leader): return told("asked", leader)
        case .matched(let leader, let helpers): return told("matched", leader, .init("helpers", .integer(helpers)))
        case .offered(let helper, let remote, let local):
            return told("offered", helper, seconds("there_s", remote), seconds("here_s", local))
        case .hedged(let helper): return told("hedged", helper)
        case .accepted(let helper, let expected): return told("accepted", helper, seconds("expected_s", expected))
        case .refused(let helper, let verdict):
            return told("refused", helper, .init("verdict", .string(SharedJSON.snakeCase("\(verdict)"))))
        case .silent(let helper): return told("silent", helper)
        case .kept(let local, let remote):
            return told("kept", robot, seconds("here_s", local), seconds("there_s", remote))
        case .computed(let helper): return told("computed", helper)
        case .fetched(let bytes, let helper): return told("fetched", helper, .init("bytes", .integer(bytes)))
        case .failed(let helper, let failure):
            return told("failed", helper, .init("failure", .string(SharedJSON.snakeCase("\(failure)"))))
        case .cancelled(let helper): return told("cancelled", helper)
        case .expired: return told("expired")
        }
    }
}
