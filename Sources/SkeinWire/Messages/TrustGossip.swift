/// What its sender knows of the fleet, short: to a neighbour whose beacon shows that it knows otherwise. The neighbour sends
/// the entries it has in each share that differs.
///
///     16 × digest u32
package struct TrustSummary: Hashable, Sendable {
    package static let shares = 16

    /// Of the entries in each share, by the lowest bits of their hash.
    package var digests: [UInt32]

    package init(digests: [UInt32]) {
        precondition(digests.count == Self.shares, "\(digests.count) digests")
        self.digests = digests
    }

    func write(to writer: inout ByteWriter) { for digest in digests { writer.u32(digest) } }

    init(reading reader: inout ByteReader) throws(WireError) {
        digests = []
        for _ in 0..<Self.shares { digests.append(try reader.u32()) }
    }
}

/// Entries, as their issuers signed them: broadcast by whoever has just learned them, or to one neighbour that lacks them.
///
///     n u8 | n × (length u16, entry)
package struct TrustGossip: Hashable, Sendable {
    package static let entriesMax = 16
    package static let bodyBytesMax = Envelope.bodyBytesMax

    package var entries: [TrustEntry]

    package init(entries: [TrustEntry]) { self.entries = entries }

    func write(to writer: inout ByteWriter) {
        writer.count(entries.count, limit: Self.entriesMax)
        for entry in entries {
            let bytes = entry.bytes
            writer.u16(UInt16(bytes.count))
            writer.raw(bytes)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        entries = []
        for _ in 0..<(try reader.count(.entries, limit: Self.entriesMax)) {
            let bytes = try reader.bytes(Int(try reader.u16()))
            entries.append(try TrustEntry(bytes: bytes[...]))
        }
    }

    /// In as few messages as they fit, in their order.
    package static func messages(of entries: [TrustEntry]) -> [TrustGossip] {
        var messages: [TrustGossip] = []
        var bytes = bodyBytesMax
        for entry in entries {
            let more = 2 + entry.bytes.count
            if bytes + more > bodyBytesMax || messages[messages.count - 1].entries.count == entriesMax {
                messages.append(TrustGossip(entries: []))
                bytes = 1
            }
            messages[messages.count - 1].entries.append(entry)
            bytes += more
        }
        return messages
    }
}
