import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// The emergency stop of the fleet.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Emergency stop of the whole fleet. Never asks.",
        discussion: """
            This robot stops at once, and so does every robot that hears of it, each before it tells the next. Then their \
            own signed receipts are counted for some seconds: what is printed is what they have said, and nobody else. The \
            stop is latched: it outlives restarts, and ends only by --release with its number, from a robot whose \
            membership has the role `release`. A release starts nothing: the mission is to be started again.

            With --status nothing is stopped: who stands is shown as the issuer knows it, or this robot alone.

            Exit codes: 0 all have said so, 1 the daemon is leaving, 3 no daemon answers, 5 refused: this robot may not; 6 \
            some have not answered; 7 the number is not that of the stop in force. With --status: 0 as asked, 6 if the \
            issuer misses somebody's word.

            Examples:
              skein stop
              skein stop --status
              skein stop --release 7
              skein stop --json | jq .unanswered
            """)

    @Flag(help: "Stop nothing; show who stands.")
    var status = false

    @Option(help: ArgumentHelp("End the stop in force, which has this number.", valueName: "n"))
    var release: UInt32?

    @Option(help: ArgumentHelp("How long to count receipts at most.", valueName: "seconds"))
    var wait = 6.0

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var socket: SocketOption

    private static let pollMicroseconds: UInt32 = 50_000

    func validate() throws {
        guard !(status && release != nil) else { throw ValidationError("--status or --release, not both") }
        guard (0...600).contains(wait) else { throw ValidationError("--wait \(wait) outside 0…600") }
        guard release.map({ $0 > 0 }) ?? true else { throw ValidationError("--release 0: stops are numbered from 1") }
    }

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let command: OperatorCommand = status ? .safety : release.map { .release(number: $0) } ?? .stop
            var report = try Self.report(talk.ask(command), talk)
            if !status { report = try counted(report, talk) }
            Console.progress("")
            let text = StopText(report)
            if json { try Console.write(text.value, to: "-") } else { Console.print(text.lines) }
            guard text.isWhole else { throw Exit.partial }
        }
    }

    /// Asks again until everybody has answered or is shown as unreachable.
    private func counted(_ first: SafetyReport, _ talk: Talk) throws -> SafetyReport {
        var report = first
        let begun = Clock.monotonic()
        while report.robots.contains(where: { $0.answer == .waiting }), Clock.seconds(since: begun) < wait {
            Console.progress(StopText(report).headline)
            usleep(Self.pollMicroseconds)
            report = try Self.report(talk.ask(.safety), talk)
        }
        return report
    }

    private static func report(_ reply: Reply, _ talk: Talk) throws -> SafetyReport {
        guard case .safety(let report) = reply else { throw TalkError.noSense(talk.path) }
        return report
    }
}

/// What a person is told of a stop or a release.
struct StopText {
    private let report: SafetyReport

    init(_ report: SafetyReport) { self.report = report }

    private var wanted: SafetyReport.Answer { report.issued?.isRelease == true ? .goesOn : .stands }

    private func named(_ answers: SafetyReport.Answer...) -> [String] {
        report.robots.filter { answers.contains($0.answer) }.map(\.name)
    }

    /// Nobody's word is missing, as far as this robot collects any.
    var isWhole: Bool { report.issued == nil || report.robots.allSatisfy { $0.answer == wanted } }

    var headline: String {
        let count = report.robots.count { $0.answer == wanted }
        var parts = ["\(wanted == .goesOn ? "released" : "stopped") \(count)/\(report.robots.count)"]
        func add(_ what: String, _ names: [String]) {
            if !names.isEmpty { parts.append("\(what): \(names.joined(separator: " "))") }
        }
        add("no answer", named(.unreachable))
        add("no answer yet", named(.waiting))
        add(
            wanted == .goesOn ? "held by another stop" : "let go by a release",
            named(wanted == .goesOn ? .stands : .goesOn))
        return parts.joined(separator: ", ")
    }

    var lines: String {
        guard let issued = report.issued else { return own }
        let what = issued.isRelease ? "release \(issued.name.number)" : "stop \(issued.name.number)"
        return "\(what): \(headline)" + (report.isStopped ? "\n\(inForce)" : "")
    }

    private var own: String {
        let name = report.robots.first { $0.id == report.robot }?.name ?? "\(report.robot)"
        guard report.isStopped else { return "\(name): no stop is in force" }
        return "\(name) stands\(report.isPersisted ? "" : ", not on its disk yet")\n\(inForce)"
    }

    private var inForce: String {
        let stops = report.active.map { "\($0.number) of \(name($0.issuer))" }.joined(separator: ", ")
        let number = report.active.last?.number ?? 0
        return "in force: \(stops); skein stop --release \(number) ends it"
    }

    private func name(_ id: NodeID) -> String { report.robots.first { $0.id == id }?.name ?? "\(id)" }

    var value: JSONValue {
        [
            "version": .integer(1), "robot": .integer(Int(report.robot.number)), "stopped": .bool(report.isStopped),
            "persisted": .bool(report.isPersisted), "number_max": .integer(Int(report.numberMax)),
            "in_force": .array(report.active.map(Self.value)),
            "issued": report.issued.map { issued in
                [
                    "number": .integer(Int(issued.name.number)),
                    "kind": .string(issued.isRelease ? "release" : "stop"),
                ]
            } ?? .null,
            "whole": .bool(isWhole), "unanswered": .array(named(.waiting, .unreachable).map { .string($0) }),
            "robots": .array(
                report.robots.map { robot in
                    [
                        "id": .integer(Int(robot.id.number)), "name": .string(robot.name),
                        "answer": .string(SharedJSON.snakeCase("\(robot.answer)")),
                        "after_s": .optional((robot.after?.nanoseconds).map { Double($0 / 1_000_000) / 1_000 }),
                    ]
                }),
        ]
    }

    private static func value(_ name: StopStatement.Name) -> JSONValue {
        ["issuer": .integer(Int(name.issuer.number)), "number": .integer(Int(name.number))]
    }
}

extension CommandRefusal {
    /// One line: who refused, why, and what to do.
    func complaint(of robot: String) -> String {
        switch self {
        case .role(let roles):
            "\(robot) may not: its membership lacks the role \(Self.words(roles)); skein fleet renew gives it, or use a "
                + "robot that has it"
        case .stopped(let number):
            "\(robot): the emergency stop \(number) is in force; skein stop --release \(number) ends it"
        case .notStopped: "\(robot): no stop is in force, nothing to release"
        case .otherStop(let inForce):
            "\(robot): the stop in force has the number \(inForce); skein stop --release \(inForce) ends it"
        case .revoked: "\(robot): its key has been thrown out of the fleet; skein fleet join lets it in with a new one"
        }
    }

    private static func words(_ roles: TrustRoles) -> String {
        TrustRoles.words.filter { roles.contains($0.role) }.map(\.word).joined(separator: ", ")
    }

    var exitCode: ExitCode {
        switch self {
        case .role, .revoked: Exit.refused
        case .stopped, .notStopped, .otherStop: Exit.forbidden
        }
    }
}
