import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a task or stream now, here and at its helpers.",
        discussion: """
            What is done of it stays, until the task is forgotten. A task for a built-in kernel cannot be cancelled: it ends \
            within its minute.

            Exit codes: 0 it has ended, or had before, 1 it cannot be cancelled, or not every helper has confirmed, 3 no \
            daemon answers, 4 no such task.
            """)

    @Argument(help: "Its key.")
    var key: UInt64

    @OptionGroup var socket: SocketOption

    private static let patienceSeconds = 15

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            switch try talk.ask(.job(.cancel(TaskKey(key))), seconds: Self.patienceSeconds) {
            case .job(.ended(_, let report)):
                let text = JobReportText(key: TaskKey(key), report: report, names: FleetNames([]))
                Console.say(text.headline)
            case .job(.refused(_, .unknownKey)): try explain(talk)
            case .job(.refused(_, let refusal)): throw TaskFailure(refusal, of: TaskKey(key))
            default: throw TalkError.noSense(talk.path)
            }
        }
    }

    private func explain(_ talk: Talk) throws {
        guard case .task(_, let state) = try talk.ask(.task(TaskKey(key))) else { throw TalkError.noSense(talk.path) }
        switch state {
        case .unknown: throw TaskBooks.noSuchTask(key)
        case .ended: Console.say("the task \(key) has ended before")
        case .accepted, .running:
            throw TaskFailure(
                "the task \(key) is for a built-in kernel and cannot be cancelled; it ends at its deadline", Exit.failed
            )
        }
    }
}

struct TaskForget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Let go of an ended task and its outcome.",
        discussion: "Exit codes: 0 it is gone for good, or was never there, 1 it is still open, 3 no daemon answers.")

    @Argument(help: "Its key.")
    var key: UInt64

    @OptionGroup var socket: SocketOption

    private static let patienceSeconds = 15

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            switch try talk.ask(.job(.forget(TaskKey(key))), seconds: Self.patienceSeconds) {
            case .job(.forgotten), .job(.refused(_, .unknownKey)): break
            case .job(.refused(_, let refusal)): throw TaskFailure(refusal, of: TaskKey(key))
            default: throw TalkError.noSense(talk.path)
            }
            guard case .taskRefused(_, let refusal) = try talk.ask(.forget(TaskKey(key))) else { return }
            Console.say("refused: \(refusal)")
            throw Exit.failed
        }
    }
}
