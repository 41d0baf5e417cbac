import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// A signature says one thing, in one fleet.
struct DomainTests {
    private static let key = SealFleet.signingKey(1)

    @Test func `labels are those of the protocol, sixteen bytes each, and differ`() {
        #expect(SignatureDomain.allCases.map(\.label.count) == [16, 16, 16, 16, 16, 16])
        #expect(Set(SignatureDomain.allCases.map(\.label)).count == SignatureDomain.allCases.count)
        #expect(SignatureDomain.message.label == hexBytes("736b65696e2f31206d65737361676500"))
        #expect(SignatureDomain.trust.label == hexBytes("736b65696e2f31207472757374000000"))
        #expect(SignatureDomain.stop.label == hexBytes("736b65696e2f312073746f7000000000"))
        #expect(SignatureDomain.enrolment.label == hexBytes("736b65696e2f3120656e726f6c000000"))
        #expect(SignatureDomain.object.label == hexBytes("736b65696e2f31206f626a6563740000"))
        #expect(SignatureDomain.session.label == hexBytes("736b65696e2f312073657373696f6e00"))
    }

    @Test func `a statement is signed as another program signs it`() throws {
        // The golden revocation, signed by the key of 32 × 0xA0, in the fleet of the key 0x40, 0x41 …
        let signature = hexBytes(
            """
            0a913dae3a6306e322c5a89db8dc5675a2e3155d906ab0cb4e78f1e5facafc40
            26f1784c51e570b72c50e2fba3582262e90b7d2d63ad1f52f57f856112381d05
            """)
        let entry = try #require(GoldenMessage.trustEntries.first { $0.bytes[0] == 2 })
        let statement = Statement.bytes(.trust, fleet: SealFleet().key.fleet, entry.statedBytes)
        #expect(TrustFleet.authorityKey.signature(over: statement) == signature)
        #expect(FleetID(authority: TrustFleet.authorityKey.publicKey) == FleetID(0x164d_71d9_ac7d_f048))
    }

    @Test func `no signature of one domain or fleet holds in another`() {
        let verifier = SodiumVerifier()
        let stated = Array("the same words".utf8)
        let fleets = [FleetID(1), FleetID(2)]
        for domain in SignatureDomain.allCases {
            for fleet in fleets {
                let signature = Self.key.signature(over: Statement.bytes(domain, fleet: fleet, stated))
                for other in SignatureDomain.allCases {
                    for another in fleets {
                        let holds = verifier.isStated(
                            Statement.bytes(other, fleet: another, stated), signature: signature,
                            by: Self.key.publicKey)
                        #expect(holds == (other == domain && another == fleet), "\(domain) as \(other)")
                    }
                }
            }
        }
    }

    @Test func `what is signed for itself signs no message, and no message's signature signs an entry or a stop`()
        throws
    {
        let fleet = SealFleet()
        let (sender, receiver) = (fleet.station(1), fleet.station(2))
        let verifier = SodiumVerifier()
        for golden in goldenMessages {
            let datagram = sender.say(golden.message)
            let signed = datagram.count - Envelope.signatureBytes - Envelope.tagBytes
            let digest = try #require(SignedDigest(of: datagram))
            #expect(verifier.isStated(digest.statement, signature: digest.signature, by: Self.key.publicKey))
            for domain in SignatureDomain.allCases {
                // The same bytes under every label: the whole signed part, and the message's own statement.
                for stated in [Array(datagram[..<signed]), digest.statement, Array(digest.statement.dropFirst(16))] {
                    let statement = Statement.bytes(domain, fleet: fleet.key.fleet, stated)
                    #expect(!verifier.isStated(statement, signature: digest.signature, by: Self.key.publicKey))
                    var forged = datagram
                    forged.replaceSubrange(
                        signed..<signed + Envelope.signatureBytes, with: Self.key.signature(over: statement))
                    receiver.wait(.seconds(1))
                    #expect(receiver.refusal(of: fleet.station(3).retagged(forged)) == .wrongSignature)
                }
            }
            receiver.wait(.seconds(1))
            #expect(receiver.open(datagram)?.message == golden.message)
        }
    }

    @Test func `a message's signature is over its bytes alone no more than over another fleet's`() {
        let fleet = SealFleet()
        let other = SealFleet(keyFill: 0x41)
        let receiver = fleet.station(2)
        var datagram = other.station(1).say(SealFleet.echo)
        for index in 0..<8 {
            datagram[8 + index] = UInt8(truncatingIfNeeded: fleet.key.fleet.number >> (56 - 8 * UInt64(index)))
        }
        #expect(receiver.refusal(of: fleet.station(3).retagged(datagram)) == .wrongSignature)
        // Signed as version 1 of the protocol signed before there were domains: the bare bytes.
        var bare = fleet.station(1).say(SealFleet.echo)
        let signed = bare.count - Envelope.signatureBytes - Envelope.tagBytes
        for place in Envelope.Offset.relay..<Envelope.headerBytes { bare[place] = 0 }
        bare.replaceSubrange(
            signed..<signed + Envelope.signatureBytes, with: Self.key.signature(over: Array(bare[..<signed])))
        bare[Envelope.Offset.hop] = 1
        #expect(receiver.refusal(of: fleet.station(1).retagged(bare)) == .wrongSignature)
    }

    @Test(arguments: goldenMessages)
    func `what is signed of a message can be shown without it, and not altered`(_ golden: GoldenMessage) throws {
        let fleet = SealFleet()
        let datagram = fleet.station(1).say(golden.message)
        let relayed = fleet.station(4).relayed(datagram, next: NodeID(7), hop: 3)
        let digest = try #require(SignedDigest(of: datagram))
        #expect(SignedDigest(of: relayed) == digest, "who relayed it is not in it")
        #expect(digest.head == Array(golden.body.prefix(SignedDigest.headBytesMax)))
        let verifier = SodiumVerifier()
        func holds(_ digest: SignedDigest) -> Bool {
            verifier.isStated(digest.statement, signature: digest.signature, by: Self.key.publicKey)
        }
        #expect(holds(digest))
        for place in 0..<Envelope.headerBytes {
            var other = digest
            other.header[place] ^= 4
            #expect(!holds(other), "header \(place)")
        }
        for place in digest.head.indices {
            var other = digest
            other.head[place] ^= 4
            #expect(!holds(other), "head \(place)")
        }
        for place in digest.hash.indices {
            var other = digest
            other.hash[place] ^= 4
            #expect(!holds(other), "hash \(place)")
        }
        // Bytes cannot move from the head into the hash or the header.
        var shorter = digest
        shorter.head.removeLast()
        #expect(!holds(shorter))
        #expect(SignedDigest(of: Array(datagram.prefix(Envelope.overheadBytes - 1))) == nil)
    }
}
