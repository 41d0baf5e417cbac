import SkeinWire

/// The two messages that make a session. They travel in envelopes, so strangers, replays and floods are kept away from
/// them as from any other message; their own signatures bind both halves to each other, which the envelopes' do not.
package enum SessionMessage: Hashable, Sendable {
    case open(SessionOpen)
    case accept(SessionAccept)

    enum Purpose: UInt8 {
        case open = 1
        case accept = 2
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .open(let open):
            writer.raw(open.stated)
            writer.raw(open.signature)
        case .accept(let accept):
            writer.raw(accept.ownBytes)
            writer.raw(accept.signature)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch Purpose(rawValue: try reader.u8()) {
        case .open: self = .open(try SessionOpen(reading: &reader))
        case .accept: self = .accept(try SessionAccept(reading: &reader))
        case nil: throw .unknown(.kind)
        }
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: SessionAccept.byteCount)
        write(to: &writer)
        return writer.bytes
    }
}
