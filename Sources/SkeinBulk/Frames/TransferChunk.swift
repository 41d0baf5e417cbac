import SkeinWire

/// A chunk of an object: sender to receiver. The serial counts the transfer's chunks as they leave, repetitions too, from 1.
///
///      0        1                                   5                                   9
///     +--------+-----------------------------------+-----------------------------------+-----------------+
///     | 2      | transfer u32                      | serial u32                        | chunk u16       |
///     +--------+-----------------------------------+-----------------------------------+-----------------+
///     | bytes, 1,280; of the last chunk what is left
///     +--------…
struct TransferChunk: Sendable {
    static let kind: UInt8 = 2
    static let headerBytes = 11

    var transfer: TransferID
    var serial: UInt32
    var chunk: Int

    init(transfer: TransferID, serial: UInt32, chunk: Int) {
        self.transfer = transfer
        self.serial = serial
        self.chunk = chunk
    }

    /// Nil: too short, or serial 0, which no chunk has.
    init?(_ payload: UnsafeRawBufferPointer) {
        guard payload.count > Self.headerBytes else { return nil }
        transfer = TransferID(UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
        serial = UInt32(bigEndian: payload.loadUnaligned(fromByteOffset: 5, as: UInt32.self))
        chunk = Int(UInt16(bigEndian: payload.loadUnaligned(fromByteOffset: 9, as: UInt16.self)))
        guard serial > 0 else { return nil }
    }

    /// With its bytes of this piece of the object.
    func write(_ piece: [UInt8], to room: UnsafeMutableBufferPointer<UInt8>) {
        var writer = RoomWriter(room)
        writer.u8(Self.kind)
        writer.u32(transfer.number)
        writer.u32(serial)
        writer.u16(UInt16(chunk))
        let start = chunk % ObjectBytes.pieceChunks * ObjectBytes.chunkBytes
        let count = room.count - Self.headerBytes
        piece.withUnsafeBytes { piece in
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[Self.headerBytes...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[start..<start + count]))
        }
    }

    static func count(of bytes: Int) -> Int { (bytes + ObjectBytes.chunkBytes - 1) / ObjectBytes.chunkBytes }

    /// A chunk's length in an object of so many bytes.
    static func bytes(of chunk: Int, in bytes: Int) -> Int {
        min(ObjectBytes.chunkBytes, bytes - chunk * ObjectBytes.chunkBytes)
    }
}
