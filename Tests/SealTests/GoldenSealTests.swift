import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// A sealed datagram, byte for byte. Ed25519 is deterministic; signature and tags were made by other programs (Python's
/// `cryptography` and `hashlib.blake2b`).
struct GoldenSealTests {
    static let head = "01 22 02 09 0006 0007 2284857965 26fd13 00000005 00000001 0003 0002"
    static let body = "556677880103"
    static let signature = """
        1c86c0a160f2e61cc6b8aad64d290bb4d83179fa087519fcae3bfa563e169fe2
        e70cb1ec0181da6c8f9844c40d67d3637a7e76ff62b11e5b3c83f6a504a35c0b
        """
    static let sent = hexBytes(head + "0007 0002 01" + body + signature + "532f41d62b806f3a0d7fcb9e17fe119f")
    static let relayed = hexBytes(head + "0002 0003 02" + body + signature + "021273dd7d9c8fb052033415cedb51f7")

    /// A body of 64 bytes: sixteen of them stand in what is signed, the others as their hash.
    static let summary = hexBytes(
        """
        01 24 01 09 0040 0007 2284857965 26fd13 00000005 00000001 0003 0002 0007 0002 01
        01020304 02040608 0306090c 04080c10 050a0f14 060c1218 070e151c 08101820
        09121b24 0a141e28 0b16212c 0c182430 0d1a2734 0e1c2a38 0f1e2d3c 10203040
        9d8c8900521a316f5ceacd5ef5dafcaf0940ae309d91d086209936f9a5251d0f
        7accac83ef5f9afcd2d13e947f62338d9ddc9878bd91482686d6d74bf3af9408
        dadce219d2adf211d5bc9724f9d15ed4
        """)

    private func close(_ station: Station) -> [UInt8] {
        station.close(SealFleet.echo, to: NodeID(3), via: NodeID(2), next: NodeID(2), timeToLive: 9)
    }

    @Test func `a message is sealed as its golden bytes`() {
        let seal = SealFleet().station(7)
        #expect(close(seal) == Self.sent)
        #expect(Self.sent.count == 6 + Envelope.overheadBytes)
        let summary = Message.trustSummary(TrustSummary(digests: (1...16).map { 0x0102_0304 * $0 }))
        let other = SealFleet().station(7)
        #expect(other.close(summary, to: NodeID(3), via: NodeID(2), next: NodeID(2), timeToLive: 9) == Self.summary)
    }

    @Test func `golden bytes open as their message`() throws {
        let seal = SealFleet().station(3)
        let opened = try #require(seal.open(Self.sent))
        #expect(opened.message == SealFleet.echo)
        #expect(opened.envelope.sender == NodeID(7))
        #expect(opened.envelope.epoch == Epoch(5))
        #expect(opened.envelope.counter == 1)
        #expect(opened.envelope.trafficClass == .control)
        #expect(opened.envelope.destination == NodeID(3))
        #expect(opened.envelope.via == NodeID(2))
        #expect(opened.envelope.relay == NodeID(7))
        #expect(opened.envelope.hop == 1)
    }

    @Test func `a relay changes the relay fields and the tag, nothing else`() throws {
        let relay = SealFleet().station(2)
        #expect(relay.open(Self.sent) != nil)
        #expect(relay.relayed(Self.sent, next: NodeID(3), hop: 2) == Self.relayed)
        let last = SealFleet().station(3)
        let opened = try #require(last.open(Self.relayed))
        #expect(opened.message == SealFleet.echo)
        #expect(opened.envelope.sender == NodeID(7))
        #expect(opened.envelope.relay == NodeID(2))
        #expect(opened.envelope.hop == 2)
    }

    @Test(arguments: goldenMessages)
    func `every kind opens as it was closed`(_ golden: GoldenMessage) throws {
        let fleet = SealFleet()
        let sender = fleet.station(1)
        let receiver = fleet.station(2)
        for counter in 1...3 {
            let opened = try #require(receiver.open(sender.say(golden.message)))
            #expect(opened.message == golden.message)
            #expect(opened.envelope.kind == golden.kind)
            #expect(opened.envelope.trafficClass == golden.kind.trafficClass)
            #expect(opened.envelope.counter == UInt32(counter))
        }
        #expect(receiver.drops.total == 0)
    }

    @Test func `the same inputs give the same bytes`() {
        let one = SealFleet().station(4)
        let other = SealFleet().station(4)
        for golden in goldenMessages { #expect(one.say(golden.message) == other.say(golden.message)) }
    }
}
