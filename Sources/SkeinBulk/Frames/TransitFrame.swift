import SkeinSeal
import SkeinWire

/// A frame between two robots that do not hear each other, as the payload of a frame between neighbours on the way. Whoever
/// passes it on is known by its session; what is within only the two robots can read or change.
///
///     9 u8 | hops left u8 | origin u16 | frame
///
/// The frame's own header names its receiver. `origin` teaches the way back, as an envelope's sender does.
package struct TransitFrame {
    package static let kind: UInt8 = 9
    package static let headerBytes = 4

    package var hopsLeft: UInt8
    package var origin: NodeID
    package var receiver: NodeID
    package var frame: ArraySlice<UInt8>

    package init(hopsLeft: UInt8, origin: NodeID, receiver: NodeID, frame: ArraySlice<UInt8>) {
        self.hopsLeft = hopsLeft
        self.origin = origin
        self.receiver = receiver
        self.frame = frame
    }

    /// Nil: it is none.
    package init?(_ payload: ArraySlice<UInt8>) {
        guard payload.count > Self.headerBytes, payload.first == Self.kind else { return nil }
        let start = payload.startIndex
        let header = payload[start + Self.headerBytes..<payload.endIndex].withUnsafeBytes { BulkFrame($0) }
        guard let header else { return nil }
        hopsLeft = payload[start + 1]
        origin = NodeID(UInt16(payload[start + 2]) << 8 | UInt16(payload[start + 3]))
        receiver = header.receiver
        frame = payload[(start + Self.headerBytes)...]
        guard origin != .none, receiver != .none else { return nil }
    }

    package var payloadBytes: Int { Self.headerBytes + frame.count }

    package func write(to room: UnsafeMutableBufferPointer<UInt8>) {
        precondition(room.count == payloadBytes, "\(room.count) bytes for a transit of \(payloadBytes)")
        var writer = RoomWriter(room)
        writer.u8(Self.kind)
        writer.u8(hopsLeft)
        writer.u16(origin.number)
        writer.raw(frame)
    }
}
