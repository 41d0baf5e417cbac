import SkeinPeer
import SkeinWire

/// What a recording begins with: everything that, with the inputs that follow, fixes what the peer decided. No key: the
/// roster is told by its numbers, the fleet by the hash it puts on the air.
package struct RecordingHeader: Sendable {
    package var id: NodeID
    package var name: String
    package var epoch: Epoch
    package var seed: UInt64
    package var config: PeerConfig
    package var role: RobotRole
    package var start: StartPose
    package var restored: [StateRecord]
    /// Ascending.
    package var roster: [NodeID]
    package var fleet: FleetID
    /// `now` at `Peer.init`.
    package var begunAt: Instant
    /// Every effect is there as a line of text, not only the hash of all.
    package var keepsEffects: Bool

    package init(
        id: NodeID, name: String, epoch: Epoch, seed: UInt64, config: PeerConfig, role: RobotRole, start: StartPose,
        restored: [StateRecord], roster: [NodeID], fleet: FleetID, begunAt: Instant, keepsEffects: Bool
    ) {
        self.id = id
        self.name = name
        self.epoch = epoch
        self.seed = seed
        self.config = config
        self.role = role
        self.start = start
        self.restored = restored
        self.roster = roster
        self.fleet = fleet
        self.begunAt = begunAt
        self.keepsEffects = keepsEffects
    }
}

extension RecordingHeader: Coded {
    package func write(to writer: inout ByteWriter) {
        config.write(to: &writer)
        writer.node(id)
        writer.text(name)
        writer.u32(epoch.number)
        writer.u64(seed)
        role.write(to: &writer)
        start.write(to: &writer)
        writer.list(restored, limit: 65_535)
        writer.list(roster, limit: 65_535)
        writer.u64(fleet.number)
        begunAt.write(to: &writer)
        writer.flag(keepsEffects)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let config = try PeerConfig(reading: &reader)
        self.init(
            id: try reader.robot(), name: try reader.text(), epoch: Epoch(try reader.u32()), seed: try reader.u64(),
            config: config, role: try RobotRole(reading: &reader), start: try StartPose(reading: &reader),
            restored: try reader.list(of: StateRecord.self, limit: 65_535),
            roster: try reader.list(of: NodeID.self, limit: 65_535), fleet: FleetID(try reader.u64()),
            begunAt: try Instant(reading: &reader), keepsEffects: try reader.flag())
        guard zip(roster, roster.dropFirst()).allSatisfy({ $0 < $1 }), roster.last != NodeID.none else {
            throw .invalid(.robot)
        }
        // What `Peer.init` trips over.
        guard start.isSane else { throw .invalid(.position) }
    }
}
