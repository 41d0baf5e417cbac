/// What surrounds every message on the air. Big-endian.
///
///      0        1        2        3        4        5        6        7
///     +--------+--------+--------+--------+-----------------+-----------------+
///     | version| kind   | class  | ttl    | body length     | sender          |
///     +--------+--------+--------+--------+-----------------+-----------------+
///     | fleet                                                                 |
///     +-----------------------------------+-----------------------------------+
///     | epoch                             | counter                           |
///     +-----------------+-----------------+-----------------+-----------------+
///     | destination     | via             | relay *         | next *          |
///     +--------+--------+-----------------+-----------------+-----------------+
///     | hop *  | body …
///     +--------+--------…
///     | signature, 64 bytes: Ed25519 over the header with the starred fields zero and a digest of the body
///     +--------…
///     | tag, 16 bytes: BLAKE2b keyed with the fleet's key over all before it
///     +--------…
///
/// The starred fields change at every relay, so the origin does not sign them; the tag, which every relay renews,
/// covers them. `ttl` is signed: no relay can carry a message farther than its origin allowed.
package struct Envelope: Hashable, Sendable {
    package static let version: UInt8 = 1
    package static let headerBytes = 33
    package static let signatureBytes = 64
    package static let tagBytes = 16
    package static let overheadBytes = headerBytes + signatureBytes + tagBytes
    /// One datagram in one frame: 1500 bytes of IP less 40 + 8 of headers, rounded down. Larger ones are refused.
    package static let datagramBytesMax = 1_400
    package static let bodyBytesMax = datagramBytesMax - overheadBytes

    package var kind: MessageKind
    package var trafficClass: TrafficClass
    /// Radios the message may cross, at least 1.
    package var timeToLive: UInt8
    package var sender: NodeID
    package var fleet: FleetID
    package var epoch: Epoch
    package var counter: UInt32
    /// The robot it is for; `.none` is everybody.
    package var destination: NodeID
    /// A robot that knows the destination when the relays do not: its leader.
    package var via: NodeID
    /// Who transmitted this copy.
    package var relay: NodeID
    /// The neighbour meant to take this copy; `.none` is everybody in range.
    package var next: NodeID
    /// Radios crossed when this copy arrives: 1 from the sender itself.
    package var hop: UInt8

    package init(
        kind: MessageKind, trafficClass: TrafficClass, timeToLive: UInt8, sender: NodeID, fleet: FleetID,
        epoch: Epoch, counter: UInt32, destination: NodeID, via: NodeID, relay: NodeID, next: NodeID, hop: UInt8
    ) {
        self.kind = kind
        self.trafficClass = trafficClass
        self.timeToLive = timeToLive
        self.sender = sender
        self.fleet = fleet
        self.epoch = epoch
        self.counter = counter
        self.destination = destination
        self.via = via
        self.relay = relay
        self.next = next
        self.hop = hop
    }

    package func write(bodyBytes: Int, to writer: inout ByteWriter) {
        precondition(bodyBytes <= Self.bodyBytesMax, "a body of \(bodyBytes) bytes does not fit a datagram")
        writer.u8(Self.version)
        writer.u8(kind.rawValue)
        writer.u8(trafficClass.rawValue)
        writer.u8(timeToLive)
        writer.u16(UInt16(bodyBytes))
        writer.node(sender)
        writer.u64(fleet.number)
        writer.u32(epoch.number)
        writer.u32(counter)
        writer.node(destination)
        writer.node(via)
        writer.node(relay)
        writer.node(next)
        writer.u8(hop)
    }

    /// Reads the header and checks that the body's length accounts for every byte of the datagram.
    package init(reading reader: inout ByteReader, datagramBytes: Int) throws(WireError) {
        guard try reader.u8() == Self.version else { throw .unknown(.version) }
        guard let kind = MessageKind(rawValue: try reader.u8()) else { throw .unknown(.kind) }
        guard let trafficClass = TrafficClass(rawValue: try reader.u8()) else { throw .unknown(.trafficClass) }
        let timeToLive = try reader.u8()
        guard timeToLive > 0 else { throw .invalid(.timeToLive) }
        let bodyBytes = Int(try reader.u16())
        self.init(
            kind: kind, trafficClass: trafficClass, timeToLive: timeToLive, sender: try reader.node(),
            fleet: FleetID(try reader.u64()), epoch: Epoch(try reader.u32()), counter: try reader.u32(),
            destination: try reader.node(), via: try reader.node(), relay: try reader.node(),
            next: try reader.node(), hop: try reader.u8())
        guard datagramBytes == bodyBytes + Self.overheadBytes else { throw .invalid(.bodyLength) }
        guard hop > 0, hop <= timeToLive else { throw .invalid(.hop) }
    }

    /// Byte offsets of the fields a relay rewrites, for doing so in place.
    package enum Offset {
        package static let relay = 28
        package static let next = 30
        package static let hop = 32
    }
}
