import SkeinPeer
import SkeinSeal
import SkeinWire

/// What a recording begins with: everything that, with the inputs that follow, fixes what the peer decided. No secret:
/// of keys only the public ones, and the fleet's by number.
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
    package var members: [Member]
    package var authority: PublicKey?
    package var entries: [TrustEntry]
    package var fleet: FleetID
    /// Numbers of the fleet's shared keys that the robot started with.
    package var fleetKeys: [UInt16]
    /// `now` at `Peer.init`.
    package var begunAt: Instant
    /// Every effect is there as a line of text, not only the hash of all.
    package var keepsEffects: Bool

    package init(
        id: NodeID, name: String, epoch: Epoch, seed: UInt64, config: PeerConfig, role: RobotRole, start: StartPose,
        restored: [StateRecord], roster: Roster, fleet: FleetID, fleetKeys: [UInt16], begunAt: Instant,
        keepsEffects: Bool
    ) {
        self.id = id
        self.name = name
        self.epoch = epoch
        self.seed = seed
        self.config = config
        self.role = role
        self.start = start
        self.restored = restored
        members = roster.members.compactMap { roster.member($0) }
        authority = roster.authority
        entries = roster.entries
        self.fleet = fleet
        self.fleetKeys = fleetKeys
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
        writer.list(members, limit: 65_535)
        writer.optional(authority)
        writer.list(entries, limit: 65_535)
        writer.u64(fleet.number)
        writer.list(fleetKeys, limit: FleetKeyring.keysMax)
        begunAt.write(to: &writer)
        writer.flag(keepsEffects)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let config = try PeerConfig(reading: &reader)
        self.init(
            id: try reader.robot(), name: try reader.text(), epoch: Epoch(try reader.u32()), seed: try reader.u64(),
            config: config, role: try RobotRole(reading: &reader), start: try StartPose(reading: &reader),
            restored: try reader.list(of: StateRecord.self, limit: 65_535),
            roster: try Self.roster(&reader), fleet: FleetID(try reader.u64()),
            fleetKeys: try reader.list(of: UInt16.self, limit: FleetKeyring.keysMax),
            begunAt: try Instant(reading: &reader), keepsEffects: try reader.flag())
        guard !fleetKeys.isEmpty else { throw .invalid(.entries) }
        // What `Peer.init` trips over.
        guard start.isSane else { throw .invalid(.position) }
    }

    private static func roster(_ reader: inout ByteReader) throws(WireError) -> Roster {
        let members = try reader.list(of: Member.self, limit: 65_535)
        guard zip(members, members.dropFirst()).allSatisfy({ $0.id < $1.id }) else { throw .invalid(.robot) }
        return Roster(
            members: members, authority: try reader.optional(PublicKey.self),
            entries: try reader.list(of: TrustEntry.self, limit: 65_535))
    }
}
