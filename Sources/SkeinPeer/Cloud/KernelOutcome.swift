import SkeinWire

/// What came of one unit of a user's own kernel.
package struct KernelOutcome: Hashable, Sendable {
    package var result: Result<ObjectBytes, ProgramFailure>
    /// From its arrival until it had a process.
    package var queued: Duration
    /// From then until the process and all it had started were gone.
    package var computed: Duration
    /// Of all its processes, as far as they were waited for; what a warm process used before it had the unit is in it.
    package var processorTime: Duration

    package init(
        result: Result<ObjectBytes, ProgramFailure>, queued: Duration, computed: Duration, processorTime: Duration
    ) {
        self.result = result
        self.queued = queued
        self.computed = computed
        self.processorTime = processorTime
    }
}

/// Why a unit of a user's own kernel has no result, in words for whoever asked for it.
package enum ProgramFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such kernel is registered here.
    case unknown(KernelName)
    /// Too many units wait here, or too many of their bytes.
    case busy
    /// The program is not there.
    case notThere(String)
    /// The system refused to start it.
    case notStarted(String)
    /// It is to be confined, and the machine gives no namespaces.
    case noBox(String)
    /// It ended with another code than 0. `lastWords`: the end of what it wrote to its standard error.
    case exited(code: Int32, lastWords: String)
    case signalled(Int32, lastWords: String)
    /// It was ended at its deadline, or had no turn before it.
    case deadline
    case processorTime(Duration)
    /// As far as that can be told: by how much it had, or by its last words.
    case memory(limitMiB: Int, lastWords: String)
    case outputTooLarge(limitBytes: Int)
    case cancelled

    package var description: String {
        switch self {
        case .unknown(let name): "no kernel \(name) is registered here"
        case .busy: "too many units wait here"
        case .notThere(let program): "its program \(program) is not there, or may not be executed"
        case .notStarted(let reason): "its program could not be started: \(reason)"
        case .noBox(let reason): "its program could not be confined: \(reason)"
        case .exited(let code, let words):
            "its program ended with exit code \(code)" + (Self.meaning(code).map { " (\($0))" } ?? "")
                + Self.told(words)
        case .signalled(let signal, let words):
            "its program was ended by signal \(signal)" + (Self.name(signal).map { " (\($0))" } ?? "")
                + Self.told(words)
        case .deadline: "its deadline passed"
        case .processorTime(let limit): "it used more than \(limit.inSeconds) s of processor time"
        case .memory(let limit, let words): "its \(limit) MiB of memory did not suffice" + Self.told(words)
        case .outputTooLarge(let limit): "its result is larger than \(limit) bytes"
        case .cancelled: "it was cancelled"
        }
    }

    private static func told(_ words: String) -> String { words.isEmpty ? "" : ": \(words)" }

    /// As shells use them.
    private static func meaning(_ code: Int32) -> String? {
        switch code {
        case 126: "found, but could not be executed"
        case 127: "the program or its interpreter was not found"
        default: nil
        }
    }

    /// Those that end programs, as Linux numbers them on all machines it flies on.
    private static func name(_ signal: Int32) -> String? {
        switch signal {
        case 1: "hang-up"
        case 2: "interrupt"
        case 4: "illegal instruction"
        case 6: "abort"
        case 7: "bus error"
        case 8: "arithmetic error"
        case 9: "killed"
        case 11: "segmentation fault"
        case 13: "broken pipe"
        case 15: "terminated"
        case 24: "processor time"
        case 25: "file size"
        case 31: "forbidden system call"
        default: nil
        }
    }
}
