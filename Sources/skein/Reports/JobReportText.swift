import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// How a task for a registered kernel ended, for people and for programs.
struct JobReportText {
    let key: TaskKey
    /// As the person called it; "its kernel" where only the key is known.
    let kernel: String
    let report: JobReport
    let names: FleetNames

    init(key: TaskKey, kernel: String = "its kernel", report: JobReport, names: FleetNames) {
        self.key = key
        self.kernel = kernel
        self.report = report
        self.names = names
    }

    var missing: Int { report.units.count { if case .missing = $0 { true } else { false } } }
    var done: Int { report.units.count - missing }

    /// Nil: every unit is done.
    var exitCode: ExitCode? { missing == 0 ? nil : done == 0 ? Exit.failed : Exit.partial }

    var headline: String { "\(report.units.isEmpty ? "stream" : "task") \(key.number) \(standing)" }

    var standing: String {
        let after = "ended after \(report.took.inSeconds.rounded(to: 2)) s"
        // A stream keeps no account of its units.
        return report.units.isEmpty ? after : "\(after), \(done) of \(report.units.count) units done"
    }

    func line(_ unit: Int) -> String {
        switch report.units[unit] {
        case .done(let output):
            let milliseconds = (output.computed.inSeconds * 1e3).rounded(to: 1)
            return "unit \(unit): done by \(names.name(output.computedBy)), "
                + (output.wasKnown ? "known from an equal unit" : "\(milliseconds) ms") + ", \(output.bytes) bytes"
        case .missing(let trouble):
            return "unit \(unit): not done: \(JobWords.sentence(trouble, kernel: kernel, names: names))"
        }
    }

    var lines: [String] { report.units.indices.map(line) }

    /// `files`: where outputs have been written, by unit.
    func value(files: [Int: String] = [:]) -> JSONValue {
        .object(
            JobStateText.members(key, kind: .registered) + [
                .init("state", .string("ended")), .init("took_s", .number(report.took.inSeconds)),
                .init("done", .integer(done)), .init("missing", .integer(missing)),
                .init("units", .array(report.units.indices.map { value($0, files[$0]) })),
            ])
    }

    private func value(_ unit: Int, _ file: String?) -> JSONValue {
        switch report.units[unit] {
        case .done(let output):
            [
                "unit": .integer(unit), "done": .bool(true), "by": .integer(Int(output.computedBy.number)),
                "by_name": .string(names.name(output.computedBy)), "queued_s": .number(output.queued.inSeconds),
                "computed_s": .number(output.computed.inSeconds), "known": .bool(output.wasKnown),
                "bytes": .integer(output.bytes), "object": .string(output.object.hexadecimal),
                "file": file.map { .string($0) } ?? .null,
            ]
        case .missing(let trouble):
            [
                "unit": .integer(unit), "done": .bool(false), "trouble": .string(JobWords.word(trouble)),
                "reason": .string(JobWords.sentence(trouble, kernel: kernel, names: names)),
            ]
        }
    }
}

/// Where a task stands, for people and for programs, whichever book it is in.
enum JobStateText {
    /// What a task is for: a kernel that every robot has, or one that robots' owners have registered.
    enum Kind: String {
        case builtIn = "built_in"
        case registered
    }

    static func members(_ key: TaskKey, kind: Kind) -> [JSONValue.Member] {
        [
            .init("version", .integer(1)), .init("key", .integer(Int(clamping: key.number))),
            .init("kind", .string(kind.rawValue)),
        ]
    }

    static func text(_ state: JobState, key: TaskKey, names: FleetNames) -> String {
        switch state {
        case .unknown: "unknown"
        case .accepted: "accepted"
        case .running(_, _, 0): "running: a stream"
        case .running(let done, let atWork, let count): "running: \(done) of \(count) units done, \(atWork) at work"
        case .ended(let report): JobReportText(key: key, report: report, names: names).standing
        }
    }

    static func value(_ state: JobState, key: TaskKey, names: FleetNames) -> JSONValue {
        let members = members(key, kind: .registered)
        switch state {
        case .unknown, .accepted:
            return .object(members + [.init("state", .string(state == .accepted ? "accepted" : "unknown"))])
        case .running(let done, let atWork, let count):
            return .object(
                members + [
                    .init("state", .string("running")), .init("done", .integer(done)),
                    .init("at_work", .integer(atWork)), .init("units", .integer(count)),
                ])
        case .ended(let report): return JobReportText(key: key, report: report, names: names).value()
        }
    }
}

extension ObjectID {
    /// The whole hash.
    var hexadecimal: String {
        hash.map { byte in byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16) }.joined()
    }
}
