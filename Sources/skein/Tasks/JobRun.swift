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
        if hasDerivedKey { try forgetFailure() }
        var submits = 0
        while true {
            let objects = ObjectTalk(talk: talk)
            for source in work.sources { try objects.give(source, patience: order.span) }
            Interruption.dieIfNoted()
            submits += 1
            var track = JobTrack(talk: talk, order: order, isWatched: outputs != nil)
            switch try track.follow() {
            case .refused(.noObject) where submits < Self.submitsMax: continue
            case .refused(let refusal): throw TaskFailure(refusal, of: key)
            case .accepted:
                Console.print(isJSON ? "{\"version\": 1, \"key\": \(key.number)}" : "\(key.number)")
                return
            case .ended(let report):
                guard let outputs else {
                    Console.print(isJSON ? "{\"version\": 1, \"key\": \(key.number)}" : "\(key.number)")
                    return
                }
                return try deliver(report, outputs)
            }
        }
    }

    private func forgetFailure() throws {
        guard case .job(.state(_, .ended(let report))) = try talk.ask(.job(.state(key))) else { return }
        let text = JobReportText(key: key, report: report, names: names)
        guard text.missing > 0 else { return }
        Console.say("\(text.headline) before; computing it anew")
        if case .job(.refused(_, let refusal)) = try talk.ask(.job(.forget(key)), seconds: 30) {
            throw TaskFailure(refusal, of: key)
        }
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
