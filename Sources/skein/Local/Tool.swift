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
        }
    }
}
