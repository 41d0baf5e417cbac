import SkeinPeer
import SkeinWire

/// What a peer of the laboratory and the arena say to each other about the robot's body: one frame, one message of a
/// Unix socket that keeps messages apart (SOCK_SEQPACKET). The peer says once who it is, then sends setpoints; the arena
/// sends what the sensors read. A side that hangs up is gone: the body stops 400 ms after its last setpoint.
///
///      0        1
///     +--------+--------+
///     | version| kind   | body …
///     +--------+--------+
///     1 hello      robot u16
///     2 setpoint   speed, m/s f64 | turn, rad/s f64
///     3 sensors    interval, ns i64, and attoseconds u32 | speed f64 | turn f64 | parts u16 | compass f64
///                  | satellite 2 × f64 | smell f64 | n u16, n × detection | target detection | n u16, n × range | battery f64
///                  | satellite's sigma f64 | satellite's age | compass's age, both as the interval: of these ten those whose
///                  bit `parts` has, lowest first
///        detection robot u16 | bearing, rad f64 | height, pixels f64
///        range     bearing, rad f64 | metres f64, -1: nothing seen
package enum BodyFrame: Hashable, Sendable {
    package static let version: UInt8 = 2
    /// A reading with `SensorReading.detectionsMax` robots in the frame.
    package static let bytesMax = 32_768

    case hello(robot: NodeID)
    case setpoint(Setpoint)
    case sensors(SensorReading)

    private enum Kind: UInt8 {
        case hello = 1
        case setpoint = 2
        case sensors = 3
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.u8(Self.version)
        switch self {
        case .hello(let robot):
            writer.raw(Kind.hello)
            writer.node(robot)
        case .setpoint(let setpoint):
            writer.raw(Kind.setpoint)
            setpoint.write(to: &writer)
        case .sensors(let reading):
            writer.raw(Kind.sensors)
            reading.write(to: &writer)
        }
        return writer.bytes
    }

    package init(_ bytes: [UInt8]) throws(WireError) { try self.init(bytes[...]) }

    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.u8() == Self.version else { throw .unknown(.version) }
        switch try reader.raw(Kind.self) {
        case .hello: self = .hello(robot: try reader.robot())
        case .setpoint: self = .setpoint(try Setpoint(reading: &reader))
        case .sensors: self = .sensors(try SensorReading(reading: &reader))
        }
        try reader.finish()
    }
}
