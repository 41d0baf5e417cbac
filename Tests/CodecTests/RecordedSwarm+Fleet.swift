import SkeinSeal
import SkeinWire

// What is said of the fleet in a recorded swarm, and who speaks in it that should not.
extension RecordedSwarm {
    static let echo = Echo(number: 1, isAnswer: false, hops: 0)

    /// Everybody belongs, and may all but bring others in.
    static func founding(_ keys: [SigningKey], _ authority: SigningKey) -> [TrustEntry] {
        keys.enumerated().map { index, key in
            let membership = Membership(
                robot: NodeID(UInt16(index)), key: key.publicKey.bytes, roles: TrustRoles.all.subtracting(.enroll),
                expiresAtSeconds: nil, name: "robot-\(index)")
            return entry(.membership(membership), number: UInt32(index + 1), by: authority)
        }
    }

    static func entry(_ content: TrustEntry.Content, number: UInt32, by authority: SigningKey) -> TrustEntry {
        var entry = TrustEntry(issuer: .none, number: number, issuedAtSeconds: 1_000, content: content)
        let fleet = FleetID(authority: authority.publicKey)
        entry.signature = authority.signature(over: Statement.bytes(.trust, fleet: fleet, entry.statedBytes))
        return entry
    }

    func entry(_ content: TrustEntry.Content, number: UInt32) -> TrustEntry {
        Self.entry(content, number: number, by: authority)
    }

    func out(_ robot: NodeID) -> Revocation {
        Revocation(robot: robot, key: SigningKey(seed: keySeeds[Int(robot.number)]).publicKey.bytes, entriesStand: 0)
    }

    /// The third key for everybody, sealed anew in every run: libsodium takes the box's own key from the kernel; and a robot that comes, and one of the swarm that is thrown out and comes back with
    /// another key that nobody has.
    func entries() -> (shares: [TrustEntry], comesAndGoes: [TrustEntry]) {
        let shares = keySeeds.indices.map { index -> TrustEntry in
            let key = SigningKey(seed: keySeeds[index]).publicKey
            guard let sealed = SealedBox.close(fleetKeyBytes[2], to: key) else { preconditionFailure("no share") }
            let share = FleetKeyShare(keyNumber: 3, robot: NodeID(UInt16(index)), sealed: sealed)
            return entry(.fleetKey(share), number: UInt32(100 + index))
        }
        let other = SigningKey(seed: [UInt8](repeating: 9, count: SigningKey.seedBytes)).publicKey.bytes
        func member(_ robot: UInt16) -> TrustEntry.Content {
            .membership(
                Membership(robot: NodeID(robot), key: other, roles: .lead, expiresAtSeconds: 2_000, name: "other"))
        }
        let gone = NodeID(UInt16(robots - 2))
        return (
            shares,
            [
                entry(member(5_000), number: 200), entry(.revocation(out(gone)), number: 201),
                entry(member(gone.number), number: 202),
            ]
        )
    }

    /// A seal in the wrong hands.
    func speaker(_ number: UInt16, _ seed: [UInt8], _ key: FleetKey, epoch: UInt32 = 3) -> Seal {
        Seal(
            id: NodeID(number), epoch: Epoch(epoch), fleetKey: key, roster: Roster([]),
            signer: KeySigner(SigningKey(seed: seed)), verifier: SodiumVerifier())
    }

    /// What a robot is told by that.
    func told(_ robot: Int, by speaker: Seal, _ message: Message) -> [UInt8] {
        var speaker = speaker
        let id = NodeID(UInt16(robot))
        return speaker.close(message, to: id, via: .none, next: id, timeToLive: 2)
    }
}
