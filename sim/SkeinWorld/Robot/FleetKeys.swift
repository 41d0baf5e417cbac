import SkeinSeal
import SkeinWire

/// A fleet's keys, made from the world's seed: simulated robots have nothing to hide, and a run must be repeatable.
struct FleetKeys {
    let fleetKey: FleetKey
    let roster: Roster
    private let keys: [SigningKey]
    private let verifier: MemoVerifier

    init(robots: Int, seed: UInt64) {
        fleetKey = FleetKey(bytes: Self.bytes(FleetKey.byteCount, seed: seed, index: robots))
        let keys = (0..<robots).map { robot in
            SigningKey(seed: Self.bytes(SigningKey.seedBytes, seed: seed, index: robot))
        }
        roster = Roster(keys.enumerated().map { (NodeID(UInt16($0.offset)), $0.element.publicKey) })
        self.keys = keys
        verifier = MemoVerifier(over: SodiumVerifier())
    }

    func seal(robot: Int, epoch: Epoch) -> Seal {
        Seal(
            id: NodeID(UInt16(robot)), epoch: epoch, fleetKey: fleetKey, roster: roster,
            signer: KeySigner(keys[robot]), verifier: verifier)
    }

    private static func bytes(_ count: Int, seed: UInt64, index: Int) -> [UInt8] {
        var dice = Dice(seed: seed, stream: .keys, index: index)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }
}
