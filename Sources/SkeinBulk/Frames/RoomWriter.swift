import SkeinWire

/// Writes big-endian fields to the room that a payload has in its datagram. What does not fit is our bug and traps.
struct RoomWriter {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) { self.room = UnsafeMutableRawBufferPointer(room) }

    mutating func u8(_ value: UInt8) {
        room[count] = value
        count += 1
    }

    mutating func u16(_ value: UInt16) {
        room.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt16.self)
        count += 2
    }

    mutating func u32(_ value: UInt32) {
        room.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt32.self)
        count += 4
    }

    mutating func u64(_ value: UInt64) {
        room.storeBytes(of: value.bigEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    mutating func raw(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(rebasing: room[count..<count + source.count]).copyMemory(from: source)
        }
        count += bytes.count
    }

    mutating func id(_ id: ObjectID) { raw(id.hash[...]) }
}
