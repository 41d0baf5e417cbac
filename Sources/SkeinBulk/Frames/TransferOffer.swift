import SkeinWire

/// "I have this object for you": sender to receiver. Said again until it is answered, with the same round; in a new round
/// when nothing is known any more of what the receiver has. A short object stands in it whole.
///
///      0        1        2
///     +--------+--------+-----------------------------------+-----------------------------------+
///     | 1      | round  | transfer u32                      | sender's boot u32                 |
///     +--------+--------+-----------------------------------+-----------------------------------+
///     | object 32                                                                               |
///     +-----------------------------------+--------+-----------------------------------+--------+
///     | bytes u32                         | class  | deadline_ms u32 (left)            | n u8   |
///     +-----------------------------------+--------+-----------------------------------+--------+
///     | about n ≤ 64                      | the object, if it has 1,200 bytes or fewer
///     +-----------------------------------+--------…
struct TransferOffer: Hashable {
    static let kind: UInt8 = 1
    static let headerBytes = 52
    static let aboutBytesMax = 64
    static let inlineBytesMax = 1_200

    var round: UInt8
    var transfer: TransferID
    var boot: Epoch
    var id: ObjectID
    var bytes: Int
    var trafficClass: TrafficClass
    var milliseconds: UInt32
    var about: [UInt8]

    static func payloadBytes(about: Int, object: Int) -> Int {
        headerBytes + about + (object <= inlineBytesMax ? object : 0)
    }

    func write(to writer: inout RoomWriter) {
        precondition(about.count <= Self.aboutBytesMax, "\(about.count) bytes about an object")
        writer.u8(Self.kind)
        writer.u8(round)
        writer.u32(transfer.number)
        writer.u32(boot.number)
        writer.id(id)
        writer.u32(UInt32(bytes))
        writer.u8(trafficClass.rawValue)
        writer.u32(milliseconds)
        writer.u8(UInt8(about.count))
        writer.raw(about[...])
    }

    /// Reads all but the object, which begins where the reader then is.
    init(reading reader: inout ByteReader) throws(WireError) {
        guard try reader.u8() == Self.kind else { throw .unknown(.kind) }
        round = try reader.u8()
        transfer = TransferID(try reader.u32())
        boot = Epoch(try reader.u32())
        id = try ObjectID(reading: &reader)
        bytes = Int(try reader.u32())
        guard bytes > 0 else { throw .invalid(.bodyLength) }
        trafficClass = try TransferWord.trafficClass(&reader)
        milliseconds = try reader.u32()
        about = try reader.bytes(try reader.count(.text, limit: Self.aboutBytesMax))
        guard reader.remaining == (bytes <= Self.inlineBytesMax ? bytes : 0) else { throw .invalid(.bodyLength) }
    }

    init(
        round: UInt8, transfer: TransferID, boot: Epoch, id: ObjectID, bytes: Int, trafficClass: TrafficClass,
        milliseconds: UInt32, about: [UInt8]
    ) {
        self.round = round
        self.transfer = transfer
        self.boot = boot
        self.id = id
        self.bytes = bytes
        self.trafficClass = trafficClass
        self.milliseconds = milliseconds
        self.about = about
    }
}
