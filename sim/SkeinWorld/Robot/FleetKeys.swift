import SkeinSeal
import SkeinWire

/// A fleet's keys, made from the world's seed: simulated robots have nothing to hide, and a run must be repeatable.
package struct FleetKeys {
    package let fleetKey: FleetKey
    package let roster: Roster
    /// The secrets themselves, for whoever writes key files: each robot's seed (RFC 8032), and the fleet's key.
    package let seeds: [[UInt8]]
    package let fleetSecret: [UInt8]
    private let keys: [SigningKey]
    private let verifier: MemoVerifier

    package init(robots: Int, seed: UInt64) {
        fleetSecret = Self.bytes(FleetKey.byteCount, seed: seed, index: robots)
        fleetKey = FleetKey(bytes: fleetSecret)
        seeds = (0..<robots).map { Self.bytes(SigningKey.seedBytes, seed: seed, index: $0) }
        let keys = seeds.map { SigningKey(seed: $0) }
        roster = Roster(keys.enumerated().map { (NodeID(UInt16($0.offset)), $0.element.publicKey) })
        self.keys = keys
        verifier = MemoVerifier(over: SodiumVerifier())
    }

    func seal(robot: Int, epoch: Epoch) -> Seal {
        Seal(
            id: NodeID(UInt16(robot)), epoch: epoch, fleetKey: fleetKey, roster: roster,
            signer: NotingSigner(keys[robot], memo: verifier), verifier: verifier)
    }

    private static func bytes(_ count: Int, seed: UInt64, index: Int) -> [UInt8] {
        var dice = Dice(seed: seed, stream: .keys, index: index)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }
}
