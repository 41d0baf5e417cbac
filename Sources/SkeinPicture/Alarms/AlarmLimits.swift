import SkeinSeal
import SkeinView
import SkeinWire

/// Where alarms begin and end, where that is a figure.
package enum AlarmLimits {
    /// Control traffic's share of the 2.4 GHz air at one robot. [R]
    package static let controlFractionRaise = 0.10
    package static let controlFractionClear = 0.08
    /// Mesh time's bound. Four hops are 2 ms (docs/clock.md); what is wider has not been answered for long.
    package static let clockBoundRaise: Duration = .milliseconds(20)
    package static let clockBoundClear: Duration = .milliseconds(10)
    /// Datagrams a second of no or another fleet, at one robot.
    package static let strangersRaise = 10.0
    package static let strangersClear = 1.0
    /// A kernel's failure is news for so long.
    package static let kernelFailureSpan: Duration = .seconds(30)

    /// What a drop of this kind says of its sender while it goes on.
    static func severity(of reason: DropReason) -> Severity {
        switch reason {
        case .wrongSignature, .revoked: .alarm
        case .otherFleet, .wrongTag, .unknownSender, .wrongClass, .expired, .unproven, .oldKey, .malformed, .tooShort,
            .tooLong, .overflow, .overBudget, .notAllowed:
            .warning
        case .replayed, .staleEpoch, .own, .noRoute: .calm
        }
    }
}
