import SkeinWire
import Testing
import WireSamples

/// What is written is read again, and every legal message fits a frame.
struct RoundTripTests {
    @Test(arguments: MessageKind.allCases)
    func `random messages survive the way out and back`(_ kind: MessageKind) throws {
        var maker = MessageMaker(seed: 0x5EED ^ UInt64(kind.rawValue))
        for _ in 0..<200 {
            let message = maker.message(kind)
            #expect(message.kind == kind)
            let bytes = message.bytes
            #expect(try Message(kind, body: bytes[...]) == message)
        }
    }

    @Test(arguments: MessageKind.allCases)
    func `a body is read from the middle of a datagram`(_ kind: MessageKind) throws {
        var maker = MessageMaker(seed: 77)
        let message = maker.message(kind)
        let datagram = [0xAA, 0xBB, 0xCC] + message.bytes + [0xDD]
        #expect(try Message(kind, body: datagram[3..<datagram.count - 1]) == message)
    }

    @Test(arguments: MessageKind.allCases)
    func `the largest message of a kind fits one datagram`(_ kind: MessageKind) throws {
        var maker = MessageMaker(seed: 3)
        let message = maker.largest(kind)
        let bytes = message.bytes
        #expect(bytes.count <= Envelope.bodyBytesMax, "\(bytes.count) bytes")
        #expect(try Message(kind, body: bytes[...]) == message)
    }

    @Test func `random envelopes survive the way out and back`() throws {
        var random = SplitMix(seed: 41)
        for _ in 0..<2_000 {
            let kind = try #require(MessageKind.allCases.randomElement(using: &random))
            let timeToLive = UInt8.random(in: 1...255, using: &random)
            let bodyBytes = Int.random(in: 0...Envelope.bodyBytesMax, using: &random)
            func node() -> NodeID { NodeID(UInt16.random(in: 0...UInt16.max, using: &random)) }
            let envelope = Envelope(
                kind: kind, trafficClass: kind.trafficClass, timeToLive: timeToLive, sender: node(),
                fleet: FleetID(random.next()), epoch: Epoch(UInt32.random(in: 0...UInt32.max, using: &random)),
                counter: UInt32.random(in: 0...UInt32.max, using: &random), destination: node(), via: node(),
                relay: node(), next: node(), hop: UInt8.random(in: 1...timeToLive, using: &random))
            var writer = ByteWriter()
            envelope.write(bodyBytes: bodyBytes, to: &writer)
            var reader = ByteReader(writer.bytes)
            let read = try Envelope(reading: &reader, datagramBytes: bodyBytes + Envelope.overheadBytes)
            #expect(read == envelope)
            #expect(reader.remaining == 0)
        }
    }
}
