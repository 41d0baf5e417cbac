import SkeinWire

/// Numbers as people read them, in few characters. Ages go in coarse steps: what changes often is sent often.
package enum Figures {
    /// `now`, `4s`, `35s`, `12m`, `3h`, `2d`.
    package static func age(_ span: Duration) -> String {
        let seconds = max(span.nanoseconds, 0) / 1_000_000_000
        switch seconds {
        case 0..<2: return "now"
        case 2..<10: return "\(seconds / 2 * 2)s"
        case 10..<60: return "\(seconds / 5 * 5)s"
        case 60..<3_600: return "\(seconds / 60)m"
        case 3_600..<86_400: return "\(seconds / 3_600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    /// Since something that is of interest for itself: never `now`.
    package static func since(_ span: Duration) -> String {
        let text = age(span)
        return text == "now" ? "1s" : text
    }

    /// A span to four characters and its unit: `340 us`, `1.8 ms`, `12 ms`, `1.5 s`, `-0.2 s`.
    package static func span(_ span: Duration) -> String {
        let nanoseconds = span.nanoseconds
        let size = nanoseconds.magnitude
        if size < 1_000_000 { return "\(nanoseconds / 1_000) us" }
        if size < 9_950_000 { return decimal(Double(nanoseconds) * 1e-6, 1) + " ms" }
        if size < 1_000_000_000 { return "\(nanoseconds / 1_000_000) ms" }
        if size < 60_000_000_000 { return decimal(span.inSeconds, 1) + " s" }
        return (nanoseconds < 0 ? "-" : "") + age(.nanoseconds(Int64(min(size, UInt64(Int64.max)))))
    }

    /// `12:34.5`, `1:02:03.0`: a clock's time, to tenths.
    package static func clock(_ span: Duration) -> String {
        let tenths = max(span.nanoseconds, 0) / 100_000_000
        let (seconds, minutes, hours) = (tenths / 10 % 60, tenths / 600 % 60, tenths / 36_000)
        let tail = two(seconds) + ".\(tenths % 10)"
        return hours > 0 ? "\(hours):\(two(minutes)):\(tail)" : "\(minutes):\(tail)"
    }

    /// As `clock`, to whole seconds: the header's.
    package static func clockSeconds(_ span: Duration) -> String { String(clock(span).dropLast(2)) }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    package static func decimal(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-inf" : "inf" }
        let scale = [1.0, 10, 100, 1_000][min(max(places, 0), 3)]
        let scaled = (value * scale).rounded()
        // Whatever is beyond is no figure to be read in a cell.
        guard scaled.magnitude < 1e15 else { return value < 0 ? "-huge" : "huge" }
        guard places > 0 else { return "\(Int64(scaled))" }
        let whole = Int64(scaled.magnitude) / Int64(scale)
        let rest = "\(Int64(scaled.magnitude) % Int64(scale))"
        let zeros = String(repeating: "0", count: min(places, 3) - rest.count)
        return (scaled < 0 ? "-" : "") + "\(whole).\(zeros)\(rest)"
    }

    /// `73%`; what is not nothing and less than ten, to a tenth: `1.3%`.
    package static func percent(_ fraction: Double) -> String {
        let percent = fraction * 100
        return decimal(percent, percent != 0 && percent.magnitude < 9.95 ? 1 : 0) + "%"
    }

    /// Whole ones only, for what moves all the time.
    package static func wholePercent(_ fraction: Double) -> String { decimal(fraction * 100, 0) + "%" }

    /// `0`, `840`, `12k`, `3.4M`: of a unit that stands elsewhere.
    package static func short(_ value: Double) -> String {
        guard value.isFinite else { return decimal(value, 0) }
        var scaled = value
        for prefix in ["", "k", "M", "G", "T", "P"] {
            if scaled.magnitude < 999.5 || prefix == "P" {
                let isWhole = prefix.isEmpty || scaled.magnitude >= 9.95
                return decimal(scaled, isWhole ? 0 : 1) + prefix
            }
            scaled /= 1_000
        }
        return decimal(scaled, 0) + "P"
    }
}
