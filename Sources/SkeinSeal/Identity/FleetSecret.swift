import SkeinWire

/// The fleet's shared key of one number, as it lies in a file, travels in a sealed box or is drawn anew.
package struct FleetSecret: Hashable, Sendable {
    /// What a robot keeps: as many as its keyring holds.
    package static let keptMax = FleetKeyring.keysMax

    /// From 1.
    package let number: UInt16
    package let bytes: [UInt8]

    package init(number: UInt16, bytes: [UInt8]) {
        precondition(number > 0 && bytes.count == FleetKey.byteCount, "fleet key \(number) of \(bytes.count) bytes")
        self.number = number
        self.bytes = bytes
    }

    package static func fresh(number: UInt16) -> FleetSecret {
        FleetSecret(number: number, bytes: NewSecret.bytes(count: FleetKey.byteCount))
    }

    package func key(fleet: FleetID) -> FleetKey { FleetKey(bytes: bytes, fleet: fleet, number: number) }

    /// Both lists' keys, ascending, the oldest dropped where there are too many. Of two with one number the first list's.
    package static func united(_ one: [FleetSecret], _ other: [FleetSecret]) -> [FleetSecret] {
        let all = one + other.filter { candidate in !one.contains { $0.number == candidate.number } }
        return Array(all.sorted { $0.number < $1.number }.suffix(keptMax))
    }

    /// The shares among the entries that were sealed to this robot.
    package static func opened(_ entries: [TrustEntry], robot: NodeID, by opener: some Opener) -> [FleetSecret] {
        var secrets: [FleetSecret] = []
        for entry in entries {
            guard case .fleetKey(let share) = entry.content, share.robot == robot, share.keyNumber > 0,
                let bytes = opener.open(share.sealed), bytes.count == FleetKey.byteCount
            else { continue }
            secrets.append(FleetSecret(number: share.keyNumber, bytes: bytes))
        }
        return united(secrets, [])
    }
}
