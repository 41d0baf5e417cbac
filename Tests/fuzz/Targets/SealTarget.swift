import SkeinSeal
import SkeinWire
import WireSamples

/// Datagrams at a seal, with the real keys: the proofs of what the fuzzer makes are repaired, so that it gets past them.
/// Never is anything let in that another has signed, nothing once damaged, and nothing as new twice.
///
///     steps, each: what u8 and its fields, see `step`
enum SealTarget: FuzzTarget {
    static let name = "seal"
    static let members: UInt16 = 4
    private static let keys = (0..<members).map { number in
        SigningKey(seed: [UInt8](repeating: UInt8(number + 1), count: SigningKey.seedBytes))
    }
    private static let roster = Roster((0..<members).map { (NodeID($0), keys[Int($0)].publicKey) })
    private static let fleetKeys = [1, 2].map { number in
        FleetKey(
            bytes: [UInt8](repeating: UInt8(number), count: FleetKey.byteCount), fleet: FleetID(77), number: number)
    }
    private static let stepsMax = 64

    private static func seal(_ number: UInt16, epoch: UInt32, keys count: Int) -> Seal {
        Seal(
            id: NodeID(number), epoch: Epoch(epoch), keyring: FleetKeyring(Array(fleetKeys.prefix(count))),
            roster: roster,
            signer: KeySigner(keys[Int(number)]), verifier: SodiumVerifier(), opener: nil)
    }

    /// What has been let in as new.
    private struct Taken: Equatable {
        var sender: NodeID
        var epoch: Epoch
        var lane: TrafficClass
        var counter: UInt32
    }

    private struct Bench {
        var seal: Seal
        var insiders: [Seal]
        var now = Instant.zero
        var taken: [Taken] = []
        var last: [UInt8] = []

