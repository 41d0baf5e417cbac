import SkeinWire
import Testing
import WireSamples

@testable import SkeinSeal

@Suite struct SessionObjectTests {
    private static let fleet = FleetID(7)
    private static let key = SigningKey(seed: [UInt8](repeating: 3, count: 32))

    private func sealed(_ object: [UInt8], about: [UInt8] = [1, 2]) -> ObjectSeal {
        ObjectSeal(
            producer: NodeID(3), objectBytes: object.count, hash: ObjectHash.of(object), about: about,
            fleet: Self.fleet, signer: KeySigner(Self.key))
    }

    private func bytes(_ seal: ObjectSeal) -> [UInt8] {
        var writer = ByteWriter()
        seal.write(to: &writer)
        return writer.bytes
    }

    private func isSigned(_ seal: ObjectSeal, fleet: FleetID = fleet, key: SigningKey = key) -> Bool {
        seal.isSigned(by: key.publicKey, fleet: fleet, verifier: SodiumVerifier())
    }

    @Test func `an object hashes to the same in any pieces`() {
        var dice = SplitMix(seed: 1)
        let object = dice.bytes(10_000)
        for _ in 0..<20 {
            let hash = ObjectHash()
            var rest = object[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int(dice.next() % 1_400))
                hash.absorb(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(hash.finish() == ObjectHash.of(object))
            #expect(sealed(object).isOf(hash))
        }
    }

    @Test func `a hash is BLAKE2b-256`() {
        // Of RFC 7693's "abc", by Python's hashlib.
        #expect(
            ObjectHash.of(Array("abc".utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }

    @Test func `a seal travels, holds for its robot and fleet, and for its own object only`() throws {
        let object: [UInt8] = [9, 8, 7]
        let seal = sealed(object)
        var reader = ByteReader(bytes(seal))
        let read = try ObjectSeal(reading: &reader)
        #expect(read == seal && reader.remaining == 0)
        #expect(isSigned(read))
        #expect(!isSigned(read, fleet: FleetID(8)))
        #expect(!isSigned(read, key: SigningKey(seed: [UInt8](repeating: 4, count: 32))))
        let other = ObjectHash()
        other.absorb([9, 8, 6])
        #expect(!read.isOf(other))
        #expect(bytes(sealed(object, about: [])).count == 107)
        #expect(bytes(sealed(object, about: [UInt8](repeating: 1, count: 64))).count == ObjectSeal.byteCountMax)
    }

    @Test func `a seal changed in any byte is not its robot's`() {
        let whole = bytes(sealed([1, 2, 3]))
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 1 << UInt8(index % 8)
            var reader = ByteReader(changed)
            guard let seal = try? ObjectSeal(reading: &reader), reader.remaining == 0 else { continue }
            #expect(!isSigned(seal), "byte \(index)")
        }
    }

    @Test func `absurd lengths and cut bytes are refused`() {
        let whole = bytes(sealed([1, 2, 3]))
        for count in 0..<whole.count {
            var reader = ByteReader(whole[..<count])
            #expect(throws: WireError.self) { try ObjectSeal(reading: &reader) }
        }
        for objectBytes in [0, UInt64(ObjectSeal.objectBytesMax) + 1, .max] {
            var writer = ByteWriter()
            writer.node(NodeID(3))
            writer.u64(objectBytes)
            var reader = ByteReader(writer.bytes + whole[10...])
            #expect(throws: WireError.invalid(.payload)) { try ObjectSeal(reading: &reader) }
        }
        var long = whole
        long[42] = 65
        var reader = ByteReader(long)
        #expect(throws: WireError.tooMany(.text, count: 65, limit: 64)) { try ObjectSeal(reading: &reader) }
    }
}
