import SkeinWire

/// All that a robot needs to belong to a fleet. It travels sealed to the robot's key, since it holds the fleet's keys.
///
///     authority's key 32 | robot u16 | n u8 | n bytes of name | keys u8 | (number u16 | key 32) each
///     | entries u32 | (length u16 | entry) each
package struct EnrolmentGrant: Hashable, Sendable {
    package static let keysMax = FleetSecret.keptMax
    package static let entriesMax = 65_536
    /// Twelve megabytes: as many memberships and half as many shares of the fleet's key. It bounds what is read, too.
    package static let bytesMax = 12 << 20

    package var authority: PublicKey
    package var robot: NodeID
    package var name: String
    /// Ascending by number.
    package var keys: [FleetSecret]
    package var entries: [TrustEntry]

    package init(authority: PublicKey, robot: NodeID, name: String, keys: [FleetSecret], entries: [TrustEntry]) {
        precondition(robot != .none && Membership.isName(Array(name.utf8)), "a grant to \(name)")
        precondition((1...Self.keysMax).contains(keys.count) && entries.count <= Self.entriesMax, "a grant too large")
        self.authority = authority
        self.robot = robot
        self.name = name
        self.keys = keys
        self.entries = entries
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.raw(authority.bytes)
        writer.node(robot)
        writer.count(name.utf8.count, limit: Membership.nameBytesMax)
        writer.raw(Array(name.utf8))
        writer.count(keys.count, limit: Self.keysMax)
        for key in keys {
            writer.u16(key.number)
            writer.raw(key.bytes)
        }
        writer.u32(UInt32(entries.count))
        for entry in entries {
            let bytes = entry.bytes
            writer.u16(UInt16(bytes.count))
            writer.raw(bytes)
        }
        return writer.bytes
    }

    package init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.bytesMax else { throw .invalid(.bodyLength) }
        var reader = ByteReader(bytes)
        guard let authority = PublicKey(bytes: try reader.bytes(PublicKey.byteCount)) else { throw .truncated }
        self.authority = authority
        robot = try reader.node()
        guard robot != .none else { throw .invalid(.robot) }
        let nameBytes = try reader.bytes(try reader.count(.text, limit: Membership.nameBytesMax))
        guard Membership.isName(nameBytes) else { throw .invalid(.text) }
        name = String(decoding: nameBytes, as: UTF8.self)
        keys = []
        let keyCount = try reader.count(.parts, limit: Self.keysMax)
        for _ in 0..<keyCount {
            let number = try reader.u16()
            guard number > keys.last?.number ?? 0 else { throw .invalid(.number) }
            keys.append(FleetSecret(number: number, bytes: try reader.bytes(FleetKey.byteCount)))
        }
        guard !keys.isEmpty else { throw .invalid(.parts) }
        let entryCount = Int(try reader.u32())
        guard entryCount <= Self.entriesMax else {
            throw .tooMany(.entries, count: entryCount, limit: Self.entriesMax)
        }
        entries = []
        // Nothing is reserved by a count that somebody else wrote: each entry has to be there.
        for _ in 0..<entryCount {
            let length = Int(try reader.u16())
            entries.append(try TrustEntry(bytes: try reader.bytes(length)[...]))
        }
        try reader.finish()
    }
}
