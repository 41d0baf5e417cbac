import SkeinFiles
import SkeinLinux

/// The doctor's findings, for people and for programs.
enum DoctorReport {
    /// A line a check, in columns; what mends it on the line below.
    static func text(_ findings: [DoctorFinding], isColoured: Bool) -> String {
        let checkWidth = findings.map(\.check.count).max() ?? 0
        // A long path must not push everything else off the screen.
        let subjectWidth = min(findings.map(\.subject.count).max() ?? 0, 24)
        var lines: [String] = []
        for finding in findings {
            lines.append(
                word(finding.status, isColoured: isColoured) + "  " + padded(finding.check, checkWidth) + "  "
                    + padded(finding.subject, subjectWidth) + "  " + finding.found)
            if let fix = finding.fix { lines.append("      fix: \(fix)") }
        }
        return (lines + [summary(findings)]).joined(separator: "\n")
    }

    private static func summary(_ findings: [DoctorFinding]) -> String {
        let failures = findings.count { $0.status == .fail }
        let warnings = findings.count { $0.status == .warn }
        return "\(findings.count) checks: \(failures) failed, \(warnings) warning\(warnings == 1 ? "" : "s")"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// SGR colours of ECMA-48: green, yellow, red.
    private static func word(_ status: DoctorFinding.Status, isColoured: Bool) -> String {
        guard isColoured else { return status.rawValue }
        let colour =
            switch status {
            case .pass: 32
            case .warn: 33
            case .fail: 31
            }
        return "\u{1B}[\(colour)m\(status.rawValue)\u{1B}[0m"
    }

    static func value(_ findings: [DoctorFinding]) -> JSONValue {
        [
            "version": .integer(1),
            "checks": .array(
                findings.map { finding in
                    [
                        "check": .string(finding.check), "subject": .string(finding.subject),
                        "status": .string(finding.status.rawValue), "found": .string(finding.found),
                        "fix": finding.fix.map { .string($0) } ?? .null,
                    ]
                }),
        ]
    }
}
