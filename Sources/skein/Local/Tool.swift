import ArgumentParser
import SkeinFiles

/// What every tool does with an answer that did not come.
enum Tool {
    static func run(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as TalkError {
            Console.say("\(error)")
            throw error.exitCode
        } catch let failure as TaskFailure {
            Console.say(failure.message)
            throw failure.code
        }
    }
}

/// Why a task came to nothing: one sentence that says what to do, and what the program ends with.
struct TaskFailure: Error {
    let message: String
    let code: ExitCode

    init(_ message: String, _ code: ExitCode) {
        self.message = message
        self.code = code
    }
}
