/// One check of one thing: what was found, and how to mend it.
package struct DoctorFinding: Hashable, Sendable {
    package enum Status: String, Sendable {
        case pass, warn, fail
    }

    /// What was looked at, the same word in every version.
    package var check: String
    /// Which one: an interface, a path, a program.
    package var subject: String
    package var status: Status
    package var found: String
    /// One line; nil when nothing is wrong.
    package var fix: String?

    static func pass(_ check: String, _ subject: String, _ found: String) -> Self {
        Self(check: check, subject: subject, status: .pass, found: found, fix: nil)
    }

    /// The robot flies, but worse than it could.
    static func warn(_ check: String, _ subject: String, _ found: String, fix: String) -> Self {
        Self(check: check, subject: subject, status: .warn, found: found, fix: fix)
    }

    /// The robot will not fly, or its keys are not its own, or it cannot do what it has registered.
    static func fail(_ check: String, _ subject: String, _ found: String, fix: String) -> Self {
        Self(check: check, subject: subject, status: .fail, found: found, fix: fix)
    }
}
