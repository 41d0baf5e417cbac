import SkeinPeer
import SkeinWire

/// What a peer of the laboratory and the emulated air say to each other: one frame, one UDP datagram on the loopback.
/// A robot is known to the air by its number.
///
/// From the peer, a transmission; the datagram is what is left of the frame. An empty one sends nothing: it tells the air
/// which port the robot listens on for this band, and whatever is heard goes to the port that spoke last.
///
///      0        1        2        3        4                 6                 8                10
///     +--------+--------+--------+--------+-----------------+-----------------+-----------------+
///     | version| kind 1 | band   | class  | robot           | next            | share, kHz      | datagram …
///     +--------+--------+--------+--------+-----------------+-----------------+-----------------+
///
/// From the air, a reception; powers are doubles of IEEE 754.
///
///      0        1        2        3        4                 12                20
///     +--------+--------+--------+--------+---- … ----------+---- … ----------+
///     | version| kind 2 | band   | 0      | power, dBm      | noise, dBm      | …
///     +--------+--------+--------+--------+---- … ----------+---- … ----------+
///     20                22
///     +-----------------+
///     | from robot      | datagram …
///     +-----------------+
package enum AirFrame: Hashable, Sendable {
    package static let version: UInt8 = 1
    /// Either header and the largest datagram; a receiver's buffer needs no more.
    package static let bytesMax = 22 + Envelope.datagramBytesMax

    case transmit(Sent)
    case receive(Heard)

    /// A frame for the air.
    package struct Sent: Hashable, Sendable {
        package var robot: NodeID
        package var band: Band
        package var trafficClass: TrafficClass
        /// `.none`: everybody in range.
        package var next: NodeID
        /// Of the 20 MHz a unicast may use.
        package var shareKHz: UInt16
        package var datagram: [UInt8]

        package init(
            robot: NodeID, band: Band, trafficClass: TrafficClass, next: NodeID, shareKHz: UInt16, datagram: [UInt8]
        ) {
            self.robot = robot
            self.band = band
            self.trafficClass = trafficClass
            self.next = next
            self.shareKHz = shareKHz
            self.datagram = datagram
        }

        /// As the peer wants it sent.
        package init(_ transmission: Transmission, by robot: NodeID) {
            self.init(
                robot: robot, band: transmission.band, trafficClass: transmission.trafficClass,
                next: transmission.next,
                shareKHz: UInt16(max(0, min(65_535, (transmission.shareMHz * 1_000).rounded()))),
                datagram: transmission.datagram)
        }

        /// Tells the air where the robot listens.
        package static func registration(of robot: NodeID, band: Band) -> Sent {
            Sent(robot: robot, band: band, trafficClass: .control, next: .none, shareKHz: 0, datagram: [])
        }

        package var isRegistration: Bool { datagram.isEmpty }

        /// As the radio model takes it.
        package var transmission: Transmission {
            Transmission(
                datagram: datagram, band: band, trafficClass: trafficClass, next: next,
                shareMHz: Double(shareKHz) / 1_000,
                address: next == .none ? nil : LinkAddress(UInt64(next.number)))
        }
    }

    /// A frame from the air.
    package struct Heard: Hashable, Sendable {
        package var robot: NodeID
        package var band: Band
        package var powerDBm: Double
        package var noiseDBm: Double
        package var datagram: [UInt8]

        package init(robot: NodeID, band: Band, powerDBm: Double, noiseDBm: Double, datagram: [UInt8]) {
            self.robot = robot
            self.band = band
            self.powerDBm = powerDBm
            self.noiseDBm = noiseDBm
            self.datagram = datagram
        }

        /// As a peer takes it.
        package var reception: Reception {
            Reception(
                band: band, from: LinkAddress(UInt64(robot.number)),
                signal: .measured(powerDBm: powerDBm, noiseDBm: noiseDBm))
        }
    }

    private enum Kind: UInt8 {
        case transmit = 1
        case receive = 2
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.bytesMax)
        writer.u8(Self.version)
        switch self {
        case .transmit(let sent):
            precondition(sent.datagram.count <= Envelope.datagramBytesMax, "\(sent.datagram.count) bytes for the air")
            writer.raw(Kind.transmit)
            writer.raw(sent.band)
            writer.raw(sent.trafficClass)
            writer.node(sent.robot)
            writer.node(sent.next)
            writer.u16(sent.shareKHz)
            writer.raw(sent.datagram)
        case .receive(let heard):
            precondition(heard.datagram.count <= Envelope.datagramBytesMax, "\(heard.datagram.count) bytes of air")
            writer.raw(Kind.receive)
            writer.raw(heard.band)
            writer.u8(0)
            writer.double(heard.powerDBm)
            writer.double(heard.noiseDBm)
            writer.node(heard.robot)
            writer.raw(heard.datagram)
        }
        return writer.bytes
    }

    package init(_ bytes: [UInt8]) throws(WireError) { try self.init(bytes[...]) }

    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(bytes)
        guard try reader.u8() == Self.version else { throw .unknown(.version) }
        let kind = try reader.raw(Kind.self)
        let band = try reader.raw(Band.self, .band)
        switch kind {
        case .transmit:
            let trafficClass = try reader.raw(TrafficClass.self, .trafficClass)
            self = .transmit(
                Sent(
                    robot: try reader.robot(), band: band, trafficClass: trafficClass, next: try reader.node(),
                    shareKHz: try reader.u16(), datagram: try reader.datagram()))
        case .receive:
            guard try reader.u8() == 0 else { throw .invalid(.kind) }
            let power = try reader.double()
            let noise = try reader.double()
            self = .receive(
                Heard(
                    robot: try reader.robot(), band: band, powerDBm: power, noiseDBm: noise,
                    datagram: try reader.datagram()))
        }
    }
}

extension ByteReader {
    /// A robot that exists.
    mutating func robot() throws(WireError) -> NodeID {
        let robot = try node()
        guard robot != .none else { throw .invalid(.robot) }
        return robot
    }

    /// All that is left, as long as a datagram may be.
    fileprivate mutating func datagram() throws(WireError) -> [UInt8] {
        guard remaining <= Envelope.datagramBytesMax else {
            throw .tooMany(.payload, count: remaining, limit: Envelope.datagramBytesMax)
        }
        return try bytes(remaining)
    }
}
