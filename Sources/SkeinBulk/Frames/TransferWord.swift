import SkeinWire

/// The short words between two robots about transfers. Each can be lost: what it answers is said again.
///
///     end     4 | transfer u32 | reason u8                    receiver → sender; 0: I have it, whole
///     over    5 | transfer u32 | reason u8                    sender → receiver: no more of it comes
///     again   6 | transfer u32                                receiver → sender: I know nothing of it, offer it
///     want    7 | object 32 | bytes u32 | class u8 | flags u8 | deadline_ms u32 (left)     flag 1: I have a part of it
///     refuse  8 | object 32 | reason u8                       to a want
enum TransferWord: Hashable {
    case end(TransferID, BulkReason?)
    case over(TransferID, BulkReason)
    case again(TransferID)
    case want(Want)
    case refuse(ObjectID, BulkReason)

    struct Want: Hashable {
        var id: ObjectID
        var bytes: UInt32
        var trafficClass: TrafficClass
        var hasPart: Bool
        var milliseconds: UInt32
    }

    private enum Kind: UInt8 {
        case end = 4
        case over = 5
        case again = 6
        case want = 7
        case refuse = 8
    }

    var payloadBytes: Int {
        switch self {
        case .end, .over: 6
        case .again: 5
        case .want: 43
        case .refuse: 34
        }
    }

    func write(to writer: inout RoomWriter) {
        switch self {
        case .end(let transfer, let reason):
            writer.u8(Kind.end.rawValue)
            writer.u32(transfer.number)
            writer.u8(reason?.rawValue ?? 0)
        case .over(let transfer, let reason):
            writer.u8(Kind.over.rawValue)
            writer.u32(transfer.number)
            writer.u8(reason.rawValue)
        case .again(let transfer):
            writer.u8(Kind.again.rawValue)
            writer.u32(transfer.number)
        case .want(let want):
            writer.u8(Kind.want.rawValue)
            writer.id(want.id)
            writer.u32(want.bytes)
            writer.u8(want.trafficClass.rawValue)
            writer.u8(want.hasPart ? 1 : 0)
            writer.u32(want.milliseconds)
        case .refuse(let id, let reason):
            writer.u8(Kind.refuse.rawValue)
            writer.id(id)
            writer.u8(reason.rawValue)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.kind) }
        switch kind {
        case .end:
            let transfer = TransferID(try reader.u32())
            let reason = try reader.u8()
            self = .end(transfer, reason == 0 ? nil : try Self.reason(reason))
        case .over: self = .over(TransferID(try reader.u32()), try Self.reason(try reader.u8()))
        case .again: self = .again(TransferID(try reader.u32()))
        case .want:
            let id = try ObjectID(reading: &reader)
            let bytes = try reader.u32()
            let trafficClass = try Self.trafficClass(&reader)
            let flags = try reader.u8()
            guard flags <= 1 else { throw .invalid(.kind) }
            self = .want(
                Want(
                    id: id, bytes: bytes, trafficClass: trafficClass, hasPart: flags == 1,
                    milliseconds: try reader.u32()))
        case .refuse: self = .refuse(try ObjectID(reading: &reader), try Self.reason(try reader.u8()))
        }
        try reader.finish()
    }

    private static func reason(_ number: UInt8) throws(WireError) -> BulkReason {
        guard let reason = BulkReason(rawValue: number) else { throw .unknown(.kind) }
        return reason
    }

    static func trafficClass(_ reader: inout ByteReader) throws(WireError) -> TrafficClass {
        guard let trafficClass = TrafficClass(rawValue: try reader.u8()), trafficClass.isForObjects else {
            throw .invalid(.trafficClass)
        }
        return trafficClass
    }

    /// Milliseconds left, as they travel.
    static func milliseconds(until deadline: Instant, now: Instant) -> UInt32 {
        UInt32(clamping: max(0, (deadline - now).nanoseconds / 1_000_000))
    }
}

extension TrafficClass {
    /// The classes that objects travel in.
    var isForObjects: Bool { self == .task || self == .bulk }

    /// Its queue at a partner, the more urgent first.
    var queue: Int { self == .task ? 0 : 1 }
}
