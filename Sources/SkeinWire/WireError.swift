/// Why bytes from the air were not a message. A small closed set, so that drops are counted by reason.
package enum WireError: Error, Hashable, Sendable {
    /// The bytes end before the field does.
    case truncated
    /// Bytes are left over after the last field.
    case trailing
    /// A field's value is outside what the protocol allows.
    case invalid(Field)
    /// A list is longer than its bound.
    case tooMany(Field, count: Int, limit: Int)
    /// A version or a kind this program does not know.
    case unknown(Field)

    /// The field that was wrong.
    package enum Field: String, Sendable {
        case version, kind, trafficClass, band, bodyLength, timeToLive, hop
        case neighbours, leaders, members, entries, helpers, excluded, payload, parts, role, strategy
        case position, power, efficiency, percent, kernel, kernels, command, interval, serial
        case robot, text, number, time
    }
}
