import SkeinWire

/// The stamp of one of our messages, without reading the rest: its first field.
enum StampReader {
    /// Nil: the message is none of ours, or damaged.
    static func stamp(of bytes: [UInt8]) -> LogStamp? {
        // Field 1, length-delimited: Protobuf encoding, "Message structure". What this program writes has it first.
        guard bytes.first == 0x0A else { return nil }
        var length = 0
        var position = 1
        var shift = 0
        while true {
            guard position < bytes.count, shift < 28 else { return nil }
            let byte = bytes[position]
            position += 1
            length |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
        }
        guard length <= bytes.count - position,
            let message = try? Skein_Stamp(serializedBytes: Array(bytes[position..<position + length]))
        else { return nil }
        return try? LogStamp(message)
    }
}
