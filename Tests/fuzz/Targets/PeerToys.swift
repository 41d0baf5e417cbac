import SkeinSeal
import SkeinWire

/// Proofs that cost nothing and that any bytes may be: the fuzzer has every key there is, and tries what a fleet of liars
/// could. A signature holds if its last byte is even; a tag says by its last two bits under which key it was made.
final class ToyProofs: Verifier, Signer, Sendable {
    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        datagram[signedCount + Envelope.signatureBytes - 1] & 1 == 0
    }

    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        guard let last = datagram.last else { return false }
        return last & 3 == 0 ? true : UInt16(last & 3) == key.number
    }

    func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        signature.last.map { $0 & 1 == 0 } ?? false
    }

    /// Another for other bytes: what a set is told apart by.
    func signature(over bytes: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var writer = ByteWriter(capacity: Envelope.signatureBytes)
        for _ in 0..<8 {
            writer.u64(hash & ~1)
            hash = hash &* 0x9E37_79B9_7F4A_7C15
        }
        return writer.bytes
    }
}

/// Opens whatever is long enough.
final class ToyOpener: Opener {
    func open(_ sealed: [UInt8]) -> [UInt8]? {
        sealed.count >= FleetKey.byteCount ? Array(sealed.prefix(FleetKey.byteCount)) : nil
    }
}

/// The fleet around the peer under the fuzzer, which is number 0.
enum ToyFleet {
    static let robots: UInt16 = 8
    static let fleet = FleetID(0x0707_0707)
    static let proofs = ToyProofs()

    static func key(_ robot: UInt16) -> PublicKey {
        guard let key = PublicKey(bytes: [UInt8](repeating: UInt8(robot + 1), count: PublicKey.byteCount)) else {
            broken("no key")
        }
        return key
    }

    static let plain = Roster((0..<robots).map { (NodeID($0), key($0)) })

    /// As signed; two may enroll others, one may do nothing, one runs out.
    static let signed: Roster = {
        let roles: [TrustRoles] = [.all, .all, [.lead, .releaseStops], [], .all.subtracting(.enroll)]
        let entries = (0..<robots).map { robot in
            TrustEntry(
                issuer: .none, number: UInt32(robot) + 1, issuedAtSeconds: 1_000,
                content: .membership(
                    Membership(
                        robot: NodeID(robot), key: key(robot).bytes, roles: roles[Int(robot) % roles.count],
                        expiresAtSeconds: robot == 5 ? 5_000 : nil, name: "robot-\(robot)")))
        }
        return Roster(authority: key(100), entries: entries)
    }()
}
