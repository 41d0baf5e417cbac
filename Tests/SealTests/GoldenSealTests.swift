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
        6828f67434b39a9192347bd00fe6d2d30ab5e3bd529f81d5281bcac63c4f1be6
        ecfef6310b08ee342a0c1fc4faf1c72ae7f9be32f1bb84c96cb4d2d0609f750c
        """
    static let sent = hexBytes(head + "0007 0002 01" + body + signature + "ae0a0a4c59112a07896e0a761a8d8874")
    static let relayed = hexBytes(head + "0002 0003 02" + body + signature + "7c1528624882d2ffbf6c0bc82fd28de3")

    private func close(_ station: Station) -> [UInt8] {
        station.close(SealFleet.echo, to: NodeID(3), via: NodeID(2), next: NodeID(2), timeToLive: 9)
    }

    @Test func `a message is sealed as its golden bytes`() {
        let seal = SealFleet().station(7)
        #expect(close(seal) == Self.sent)
        #expect(Self.sent.count == 6 + Envelope.overheadBytes)
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
