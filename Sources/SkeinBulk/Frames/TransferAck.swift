import SkeinWire

/// What the receiver has: receiver to sender. `base` chunks from the first on, and behind them those whose bits are set, the
/// first in the lowest bit. Chunks below base + credit may be sent. `highest` is the latest serial that has come, `received`
/// how many chunks have come in all, `held` how long the latest has been here.
///
///      0        1        2                                   6                                   10
///     +--------+--------+-----------------------------------+-----------------------------------+------…
///     | 3      | round  | transfer u32                      | highest u32                       | received u32
///     +--------+--------+-----------------+-----------------+-----------------+--------+-------…
///     | held, 10 µs u16 | base u16        | credit u16      | n u8 ≤ 32       | n × bits u64
///     +-----------------+-----------------+-----------------+-----------------+--------…
struct TransferAck: Sendable {
    static let kind: UInt8 = 3
    static let headerBytes = 21
    static let wordsMax = 32
    static let windowChunksMax = wordsMax * 64

    var round: UInt8
    var transfer: TransferID
    var highest: UInt32
    var received: UInt32
    var heldTensOfMicroseconds: UInt16
    var base: Int
    var credit: Int
    var words: Int

    /// The bits follow.
    func write(to writer: inout RoomWriter) {
        writer.u8(Self.kind)
        writer.u8(round)
        writer.u32(transfer.number)
        writer.u32(highest)
        writer.u32(received)
        writer.u16(heldTensOfMicroseconds)
        writer.u16(UInt16(base))
        writer.u16(UInt16(credit))
        writer.u8(UInt8(words))
    }

    /// Reads all but the bits, which follow.
    init(reading reader: inout ByteReader) throws(WireError) {
        guard try reader.u8() == Self.kind else { throw .unknown(.kind) }
        round = try reader.u8()
        transfer = TransferID(try reader.u32())
        highest = try reader.u32()
        received = try reader.u32()
        heldTensOfMicroseconds = try reader.u16()
        base = Int(try reader.u16())
        credit = Int(try reader.u16())
        words = try reader.count(.entries, limit: Self.wordsMax)
        guard reader.remaining == words * 8 else { throw .invalid(.bodyLength) }
    }

    init(
        round: UInt8, transfer: TransferID, highest: UInt32, received: UInt32, held: Duration, base: Int, credit: Int,
        words: Int
    ) {
        self.round = round
        self.transfer = transfer
        self.highest = highest
        self.received = received
        heldTensOfMicroseconds = UInt16(clamping: max(0, held.nanoseconds / 10_000))
        self.base = base
        self.credit = credit
        self.words = words
    }

    var held: Duration { .microseconds(Int64(heldTensOfMicroseconds) * 10) }
}
