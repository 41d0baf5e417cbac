import FoundationEssentials
import SwiftProtobuf

/// A message's bytes in one walk over it. SwiftProtobuf's own encoder walks twice, and measures what lies in other messages
/// again at each level: for a report, most of what a flight log cost. The walk (`traverse`) stays SwiftProtobuf's, and the bytes
/// are the same ones: LogTests compare them.
///
/// A message inside another is written behind one byte for its length, and moved when that needs more. Maps, which none of the
/// schemas has, are refused.
struct MessageEncoder: SwiftProtobuf.Visitor {
    private enum WireType: UInt64 { case varint = 0, fixed64 = 1, lengthDelimited = 2 }

    private(set) var bytes: [UInt8] = []

    static func bytes(of message: some SwiftProtobuf.Message, capacity: Int) -> [UInt8] {
        var encoder = MessageEncoder()
        encoder.bytes.reserveCapacity(capacity)
        encoder.walk(message)
        return encoder.bytes
    }

    private mutating func walk(_ message: some SwiftProtobuf.Message) {
        // Nothing here throws; only a visitor can.
        guard (try? message.traverse(visitor: &self)) != nil else { preconditionFailure("a walk that ends early") }
    }

    // MARK: Fields

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func begin(_ fieldNumber: Int, _ type: WireType) {
        varint(UInt64(fieldNumber) << 3 | type.rawValue)
    }

    private mutating func varint(_ value: UInt64, _ fieldNumber: Int) {
        begin(fieldNumber, .varint)
        varint(value)
    }

    /// What `content` writes, behind its length.
    private mutating func delimited(_ fieldNumber: Int, _ content: (inout MessageEncoder) -> Void) {
        begin(fieldNumber, .lengthDelimited)
        let at = bytes.count
        bytes.append(0)
        content(&self)
        let length = bytes.count - at - 1
        var width = 1
        while length >> (7 * width) > 0 { width += 1 }
        if width > 1 { bytes.insert(contentsOf: repeatElement(0, count: width - 1), at: at) }
        for place in 0..<width {
            let more: UInt8 = place + 1 < width ? 0x80 : 0
            bytes[at + place] = UInt8(truncatingIfNeeded: length >> (7 * place)) & 0x7F | more
        }
    }

    mutating func visitSingularDoubleField(value: Double, fieldNumber: Int) {
        begin(fieldNumber, .fixed64)
        for place in 0..<8 as Range<UInt64> { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> (8 * place))) }
    }

    mutating func visitSingularInt32Field(value: Int32, fieldNumber: Int) {
        varint(UInt64(bitPattern: Int64(value)), fieldNumber)
    }

    mutating func visitSingularInt64Field(value: Int64, fieldNumber: Int) {
        varint(UInt64(bitPattern: value), fieldNumber)
    }

    mutating func visitSingularUInt32Field(value: UInt32, fieldNumber: Int) { varint(UInt64(value), fieldNumber) }

    mutating func visitSingularUInt64Field(value: UInt64, fieldNumber: Int) { varint(value, fieldNumber) }

    mutating func visitSingularBoolField(value: Bool, fieldNumber: Int) { varint(value ? 1 : 0, fieldNumber) }

    mutating func visitSingularEnumField<Schema: SwiftProtobuf.Enum>(value: Schema, fieldNumber: Int) {
        varint(UInt64(bitPattern: Int64(value.rawValue)), fieldNumber)
    }

    mutating func visitSingularStringField(value: String, fieldNumber: Int) {
        delimited(fieldNumber) { $0.bytes.append(contentsOf: value.utf8) }
    }

    mutating func visitSingularBytesField(value: Data, fieldNumber: Int) {
        delimited(fieldNumber) { $0.bytes.append(contentsOf: value) }
    }

    mutating func visitSingularMessageField<Schema: SwiftProtobuf.Message>(value: Schema, fieldNumber: Int) {
        delimited(fieldNumber) { $0.walk(value) }
    }

    mutating func visitRepeatedMessageField<Schema: SwiftProtobuf.Message>(value: [Schema], fieldNumber: Int) {
        for message in value { delimited(fieldNumber) { $0.walk(message) } }
    }

    mutating func visitRepeatedStringField(value: [String], fieldNumber: Int) {
        for text in value { visitSingularStringField(value: text, fieldNumber: fieldNumber) }
    }

    mutating func visitPackedUInt32Field(value: [UInt32], fieldNumber: Int) {
        delimited(fieldNumber) { encoder in for number in value { encoder.varint(UInt64(number)) } }
    }

    mutating func visitUnknown(bytes: Data) { self.bytes.append(contentsOf: bytes) }

    // MARK: What no schema has

    mutating func visitMapField<KeyType, ValueType: MapValueType>(
        fieldType: _ProtobufMap<KeyType, ValueType>.Type, value: _ProtobufMap<KeyType, ValueType>.BaseType,
        fieldNumber: Int
    ) { preconditionFailure("field \(fieldNumber) is a map") }

    mutating func visitMapField<KeyType, ValueType>(
        fieldType: _ProtobufEnumMap<KeyType, ValueType>.Type, value: _ProtobufEnumMap<KeyType, ValueType>.BaseType,
        fieldNumber: Int
    ) where ValueType.RawValue == Int { preconditionFailure("field \(fieldNumber) is a map") }

    mutating func visitMapField<KeyType, ValueType>(
        fieldType: _ProtobufMessageMap<KeyType, ValueType>.Type,
        value: _ProtobufMessageMap<KeyType, ValueType>.BaseType, fieldNumber: Int
    ) { preconditionFailure("field \(fieldNumber) is a map") }
}
