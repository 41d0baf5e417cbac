import SkeinPeer
import SkeinSeal
import SkeinWire

@testable import SkeinCodec

/// A recording as a file, read to its end and replayed: as it is, or with its lengths and checksums put right.
///
///     what u8 | file; or chunk of header, then chunks of entries
enum RecordingTarget: FuzzTarget {
    static let name = "recordings"
    private static let entriesMax = 64

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        let file = what & 1 == 0 ? body : repaired(body)
        guard var reader = try? RecordingReader(file) else { return }
        let header = reader.header
        must(
            (try? RecordingHeader(coded: header.coded))?.coded == header.coded, "a header is not written as it was read"
        )
        while let entry = try? reader.next() {
            var writer = ByteWriter()
            RecordedEntry.write(entry.input, verdict: entry.verdict, to: &writer)
        }
        guard let whole = try? RecordingReader(file) else { return }
        _ = try? Replay.run(whole)
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        var input = FuzzInput(bytes)
        var writer = ByteWriter()
        writer.raw(Recorder.magic)
        writer.u8(Recorder.version)
        writer.raw([0, 0, 0])
        var parts = 0
        repeat {
            let part = input.chunk()
            writer.u32(UInt32(part.count))
            writer.u32(Recorder.checksum(part[...]))
            writer.raw(part)
            parts += 1
        } while !input.isEmpty && parts < entriesMax
        return writer.bytes
    }

    /// A robot's first moments.
    private static func recording(_ inputs: [Input], keepsEffects: Bool) -> [UInt8] {
        let roster = Roster([(NodeID(0), TrustTarget.key(0).publicKey), (NodeID(1), TrustTarget.key(1).publicKey)])
        let start = StartPose(
            xMeters: 1, yMeters: 2, headingRadians: 0, positionSigmaMeters: 1, headingSigmaRadians: 0.1)
        let role = RobotRole(carriesCamera: false, carriesSatelliteReceiver: false)
        let header = RecordingHeader(
            id: NodeID(0), name: "alpha", epoch: Epoch(1), seed: 2, config: PeerConfig(), role: role, start: start,
            restored: [], roster: roster, fleet: TrustTarget.fleet, fleetKeys: [1], begunAt: .zero,
            keepsEffects: keepsEffects)
        var peer = Peer(
            id: NodeID(0), config: PeerConfig(), seed: 2,
            seal: Seal(
                id: NodeID(0), epoch: Epoch(1), keyring: FleetKeyring([FleetKey(keyless: TrustTarget.fleet)]),
                roster: roster, signer: KeySigner(TrustTarget.key(0)), verifier: SodiumVerifier(), opener: nil),
            start: start, role: role, now: .zero)
        var recorder = Recorder(header)
        for (number, input) in inputs.enumerated() {
            var effects = Effects()
            let now = Instant.zero + .milliseconds(20 * number)
            peer.handle(input, now: now, effects: &effects)
            recorder.record(input, at: now, verdict: SealVerdict(), effects: effects, nextDeadline: peer.nextDeadline)
        }
        recorder.finish(at: .zero + .seconds(1))
        return recorder.take()
    }

    /// A file as chunks of its bodies.
    private static func chunks(_ file: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.u8(1)
        var rest = file.dropFirst(12)
        while rest.count >= Recorder.entryOpeningBytes {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(Recorder.entryOpeningBytes)
            writer.chunk(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return writer.bytes
    }

    static var seeds: [Seed] {
        let inputs: [Input] = [
            .deadline, .cpu(CPUSample(idlePercent: 40, neededPercent: 80)), .sensors(FrameTarget.reading),
            .wallClock(seconds: 5), .persisted(PersistID(3)), .command(.organise(launches: true), ticket: 1),
            .datagram(
                [UInt8](repeating: 1, count: 140),
                Reception(band: .data, from: LinkAddress(1), signal: .power(dBm: -60))), .deadline,
        ]
        let terse = recording(inputs, keepsEffects: false)
        let full = recording(Array(inputs.prefix(3)), keepsEffects: true)
        return [
            Seed(name: "file", bytes: [0] + terse), Seed(name: "file-full", bytes: [0] + full),
            Seed(name: "chunks", bytes: chunks(terse)), Seed(name: "chunks-full", bytes: chunks(full)),
        ]
    }
}
