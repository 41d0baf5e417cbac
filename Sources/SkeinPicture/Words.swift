import SkeinPeer
import SkeinWire

/// Figures as people read them on a narrow screen. Without Foundation, and the same everywhere.
enum Words {
    /// So many digits behind the point; no more zeros than that.
    static func decimal(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.isNaN ? "-" : value < 0 ? "-inf" : "inf" }
        let factor = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        let whole = Int64((abs(value) * factor).rounded())
        let sign = value < 0 && whole != 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(whole % Int64(factor))
        return "\(sign)\(whole / Int64(factor))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    static func percent(_ fraction: Double) -> String { decimal(fraction * 100, fraction < 0.1 ? 1 : 0) + " %" }

    /// `340 µs`, `12 ms`, `4.2 s`, `3 min`, `2 h`.
    static func span(_ span: Duration) -> String {
        let seconds = span.inSeconds
        switch abs(seconds) {
        case ..<0.001: return decimal(seconds * 1e6, 0) + " µs"
        case ..<1: return decimal(seconds * 1e3, 0) + " ms"
        case ..<10: return decimal(seconds, 1) + " s"
        case ..<120: return decimal(seconds, 0) + " s"
        case ..<7_200: return decimal(seconds / 60, 0) + " min"
        default: return decimal(seconds / 3_600, 0) + " h"
        }
    }

    static func bytes(_ count: Double) -> String {
        switch abs(count) {
        case ..<1e4: decimal(count, 0) + " B"
        case ..<1e7: decimal(count * 1e-3, 0) + " kB"
        default: decimal(count * 1e-6, 1) + " MB"
        }
    }

    static func clock(_ clock: ClockStatus, name: (NodeID) -> String) -> String {
        guard let time = clock.time else { return "not known" }
        return "\(decimal(time.seconds, 3)) s ± \(span(.nanoseconds(time.boundNanoseconds))) of \(name(time.root))"
    }

    /// `notAllowed` as `not allowed`.
    static func spaced(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
    }
}