        mutating func open(_ datagram: [UInt8], from source: UInt64, mayOpen: Bool) {
            let drops = seal.drops.total
            guard let opened = seal.open(datagram, from: source) else {
                must(seal.drops.total == drops + 1, "a drop counted \(seal.drops.total - drops) times")
                return
            }
            // A further copy of a flood is not checked again, and nothing but its relay is taken from it.
            must(mayOpen || opened.message == nil, "a forged or damaged datagram was let in: \(opened.envelope)")
            guard opened.isFresh, opened.message != nil else { return }
            let envelope = opened.envelope
            let entry = Taken(
                sender: envelope.sender, epoch: envelope.epoch, lane: envelope.trafficClass, counter: envelope.counter)
            must(!taken.contains(entry), "twice new: \(envelope)")
            taken.append(entry)
        }
    }

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var bench = Bench(
            seal: seal(0, epoch: 5, keys: 1 + input.below(2)),
            insiders: (1..<members).map { seal($0, epoch: 5, keys: 2) })
        for sender in 1..<members - 1 {
            bench.seal.prove(NodeID(sender), Epoch(5), floors: TrafficClass.allCases.map { _ in 0 })
        }
        var steps = 0
        while !input.isEmpty, steps < stepsMax {
            step(&input, &bench)
            steps += 1
        }
    }

    private static func step(_ input: inout FuzzInput, _ bench: inout Bench) {
        let what = input.u8()
        switch what % 8 {
        case 0, 1, 2: raw(&input, &bench, isRepaired: what & 0x80 == 0)
        case 3, 4: said(&input, &bench)
        case 5:
            bench.open(bench.last, from: UInt64(input.u8()), mayOpen: true)
        case 6:
            bench.now += .milliseconds(Int(input.u16()))
            bench.seal.advance(to: bench.now)
            for index in bench.insiders.indices { bench.insiders[index].advance(to: bench.now) }
        default:
            let sender = NodeID(UInt16(1 + input.below(Int(members) - 1)))
            if what & 0x80 != 0 { bench.seal.forget(sender) }
            bench.seal.prove(
                sender, Epoch(4 + UInt32(input.below(3))), floors: TrafficClass.allCases.map { _ in input.u32() })
            bench.taken = []
        }
    }

    /// Header and body as the fuzzer has them; version, fleet and length are put right unless it is to see what happens.
    ///
    ///     what u8 | signer u8 | source u8 | chunk | with what & 0x40: place u16, bits u8 of damage
    private static func raw(_ input: inout FuzzInput, _ bench: inout Bench, isRepaired: Bool) {
        let signer = input.below(Int(members))
        let source = UInt64(input.u8() & 7)
        let (isDamaged, place, bits) = (input.u8() & 1 == 1, Int(input.u16()), input.u8())
        var bytes = input.chunk()
        guard isRepaired, bytes.count >= Envelope.headerBytes,
            bytes.count <= Envelope.headerBytes + Envelope.bodyBytesMax
        else { return bench.open(bytes, from: source, mayOpen: false) }
        let bodyBytes = bytes.count - Envelope.headerBytes
        bytes[0] = Envelope.version
        bytes[4] = UInt8(bodyBytes >> 8)
        bytes[5] = UInt8(bodyBytes & 0xFF)
        bytes.replaceSubrange(8..<16, with: [0, 0, 0, 0, 0, 0, 0, 77])
        let sender = UInt16(bytes[6]) << 8 | UInt16(bytes[7])
        let none = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
        guard let digest = SignedDigest(of: bytes + none) else { return }
        bytes += keys[signer].signature(over: digest.statement) + none.suffix(Envelope.tagBytes)
        // The seal of an insider fits the tag, as to a datagram that it relays.
        let (next, hop) = (NodeID(UInt16(bytes[30]) << 8 | UInt16(bytes[31])), bytes[32])
        bytes = bench.insiders[0].relayed(bytes, next: next, hop: hop)
        if isDamaged, bits != 0 { bytes[place % bytes.count] ^= bits }
        bench.last = bytes
        bench.open(bytes, from: source, mayOpen: signer == Int(sender) && !(isDamaged && bits != 0))
    }

    /// A sound message of an insider's.
    ///
    ///     insider u8 | kind u8 | seed u8 | destination u8 | next u8 | ttl u8
    private static func said(_ input: inout FuzzInput, _ bench: inout Bench) {
        let insider = input.below(bench.insiders.count)
        let kind = input.one(of: MessageKind.allCases)
        var maker = MessageMaker(seed: UInt64(input.u8()), robots: members)
        let message = maker.message(kind)
        let destination = input.one(of: [NodeID(0), .none, NodeID(2)])
        let next = input.one(of: [NodeID(0), .none])
        guard message.bytes.count <= Envelope.bodyBytesMax else { return }
        bench.last = bench.insiders[insider].close(
            message, to: destination, via: .none, next: next, timeToLive: max(1, input.u8()))
        bench.open(bench.last, from: UInt64(insider), mayOpen: true)
    }

    static var seeds: [Seed] {
        var all: [Seed] = []
        for golden in GoldenMessage.all {
            var header = ByteWriter()
            Envelope(
                kind: golden.kind, trafficClass: golden.kind.trafficClass, timeToLive: 3, sender: NodeID(1),
                fleet: FleetID(77), epoch: Epoch(5), counter: 9, destination: NodeID(0), via: .none, relay: NodeID(1),
                next: NodeID(0), hop: 1
            ).write(bodyBytes: golden.body.count, to: &header)
            var writer = ByteWriter()
            writer.raw([1, 0, 1, 1, 0, 0, 0, 0])
            writer.chunk(header.bytes + golden.body)
            writer.raw([5, 1])
            all.append(Seed(name: "\(golden.kind)", bytes: writer.bytes))
        }
        var random = SplitMix(seed: 2)
        for number in 0..<6 {
            var bytes = [UInt8(number)]
            for _ in 0..<30 {
                let what = [3, 3, 3, 5, 6, 7][Int(random.next() % 6)] as UInt8
                bytes.append(what)
                bytes += random.bytes(what == 3 ? 6 : what == 5 ? 1 : what == 6 ? 2 : 22)
            }
            all.append(Seed(name: "talk-\(number)", bytes: bytes))
        }
        return all
    }
}
