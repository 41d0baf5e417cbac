import SkeinPeer
import SkeinWire
import SwiftProtobuf

/// Why a message of a log is not a value of ours.
package enum LogFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// No Protobuf of this schema.
    case notProtobuf(String)
    /// A field that is missing, or that no peer would have written.
    case field(String)
    /// A kind that this version does not know.
    case unknown(String)

    package var description: String {
        switch self {
        case .notProtobuf(let schema): "no \(schema)"
        case .field(let name): "\(name) is missing or impossible"
        case .unknown(let name): "\(name) is of a kind that this version does not know"
        }
    }
}

/// Between our enums and those of the schemas: a case's number there is its place here, counted from 1; 0 is none.
enum LogEnum {
    static func number<Value: CaseIterable & Equatable, Schema: SwiftProtobuf.Enum>(
        _ value: Value, _ type: Schema.Type = Schema.self
    ) -> Schema where Schema.RawValue == Int {
        var place = 1
        for other in Value.allCases {
            if other == value { break }
            place += 1
        }
        guard let schema = Schema(rawValue: place) else { preconditionFailure("\(value) has no number") }
        return schema
    }

    /// The same of a case whose raw values stand in the order of the cases, from 0 or 1 on, as all of ours do; without a list of
    /// all of them for each number.
    static func number<Value: CaseIterable & Equatable & RawRepresentable, Schema: SwiftProtobuf.Enum>(
        _ value: Value, _ type: Schema.Type = Schema.self
    ) -> Schema where Schema.RawValue == Int, Value.RawValue == UInt8 {
        let place = Int(value.rawValue) + (Value(rawValue: 0) == nil ? 0 : 1)
        guard let schema = Schema(rawValue: place) else { preconditionFailure("\(value) has no number") }
        return schema
    }

    static func value<Value: CaseIterable, Schema: SwiftProtobuf.Enum>(
        _ schema: Schema, _ field: String
    ) throws(LogFault) -> Value where Schema.RawValue == Int, Value.AllCases.Index == Int {
        let place = schema.rawValue - 1
        guard place >= 0, place < Value.allCases.count else { throw .unknown(field) }
        return Value.allCases[place]
    }

    /// 0 is nil.
    static func optional<Value: CaseIterable, Schema: SwiftProtobuf.Enum>(
        _ schema: Schema, _ field: String
    ) throws(LogFault) -> Value? where Schema.RawValue == Int, Value.AllCases.Index == Int {
        schema.rawValue == 0 ? nil : try value(schema, field)
    }
}

/// What a peer would trip over is refused here: numbers that are none, instants and counts out of this world.
enum LogCheck {
    /// 36 years, as `MeshTime`: sums and differences of such spans fit.
    static let nanosecondsMax: Int64 = MeshTime.nanosecondsMax
    static let magnitudeMax = 1e12
    static let countMax: UInt64 = 1 << 48

    static func node(_ isThere: Bool, _ number: UInt32, _ field: String) throws(LogFault) -> NodeID {
        guard isThere else { return .none }
        guard let number = UInt16(exactly: number) else { throw .field(field) }
        return NodeID(number)
    }

    static func node(_ number: UInt32, _ field: String) throws(LogFault) -> NodeID { try node(true, number, field) }

    static func double(_ value: Double, _ field: String) throws(LogFault) -> Double {
        guard value.magnitude <= magnitudeMax else { throw .field(field) }
        return value
    }

    static func span(_ nanoseconds: Int64, _ field: String) throws(LogFault) -> Duration {
        .nanoseconds(try checked(nanoseconds, field))
    }

    static func instant(_ nanoseconds: Int64, _ field: String) throws(LogFault) -> Instant {
        // What never comes is a deadline too.
        if nanoseconds == .max { return .distantFuture }
        return Instant(nanoseconds: try checked(nanoseconds, field))
    }

    static func checked(_ nanoseconds: Int64, _ field: String) throws(LogFault) -> Int64 {
        guard nanoseconds.magnitude <= nanosecondsMax.magnitude else { throw .field(field) }
        return nanoseconds
    }

    static func count(_ value: UInt64, _ field: String) throws(LogFault) -> Int {
        guard value <= countMax else { throw .field(field) }
        return Int(value)
    }

    static func fitting<Number: FixedWidthInteger>(
        _ value: UInt32, _ field: String
    ) throws(LogFault) -> Number {
        guard let number = Number(exactly: value) else { throw .field(field) }
        return number
    }
}

extension NodeID {
    /// Nil for `.none`, which the schemas leave out.
    var present: UInt32? { self == .none ? nil : UInt32(number) }
}
