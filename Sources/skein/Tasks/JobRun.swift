import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// A task for a registered kernel, from its inputs to its outputs.
///
///     inputs given ──▶ submitted ──▶ accepted ──▶ ended ──▶ outputs fetched and written
///                                       └─ detached
///
/// Until it is accepted Ctrl-C ends the tool alone; from then on it cancels the task first. An input that the robot has let go
/// of between the giving and the order is given again.
struct JobRun {
    private static let submitsMax = 3

    let talk: Talk
    let names: FleetNames
    let order: JobOrder
    let work: JobWork
    /// The key follows from the task: what failed before under it may be tried anew.
    let hasDerivedKey: Bool
    let isJSON: Bool

    private var key: TaskKey { order.key }

    /// `outputs` nil: detached.
    func run(outputs: JobOutputs?) throws {
        Interruption.note()
        // What is known already needs no inputs.
        var needsInputs = try !isKnown()
        for _ in 0..<Self.submitsMax {
            let objects = ObjectTalk(talk: talk)
            if needsInputs { for source in work.sources { try objects.give(source, patience: order.span) } }
            Interruption.dieIfNoted()
            var track = JobTrack(talk: talk, order: order, isWatched: outputs != nil)
            switch try track.follow() {
            case .refused(.noObject): needsInputs = true
            case .refused(let refusal): throw TaskFailure(refusal, of: key)
            case .accepted: return tellKey()
            case .ended(let report):
                guard let outputs else { return tellKey() }
                return try deliver(report, outputs)
            }
        }
        throw TaskFailure(.noObject(unit: 0), of: key)
    }

    private func tellKey() { Console.print(isJSON ? "{\"version\": 1, \"key\": \(key.number)}" : "\(key.number)") }

    /// Whether the robot has the task. One under a derived key that ended with units missing is let go of, to be tried anew.
    private func isKnown() throws -> Bool {
        guard case .job(.state(_, let state)) = try talk.ask(.job(.state(key))) else {
            throw TalkError.noSense(talk.path)
        }
        guard state != .unknown else { return false }
        guard hasDerivedKey, case .ended(let report) = state else { return true }
        let text = JobReportText(key: key, report: report, names: names)
        guard text.missing > 0 else { return true }
        Console.say("\(text.headline) before; computing it anew")
        if case .job(.refused(_, let refusal)) = try talk.ask(.job(.forget(key)), seconds: 30) {
            throw TaskFailure(refusal, of: key)
        }
        return false
    }

    private func deliver(_ report: JobReport, _ outputs: JobOutputs) throws {
        let text = JobReportText(key: key, kernel: "\(order.kernel)", report: report, names: names)
        let (files, _) = try JobDelivery(talk: talk, key: key).write(report, outputs)
        if isJSON {
            try Console.write(text.value(files: files), to: "-")
        } else {
            for line in text.lines { outputs.hasStandardOutput ? Console.say(line) : Console.print(line) }
        }
        if let code = text.exitCode { throw code }
    }
}
