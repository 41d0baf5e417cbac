import ArgumentParser
import Glibc
import SkeinFiles

/// How long a person waits for an answer.
struct BenchQuestions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions",
        abstract: "Time each question to a running daemon, from a cold start of the program to its end.",
        discussion: """
            Starts this program once for each question, so many times, against a daemon that runs, and times it from fork to \
            exit, with its output thrown away. The bound is 100 ms.

            Exit codes: 0 each answered within the bound, 1 not, 2 usage error, 3 no daemon answers.

            Examples:
              skein bench questions
              skein bench questions --socket /run/skein/peer.sock --rounds 50 --json -
            """)

    @Option(help: ArgumentHelp("Times each.", valueName: "n"))
    var rounds = 20

    @OptionGroup var socket: SocketOption
    @OptionGroup var json: JSONOption

    static let boundSeconds = 0.1

    /// What is asked. A robot's name stands where `@` is.
    private static let questions: [[String]] = [
        ["status"], ["peers"], ["links"], ["neighbours"], ["topology"], ["topology", "--dot"], ["routes"], ["tasks"],
        ["events"], ["why", "leader"], ["why", "route", "@"], ["why", "failure"], ["task", "list"],
        ["stop", "--status"],
    ]

    func validate() throws {
        guard (1...1_000).contains(rounds) else { throw ValidationError("--rounds \(rounds) outside 1…1000") }
    }

    func run() throws {
        try json.check()
        let talk = try socket.connect()
        let place = ["--socket", talk.path] + (socket.robot.map { ["--robot", $0] } ?? [])
        let name = talk.daemon.name
        var figures: [(question: String, seconds: [Double])] = []
        for question in Self.questions {
            let words = question.map { $0 == "@" ? name : $0 } + place
            Console.progress(question.joined(separator: " "))
            var seconds: [Double] = []
            for _ in 0..<rounds { seconds.append(try Self.time(words)) }
            figures.append((question.joined(separator: " "), seconds.sorted()))
        }
        Console.progress("")
        try json.deliver(report(figures), value(figures))
        if figures.contains(where: { ($0.seconds.last ?? 0) > Self.boundSeconds }) {
            Console.say("not every answer came within \(Int(Self.boundSeconds * 1e3)) ms")
            throw Exit.failed
        }
    }

    /// From fork to exit, seconds; what it prints goes nowhere.
    private static func time(_ words: [String]) throws -> Double {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        let arguments = ["skein"] + words
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        // The socket is named: nothing else is asked of the environment.
        var variables: [UnsafeMutablePointer<CChar>?] = [nil]
        var process = pid_t()
        let begun = Clock.monotonic()
        guard posix_spawn(&process, "/proc/self/exe", &actions, nil, &pointers, &variables) == 0 else {
            throw FileError(file: "/proc/self/exe", message: "cannot start: \(String(cString: strerror(errno)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let seconds = Double(Clock.monotonic() - begun) * 1e-9
        guard status == 0 else {
            Console.say("skein \(words.joined(separator: " ")) ended with status \(status >> 8 & 0xFF)")
            throw Exit.failed
        }
        return seconds
    }

    private func report(_ figures: [(question: String, seconds: [Double])]) -> String {
        var table = TextTable(["question", "p50 ms", "max ms"])
        for (question, seconds) in figures {
            table.add(
                question, (seconds[seconds.count / 2] * 1e3).rounded(to: 1),
                ((seconds.last ?? 0) * 1e3).rounded(to: 1))
        }
        return table.text
    }

    private func value(_ figures: [(question: String, seconds: [Double])]) -> JSONValue {
        [
            "version": .integer(1), "rounds": .integer(rounds), "bound_s": .number(Self.boundSeconds),
            "questions": .array(
                figures.map { question, seconds in
                    [
                        "question": .string(question), "p50_s": .number(seconds[seconds.count / 2]),
                        "max_s": .number(seconds.last ?? 0),
                    ]
                }),
        ]
    }
}
