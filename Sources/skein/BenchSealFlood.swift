import SkeinRadio
import SkeinSeal
import SkeinWire

/// What it costs to refuse what a flooder sends as fast as the air carries it: frame upon frame at 6 Mb/s without a pause,
/// for so many seconds of the field. Budgets count: whatever they let through or cut is in the share.
struct BenchSealFlood {
    var name: String
    var datagramBytes: Int
    /// Frames that fit into a second of air.
    var framesPerSecond: Double
    /// Frames that one core could refuse in a second.
    var refusedPerSecond: Double
    /// Of one core, while it lasts, 0…1. Without the socket's share, which is the kernel's.
    var coreShare: Double

    /// Plays `datagram` number by number to `refuse`, which is told when each comes.
    private init(
        _ name: String, datagramBytes: Int, seconds: Double, datagram: (Int) -> [UInt8],
        refuse: (inout [UInt8], Instant) -> Bool
    ) {
        let frameNanoseconds = Airtime.broadcastNanoseconds(datagramBytes: datagramBytes)
        let count = Int(seconds * 1e9) / Int(frameNanoseconds)
        var spent: UInt64 = 0
        let blocks = 64
        var refused = 0
        for block in 0..<blocks {
            let numbers = count * block / blocks..<count * (block + 1) / blocks
            var datagrams = numbers.map(datagram)
            let begun = Clock.thread()
            for (index, number) in numbers.enumerated() {
                let at = Instant(nanoseconds: Int64(number) * frameNanoseconds)
                if refuse(&datagrams[index], at) { refused += 1 }
            }
            spent += Clock.thread() - begun
        }
        precondition(refused == count, "\(name): \(count - refused) of \(count) let in")
        self.name = name
        self.datagramBytes = datagramBytes
        framesPerSecond = 1e9 / Double(frameNanoseconds)
        refusedPerSecond = Double(count) / (Double(spent) * 1e-9)
        coreShare = Double(spent) * 1e-9 / seconds
    }

    static func all(seconds: Double) -> [BenchSealFlood] {
        [
            stranger(seconds), replayed(seconds), otherBoot(seconds), badSignature(seconds), frames(seconds),
            replayedFrames(seconds),
        ]
    }

    private static let echo = Message.echo(Echo(number: 7, isAnswer: true, hops: 1))

    private static func said(by seal: inout Seal) -> [UInt8] {
        seal.close(echo, to: NodeID(2), via: .none, next: NodeID(2), timeToLive: 1)
    }

    /// The shortest there is, of the right fleet, with a tag that is noise.
    private static func stranger(_ seconds: Double) -> BenchSealFlood {
        var work = BenchSealWork()
        let noise = SeededSecrets(seed: 1)
        return BenchSealFlood(
            "a stranger's frames, no tag", datagramBytes: Envelope.overheadBytes, seconds: seconds
        ) { number in
            let envelope = Envelope(
                kind: .echo, trafficClass: .control, timeToLive: 1, sender: work.speakerID, fleet: BenchSealWork.fleet,
                epoch: Epoch(1), counter: UInt32(number + 1), destination: work.listenerID, via: .none,
                relay: work.speakerID, next: work.listenerID, hop: 1)
            var writer = ByteWriter(capacity: Envelope.overheadBytes)
            envelope.write(bodyBytes: 0, to: &writer)
            var proof = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
            proof.withUnsafeMutableBufferPointer { noise.fill($0) }
            return writer.bytes + proof
        } refuse: { datagram, at in
            work.refuses(datagram, at: at)
        }
    }

    private static func replayed(_ seconds: Double) -> BenchSealFlood {
        var work = BenchSealWork()
        var speaker = BenchSealWork.seal(work.speakerID, signedBy: 1)
        let heard = (0..<64).map { _ in said(by: &speaker) }
        for datagram in heard { precondition(!work.refuses(datagram, at: .zero), "a first message refused") }
        return BenchSealFlood(
            "messages replayed", datagramBytes: Echo.datagramBytes, seconds: seconds
        ) { number in
            heard[number % heard.count]
        } refuse: { datagram, at in
            work.refuses(datagram, at: at)
        }
    }

    /// True once, of a boot of their sender that is over.
    private static func otherBoot(_ seconds: Double) -> BenchSealFlood {
        var work = BenchSealWork()
        work.prove(Epoch(2))
        var speaker = BenchSealWork.seal(work.speakerID, signedBy: 1)
        let heard = (0..<64).map { _ in said(by: &speaker) }
        return BenchSealFlood(
            "messages of an earlier boot", datagramBytes: Echo.datagramBytes, seconds: seconds
        ) { number in
            heard[number % heard.count]
        } refuse: { datagram, at in
            work.disbelieves(datagram, at: at)
        }
    }

    /// Tagged by somebody who has the fleet's key, signed by nobody who may say this.
    private static func badSignature(_ seconds: Double) -> BenchSealFlood {
        var work = BenchSealWork()
        var insider = BenchSealWork.seal(work.speakerID, signedBy: 3)
        let forged = (0..<64).map { _ in said(by: &insider) }
        return BenchSealFlood(
            "an insider's forgeries", datagramBytes: Echo.datagramBytes, seconds: seconds
        ) { number in
            forged[number % forged.count]
        } refuse: { datagram, at in
            work.refuses(datagram, at: at)
        }
    }

    private static func frames(_ seconds: Double) -> BenchSealFlood {
        var sessions = BenchSessions()
        let frame = sessions.seal([1])
        return BenchSealFlood(
            "bulk frames, wrong tag", datagramBytes: frame.count, seconds: seconds
        ) { _ in
            var wrong = frame
            wrong[frame.count - 1] ^= 1
            return wrong
        } refuse: { datagram, _ in
            !sessions.open(&datagram)
        }
    }

    private static func replayedFrames(_ seconds: Double) -> BenchSealFlood {
        var sessions = BenchSessions()
        let frame = sessions.seal([1])
        var first = frame
        precondition(sessions.open(&first), "a first frame refused")
        return BenchSealFlood("bulk frames replayed", datagramBytes: frame.count, seconds: seconds) { _ in
            frame
        } refuse: { datagram, _ in
            !sessions.open(&datagram)
        }
    }
}
