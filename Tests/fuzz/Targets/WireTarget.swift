import SkeinWire
import WireSamples

/// Every message's body, and the header: what is read is written as it was.
///
///     kind u8 (0: a header, its datagram as long as the input says) | body
enum WireTarget: FuzzTarget {
    static let name = "wire"

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        if first == 0 { return header(Array(bytes.dropFirst())) }
        guard let kind = MessageKind(rawValue: first), let message = try? Message(kind, body: bytes.dropFirst()) else {
            return
        }
        must(message.kind == kind, "a \(kind) read as a \(message.kind)")
        must(message.bytes == Array(bytes.dropFirst()), "a \(kind) is not written as it was read")
        guard case .trustGossip(let gossip) = message else { return }
        for entry in gossip.entries { evidence(entry) }
    }

    private static func header(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: bytes.count) else { return }
        var writer = ByteWriter()
        envelope.write(bodyBytes: bytes.count - Envelope.overheadBytes, to: &writer)
        must(writer.bytes == Array(bytes.prefix(Envelope.headerBytes)), "a header is not written as it was read")
    }

    private static func evidence(_ entry: TrustEntry) {
        guard case .demotion(let demotion) = entry.content, case .twoFaces(let one, let other) = demotion.evidence
        else {
            return
        }
        _ = SignedHead(one)
        _ = SignedHead(other)
    }

    static var seeds: [Seed] {
        let golden = GoldenMessage.all.map { Seed(name: "\($0.kind)", bytes: [$0.kind.rawValue] + $0.body) }
        let further = GoldenMessage.further.enumerated().map { place, golden in
            Seed(name: "\(golden.kind)-further-\(place)", bytes: [golden.kind.rawValue] + golden.body)
        }
        var maker = MessageMaker(seed: 1)
        let random = MessageKind.allCases.map { kind in
            Seed(name: "\(kind)-random", bytes: [kind.rawValue] + maker.message(kind).bytes)
        }
        var writer = ByteWriter()
        envelope.write(bodyBytes: 3, to: &writer)
        let proof = [UInt8](repeating: 7, count: 3 + Envelope.overheadBytes - Envelope.headerBytes)
        return golden + further + random.filter { $0.bytes.count < 700 } + [
            Seed(name: "header", bytes: [0] + writer.bytes + proof)
        ]
    }

    private static let envelope = Envelope(
        kind: .echo, trafficClass: .control, timeToLive: 9, sender: NodeID(1), fleet: FleetID(2), epoch: Epoch(3),
        counter: 4, destination: NodeID(5), via: NodeID(6), relay: NodeID(7), next: NodeID(8), hop: 1)
}
