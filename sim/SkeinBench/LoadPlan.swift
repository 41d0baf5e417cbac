import SkeinWire

/// Who says what to whom, and when, in the shared-channel load test.
///
/// Every member publishes a status to all; the first `requesters` each send a task to each of `helpers` others, which answer
/// it with a result. Moments are spread over their periods: member i says its status i/N of a period after the start, and
/// of all tasks of a round each has its own place, one requester's as far apart as can be. Everything follows from
/// the words of `skein bench member`, so that members agree without a word.
package struct LoadPlan: Hashable, Sendable {
    package static let statusBytes = 256
    package static let resultBytes = 256
    /// What comes later counts as lost.
    package static let withinMax: Duration = .seconds(1)
    /// After the last second nothing new is said; members listen this long.
    package static let drainSpan: Duration = .seconds(2)
    /// Addresses are 10.77.0.1 to 10.77.0.254.
    package static let membersMax = 254
    package static let secondsMax = 3_600
    package static let hertzMax = 100.0
    /// What a member writes into each (`LoadStamp`).
    package static let stampBytes = 14
    package static let taskBytesMax = 1 << 20

    package var members: Int
    package var seconds: Int
    package var statusHertz: Double
    package var requesters: Int
    package var helpers: Int
    package var taskBytes: Int
    package var taskHertz: Double

    package init(
        members: Int, seconds: Int, statusHertz: Double, requesters: Int, helpers: Int, taskBytes: Int,
        taskHertz: Double
    ) {
        self.members = members
        self.seconds = seconds
        self.statusHertz = statusHertz
        self.requesters = requesters
        self.helpers = helpers
        self.taskBytes = taskBytes
        self.taskHertz = taskHertz
    }

    /// The test's own: a quarter of the members ask three of the others each.
    package static func standard(members: Int, seconds: Int) -> LoadPlan {
        let requesters = max(1, members / 4)
        return LoadPlan(
            members: members, seconds: seconds, statusHertz: 10, requesters: requesters,
            helpers: max(1, min(3, members - requesters)), taskBytes: 10_000, taskHertz: 1)
    }

    /// `ID N SECONDS STATUS_HZ REQUESTERS HELPERS TASK_BYTES TASK_HZ`; nil: not eight such numbers.
    package static func parse(_ words: [String]) -> (id: Int, plan: LoadPlan)? {
        guard words.count == 8, let id = Int(words[0]), let members = Int(words[1]), let seconds = Int(words[2]),
            let statusHertz = Double(words[3]), let requesters = Int(words[4]), let helpers = Int(words[5]),
            let taskBytes = Int(words[6]), let taskHertz = Double(words[7])
        else { return nil }
        let plan = LoadPlan(
            members: members, seconds: seconds, statusHertz: statusHertz, requesters: requesters, helpers: helpers,
            taskBytes: taskBytes, taskHertz: taskHertz)
        return (id, plan)
    }

    /// The words of a member, as `parse` takes them.
    package func words(of id: Int) -> [String] {
        [
            "\(id)", "\(members)", "\(seconds)", "\(statusHertz)", "\(requesters)", "\(helpers)", "\(taskBytes)",
            "\(taskHertz)",
        ]
    }

    /// What is wrong with it; nil: nothing.
    package var fault: String? {
        func outside(_ name: String, _ value: some CustomStringConvertible, _ range: String) -> String {
            "\(name) \(value) outside \(range)"
        }
        guard (2...Self.membersMax).contains(members) else { return outside("N", members, "2…\(Self.membersMax)") }
        guard (1...Self.secondsMax).contains(seconds) else {
            return outside("SECONDS", seconds, "1…\(Self.secondsMax)")
        }
        guard (0...Self.hertzMax).contains(statusHertz) else {
            return outside("STATUS_HZ", statusHertz, "0…\(Int(Self.hertzMax))")
        }
        guard (0..<members).contains(requesters) else { return outside("REQUESTERS", requesters, "0…N-1") }
        guard (0...(members - requesters)).contains(helpers) else {
            return outside("HELPERS", helpers, "0…N-REQUESTERS")
        }
        guard (Self.stampBytes...Self.taskBytesMax).contains(taskBytes) else {
            return outside("TASK_BYTES", taskBytes, "\(Self.stampBytes)…\(Self.taskBytesMax)")
        }
        guard (0...Self.hertzMax).contains(taskHertz) else {
            return outside("TASK_HZ", taskHertz, "0…\(Int(Self.hertzMax))")
        }
        return nil
    }

    /// Helper k of requester i.
    package func helper(_ k: Int, of requester: Int) -> Int {
        precondition(requester < requesters && k < helpers, "helper \(k) of member \(requester)")
        return requesters + (helpers * requester + k) % (members - requesters)
    }

    /// Whom a member sends tasks to; none for one that only helps.
    package func helpers(of member: Int) -> [Int] {
        member < requesters ? (0..<helpers).map { helper($0, of: member) } : []
    }

    /// Of a member's statuses.
    package var statusCount: Int { Int(Double(seconds) * statusHertz) }

    /// Of a requester's tasks to one helper.
    package var roundCount: Int { Int(Double(seconds) * taskHertz) }

    /// After the start.
    package func statusTime(_ number: Int, of member: Int) -> Duration {
        .fromSeconds((Double(number) + Double(member) / Double(members)) / statusHertz)
    }

    package func taskTime(round: Int, helper k: Int, of requester: Int) -> Duration {
        let place = Double(k * requesters + requester) / Double(max(requesters * helpers, 1))
        return .fromSeconds((Double(round) + place) / taskHertz)
    }

    /// The number of a task among those of its requester.
    package func taskNumber(round: Int, helper k: Int) -> Int { round * helpers + k }

    package var taskCount: Int { roundCount * helpers }

    /// Of the whole test, on a clock that starts at 0.
    package var end: Duration { .seconds(seconds) + Self.drainSpan }
}
