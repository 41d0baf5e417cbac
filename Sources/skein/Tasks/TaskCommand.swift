import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinTasks
import SkeinWire

/// Tasks of one's own, computed by whichever robot has time.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Have the swarm compute something.",
        discussion: """
            A task is a kernel and units of work for it: each an input of its own, or the outputs of others. The units are \
            computed by neighbours that lend a processor, or here when that is sooner or all that is left. A durable task \
            survives a power cut of this robot from the moment it is accepted, and so does its outcome.

            Kernels are programs of yours, registered by name and version in the robots' configurations; `skein task \
            kernels` lists them. The manual is docs/tasks.md.
            """,
        subcommands: [
            TaskRun.self, TaskStream.self, TaskPlan.self, TaskKernels.self, TaskStatus.self, TaskList.self,
            TaskFetch.self, TaskCancel.self, TaskForget.self,
        ])
}

/// The two books of a robot in which a key may stand: tasks for built-in kernels, and tasks for registered ones.
struct TaskBooks {
    let talk: Talk

    enum Entry {
        case none
        case builtIn(TaskState)
        case registered(JobState)
    }

    /// A key that stands in both, since two people chose it, is the registered kernel's.
    func find(_ key: TaskKey) throws -> Entry {
        guard case .job(.state(_, let job)) = try talk.ask(.job(.state(key))) else {
            throw TalkError.noSense(talk.path)
        }
        if job != .unknown { return .registered(job) }
        guard case .task(_, let state) = try talk.ask(.task(key)) else { throw TalkError.noSense(talk.path) }
        return state == .unknown ? .none : .builtIn(state)
    }

    /// Ascending, each with its book.
    func keys() throws -> [(key: TaskKey, kind: JobStateText.Kind)] {
        guard case .job(.keys(let jobs)) = try talk.ask(.job(.list)), case .tasks(let orders) = try talk.ask(.tasks)
        else {
            throw TalkError.noSense(talk.path)
        }
        let all = jobs.map { (key: $0, kind: JobStateText.Kind.registered) } + orders.map { (key: $0, kind: .builtIn) }
        return all.sorted { $0.key < $1.key }
    }

    static func noSuchTask(_ key: UInt64) -> TaskFailure { TaskFailure("no task \(key)", Exit.noSuchThing) }
}
