import SkeinSeal
import SkeinWire

/// Verifies each signature once for all the robots that hear it. A signature is a pure function of bytes and key; so when
/// the very same bytes come under the very same key, the verdict is the same, and it is remembered. The bytes are
/// compared, not a hash of them: a forged copy of a remembered message is verified for itself. And a signature that was made
/// in this very process (`NotingSigner`) holds for what it was made over, without a check: the statement is compared.
package final class MemoVerifier: Verifier {
    /// Direct-mapped by eight bytes of the signature; a newer message takes an older one's place.
    package static let entriesMax = 4_096

    private struct Entry {
        var datagram: [UInt8]
        var signedCount: Int
        var key: PublicKey
        var isSigned: Bool
    }

    private let verifier: any Verifier
    private var entries = [Entry?](repeating: nil, count: MemoVerifier.entriesMax)
    package private(set) var verified = 0
    package private(set) var remembered = 0

    private struct Made {
        var statement: [UInt8]
        var signature: [UInt8]
        var key: PublicKey
    }

    /// Direct-mapped like the messages.
    private var made = [Made?](repeating: nil, count: MemoVerifier.entriesMax)
    package private(set) var known = 0

    /// The frame handed round last: all who hear it get the very same bytes, one after the other.
    private var tagged: (datagram: [UInt8], fleet: FleetID, number: UInt16, isTagged: Bool)?

    package init(over verifier: any Verifier) { self.verifier = verifier }

    package func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        if let tagged, tagged.fleet == key.fleet, tagged.number == key.number, tagged.datagram == datagram {
            return tagged.isTagged
        }
        let isTagged = verifier.isTagged(datagram, by: key)
        tagged = (datagram, key.fleet, key.number, isTagged)
        return isTagged
    }

    package func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        precondition(datagram.count >= signedCount + Envelope.signatureBytes, "a datagram without its signature")
        precondition(signedCount >= Envelope.headerBytes, "\(signedCount) signed bytes are no envelope")
        let slot = Self.slot(of: datagram, at: signedCount)
        if let entry = entries[slot], entry.signedCount == signedCount, entry.key == key,
            Self.agree(entry.datagram, datagram, signedCount: signedCount)
        {
            remembered += 1
            return entry.isSigned
        }
        let isSigned: Bool
        if let made = made[slot], made.key == key,
            datagram[signedCount..<signedCount + Envelope.signatureBytes].elementsEqual(made.signature),
            made.statement == MessageStatement.bytes(of: datagram, signedCount: signedCount)
        {
            known += 1
            isSigned = true
        } else {
            verified += 1
            isSigned = verifier.isSigned(datagram, signedCount: signedCount, by: key)
        }
        entries[slot] = Entry(datagram: datagram, signedCount: signedCount, key: key, isSigned: isSigned)
        return isSigned
    }

    /// `key`'s owner has just made `signature` over `statement`.
    package func note(_ signature: [UInt8], over statement: [UInt8], by key: PublicKey) {
        made[Self.slot(of: signature, at: 0)] = Made(statement: statement, signature: signature, key: key)
    }

    /// By the first eight bytes of a signature.
    private static func slot(of bytes: [UInt8], at offset: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) & (entriesMax - 1)
        }
    }

    private struct Stated {
        var bytes: [UInt8]
        var signature: [UInt8]
        var key: PublicKey
        var isStated: Bool
    }

    /// Direct-mapped like the messages; few, for there are few.
    private static let statedMax = 1_024
    private var stated = [Stated?](repeating: nil, count: MemoVerifier.statedMax)

    package func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        guard signature.count == Envelope.signatureBytes else { return false }
        let slot = (Int(signature[0]) << 8 | Int(signature[1])) & (Self.statedMax - 1)
        if let known = stated[slot], known.signature == signature, known.key == key, known.bytes == bytes {
            remembered += 1
            return known.isStated
        }
        let isStated = verifier.isStated(bytes, signature: signature, by: key)
        verified += 1
        stated[slot] = Stated(bytes: bytes, signature: signature, key: key, isStated: isStated)
        return isStated
    }

    /// Equal in all that the signature covers and in the signature. The relay fields are not covered, and the tag behind
    /// it belongs to the relay.
    private static func agree(_ left: [UInt8], _ right: [UInt8], signedCount: Int) -> Bool {
        let end = signedCount + Envelope.signatureBytes
        guard left.count >= end, right.count >= end else { return false }
        return left.withUnsafeBytes { first in
            right.withUnsafeBytes { second in
                if first.baseAddress == second.baseAddress { return true }
                return equal(first, second, 0..<Envelope.Offset.relay)
                    && equal(first, second, Envelope.headerBytes..<end)
            }
        }
    }

    private static func equal(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ range: Range<Int>
    ) -> Bool {
        var place = range.lowerBound
        while place + 8 <= range.upperBound {
            guard
                left.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            else { return false }
            place += 8
        }
        while place < range.upperBound {
            guard left[place] == right[place] else { return false }
            place += 1
        }
        return true
    }
}
