import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// A daemon's recording: what goes through the peer's door, as bytes, to a file.
final class PeerRecording {
    let verifier: RecordingVerifier
    private var recorder: Recorder
    private let file: RecordingFile
    private let log: DaemonLog
    private var isOver = false

    /// Handed to the file when so much has come together, and what there is after so long: the last seconds before a crash
    /// are what it is read for.
    private static let chunkBytes = 32_768
    private static let flushInterval: Duration = .seconds(1)
    private var flushesAt = Instant.zero

    init(path: String, birth: PeerBirth, log: DaemonLog) throws(SystemError) {
        verifier = RecordingVerifier(over: SodiumVerifier(), signer: birth.signer)
        recorder = Recorder(birth.header)
        file = try RecordingFile(path: path)
        self.log = log
    }

    var hook: DaemonHooks.Recorder {
        DaemonHooks.Recorder { [self] input, now, effects, nextDeadline in
            guard !isOver else { return }
            recorder.record(input, at: now, verdict: verifier.take(), effects: effects, nextDeadline: nextDeadline)
            guard recorder.pendingBytes >= Self.chunkBytes || now >= flushesAt else { return }
            flushesAt = now + Self.flushInterval
            append(recorder.take())
        }
    }

    private func append(_ bytes: [UInt8]) {
        if !isOver, !file.append(bytes) { end() }
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        log.write(.error, "the recording ends here: \(file.trouble ?? file.path)")
    }

    func close() {
        if !isOver { recorder.finish(at: MonotonicClock.now()) }
        append(recorder.take())
        file.close()
        // The disk may have failed at what was handed over last.
        guard file.trouble == nil else { return end() }
        log.write(.info, "recorded \(recorder.entries) inputs to \(file.path)")
    }
}
