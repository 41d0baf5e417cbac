import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// What robots say of tasks for registered kernels, in sentences that end in what to do.
enum JobWords {
    static func sentence(_ refusal: JobRefusal, key: TaskKey) -> String {
        switch refusal {
        case .units(let count): "\(count) units, expected 1 to \(JobOrder.unitsMax): make several tasks of them"
        case .inputs(let unit):
            "unit \(unit) has no input, more than \(JobUnit.inputsMax), or needs the output of a unit that does not come "
                + "before it"
        case .noObject(let unit): "an input of unit \(unit) is not at this robot any more; run the task again"
        case .span(let span):
            "a deadline of \(span.inSeconds) s, expected \(JobOrder.spanMin.inSeconds)…\(JobOrder.spanMax.inSeconds)"
        case .cost(let cost):
            "a cost of \(cost.inSeconds) s, expected above 0, at most \(JobOrder.costMax.inSeconds)"
        case .period(let period):
            "a period of \(period.inSeconds) s, expected "
                + "\(StreamOrder.periodMin.inSeconds)…\(StreamOrder.periodMax.inSeconds)"
        case .otherOrder:
            "another task has the key \(key.number): choose another --key, or let go of it with skein task forget "
                + "\(key.number)"
        case .unknownKey: "no task \(key.number); skein task list names those that are known"
        case .tooManyOpen:
            "as many tasks are open at this robot as it takes; wait for one to end, or skein task cancel one"
        case .storeFull:
            "this robot's store is full of objects that tasks want; wait for one to end, or skein task forget one"
        case .disk:
            "this robot's disk does not take what a durable task keeps; make room on it, or go without --durable"
        case .windowFull: "as many units of the stream are on their way as may be; wait for an answer"
        case .stillOpen: "the task \(key.number) is still open; skein task cancel \(key.number) ends it"
        case .left: "this robot is leaving the mesh and takes no task any more"
        case .piece: "what arrived is not what its hash says: was a file changed meanwhile? Run the task again"
        }
    }

    static func exitCode(_ refusal: JobRefusal) -> ExitCode {
        switch refusal {
        case .unknownKey: Exit.noSuchThing
        case .units, .inputs, .noObject, .span, .cost, .period, .otherOrder, .tooManyOpen, .storeFull, .disk,
            .windowFull, .stillOpen, .left, .piece:
            Exit.failed
        }
    }

    /// Why a unit is missing.
    static func sentence(_ trouble: JobTrouble, kernel: String, names: FleetNames) -> String {
        switch trouble {
        case .dependency(let unit): "unit \(unit), whose output it needs, was not done"
        case .noLeader:
            "this robot had no leader to ask, and \(kernel) is not registered here; skein status says whom it follows"
        case .noHelper:
            "nobody who could be asked offers \(kernel), or had room for it in time; skein task kernels says who offers it"
        case .noReceipt: "helpers were found, and none of them answered; skein peers says who is heard"
        case .refused(let verdict): "the last helper would not take it: \(phrase(verdict)); try again later"
        case .noResult:
            "a helper took it, and its result did not come in time; skein why placement tells what was tried"
        case .resultLost: "its result was told, and could not be fetched from the helper; try again nearer to it"
        case .program(let failure, let robot, let words):
            "the program \(phrase(failure)) at \(names.name(robot))" + quoted(words)
        case .deadline: "its time was over; a later --deadline leaves it more"
        case .cancelled: "it was cancelled"
        case .storage: "this robot had no room for what came; skein task forget ended tasks, or make room on its disk"
        }
    }

    /// As JSON has it.
    static func word(_ trouble: JobTrouble) -> String {
        switch trouble {
        case .dependency: "dependency"
        case .noLeader: "no_leader"
        case .noHelper: "no_helper"
        case .noReceipt: "no_receipt"
        case .refused: "refused"
        case .noResult: "no_result"
        case .resultLost: "result_lost"
        case .program: "program"
        case .deadline: "deadline"
        case .cancelled: "cancelled"
        case .storage: "storage"
        }
    }

    /// After "would not take it".
    static func phrase(_ verdict: JobReceipt.Verdict) -> String {
        switch verdict {
        case .accepted: "it took it"
        case .busy: "it has no room before the deadline"
        case .unknownKernel: "it does not have this kernel"
        case .tooLate: "it could not be done in time there"
        case .inputLost: "an input could not be fetched"
        case .gone: "it does not know of it any more"
        }
    }

    /// After "the program".
    static func phrase(_ failure: JobFailure) -> String {
        switch failure {
        case .notStarted: "could not be started"
        case .exited: "ended with an error"
        case .signalled: "was ended by a signal"
        case .deadline: "was not done by its deadline"
        case .outputTooLarge: "wrote more than its kernel may"
        case .memory: "wanted more memory than its kernel may have"
        case .cancelled: "was cancelled"
        case .storage: "was done, and its output could not be kept"
        }
    }

    /// A program's last words, on one line.
    private static func quoted(_ words: String) -> String {
        let line = String(words.map { $0.isNewline ? " " : $0 }.filter { $0 >= " " })
        return line.isEmpty ? "" : " (\(line))"
    }
}

extension TaskFailure {
    init(_ refusal: JobRefusal, of key: TaskKey) {
        self.init("refused: \(JobWords.sentence(refusal, key: key))", JobWords.exitCode(refusal))
    }

    init(_ refusal: JobRefusal, giving source: ObjectSource) {
        self.init(
            "\(source.label): refused: \(JobWords.sentence(refusal, key: TaskKey(0)))", JobWords.exitCode(refusal))
    }
}
