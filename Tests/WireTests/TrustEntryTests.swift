import SkeinWire
import Testing
import WireSamples

/// Entries about the fleet and statements about stops: what fits where, and what nobody honest writes.
struct TrustEntryTests {
    private func membership(_ name: String) -> TrustEntry {
        TrustEntry(
            issuer: .none, number: 1, issuedAtSeconds: 1,
            content: .membership(
                Membership(
                    robot: NodeID(1), key: [UInt8](repeating: 7, count: Membership.keyBytes), roles: [],
                    expiresAtSeconds: nil, name: name)))
    }

    @Test func `every golden entry is one alone`() throws {
        for entry in GoldenMessage.trustEntries {
            #expect(try TrustEntry(bytes: entry.bytes[...]) == entry)
            for length in 0..<entry.bytes.count {
                #expect(throws: WireError.self) { try TrustEntry(bytes: entry.bytes[..<length]) }
            }
            #expect(throws: WireError.trailing) { try TrustEntry(bytes: (entry.bytes + [0])[...]) }
        }
    }

    @Test func `the longest evidence there is makes the longest entry, and fits a message alone`() throws {
        let evidence = [UInt8](repeating: 1, count: Demotion.messageBytesMax)
        let entry = TrustEntry(
            issuer: NodeID(3), number: 1, issuedAtSeconds: 1,
            content: .demotion(
                Demotion(accused: NodeID(4), membershipNumber: 2, evidence: .brokenRule(evidence))))
        #expect(entry.bytes.count == TrustEntry.bytesMax)
        let messages = TrustGossip.messages(of: [membership("a"), entry, membership("b")])
        #expect(messages.map(\.entries.count) == [1, 1, 1])
        for message in messages { #expect(Message.trustGossip(message).bytes.count <= Envelope.bodyBytesMax) }
        // A part of a plan, as signed and without its tag, is the longest message that can be evidence.
        var maker = MessageMaker(seed: 2)
        let plan = maker.largest(.plan).bytes.count
        #expect(Demotion.messageBytesMax == plan + Envelope.headerBytes + Envelope.signatureBytes)
        for kind in [MessageKind.hello, .mission, .sighting] { #expect(maker.largest(kind).bytes.count <= plan) }
    }

    @Test func `a hello that is too long to be shown as evidence is refused, and none is written`() throws {
        var maker = MessageMaker(seed: 3)
        guard case .hello(var hello) = maker.largest(.hello) else { preconditionFailure("a hello") }
        #expect(hello.grants.count == Hello.membersMax && !hello.kernels.isEmpty)
        let bytes = Message.hello(hello).bytes
        #expect(try Message(.hello, body: bytes[...]) == .hello(hello))
        let kernel = try #require(KernelName(name: String(repeating: "k", count: KernelName.nameBytesMax), version: 1))
        hello.kernels = Array(repeating: kernel, count: Hello.kernelsMax)
        let long = Message.hello(hello).bytes
        #expect(long.count > Hello.bytesMax)
        #expect(throws: WireError.invalid(.bodyLength)) { try Message(.hello, body: long[...]) }
        #expect(Hello.kernels(hello.kernels, besideGrants: 0) == hello.kernels)
        #expect(Hello.kernels(hello.kernels, besideGrants: Hello.membersMax).count < Hello.kernelsMax)
    }

    @Test func `however many entries there are, each message holds what it can, in their order`() throws {
        var maker = MessageMaker(seed: 5)
        for count in [0, 1, 2, 16, 17, 100, 300] {
            let entries = (0..<count).map { _ in maker.entry() }
            let messages = TrustGossip.messages(of: entries)
            #expect(messages.flatMap(\.entries) == entries)
            for (message, following) in zip(messages, messages.dropFirst()) {
                let bytes = Message.trustGossip(message).bytes
                #expect(try Message(.trustGossip, body: bytes[...]) == .trustGossip(message))
                let more = 2 + following.entries[0].bytes.count
                #expect(bytes.count + more > Envelope.bodyBytesMax || message.entries.count == TrustGossip.entriesMax)
            }
            for message in messages { #expect(Message.trustGossip(message).bytes.count <= Envelope.bodyBytesMax) }
        }
    }

    @Test func `a name is letters, digits, dash and underscore, of one to 32`() throws {
        for name in ["a", "Scout-7_b", String(repeating: "z", count: 32)] {
            #expect(try TrustEntry(bytes: membership(name).bytes[...]) == membership(name))
        }
        let bytes = membership("abc").bytes
        let place = bytes.count - TrustEntry.signatureBytes - 3
        for byte in UInt8.min...UInt8.max where !Membership.isName([byte]) {
            var other = bytes
            other[place] = byte
            #expect(throws: WireError.invalid(.text)) { try TrustEntry(bytes: other[...]) }
        }
        #expect(!Membership.isName([]) && !Membership.isName([UInt8](repeating: 0x61, count: 33)))
    }

    @Test func `a date past the year 9999 is refused`() {
        for place in [7, 11, 50] {
            var bytes = membership("abc").bytes
            // When it was issued, and when it runs out.
            bytes.replaceSubrange(place..<place + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
            if place == 11 {
                #expect(throws: Never.self) { try TrustEntry(bytes: bytes[...]) }
            } else {
                #expect(throws: WireError.invalid(.time)) { try TrustEntry(bytes: bytes[...]) }
            }
        }
    }

    @Test func `evidence that is no message is refused`() {
        guard let broken = GoldenMessage.trustEntries.last?.bytes else { return }
        // The length of the message stands behind kind, issuer, number, time, accused, membership and kind of evidence.
        for count in [0, 1, 97, Demotion.messageBytesMax + 1, 0xFFFF] {
            var bytes = broken
            bytes[22] = UInt8(count >> 8)
            bytes[23] = UInt8(count & 0xFF)
            #expect(throws: WireError.self) { try TrustEntry(bytes: (bytes + [UInt8](repeating: 0, count: 100))[...]) }
        }
        var other = broken
        other[21] = 3
        #expect(throws: WireError.unknown(.kind)) { try TrustEntry(bytes: other[...]) }
    }

    @Test func `a release names stops up to its own number, a stop none`() {
        let head: [UInt8] = [0, 0, 0, 0, 0, 1]
        func read(_ statement: StopStatement, _ change: (inout [UInt8]) -> Void) throws -> Message {
            var writer = ByteWriter()
            statement.write(to: &writer)
            var bytes = head + writer.bytes
            change(&bytes)
            return try Message(.stopNotice, body: bytes[...])
        }
        let release = GoldenMessage.release
        #expect(throws: Never.self) { try read(release) { _ in } }
        // Its own number, made less than what it names; a name of nobody; a number that was never a stop's.
        #expect(throws: WireError.invalid(.entries)) { try read(release) { $0[12] = 2 } }
        #expect(throws: WireError.invalid(.entries)) {
            try read(release) { $0.replaceSubrange(14..<16, with: [0xFF, 0xFF]) }
        }
        #expect(throws: WireError.invalid(.entries)) {
            try read(release) { $0.replaceSubrange(16..<20, with: [0, 0, 0, 0]) }
        }
        #expect(throws: WireError.invalid(.robot)) {
            try read(GoldenMessage.stop) { $0.replaceSubrange(9..<13, with: [0, 0, 0, 0]) }
        }
        #expect(throws: WireError.tooMany(.entries, count: 65, limit: 64)) { try read(release) { $0[13] = 65 } }
    }
}
