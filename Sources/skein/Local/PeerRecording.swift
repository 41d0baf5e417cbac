import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// A daemon's recording: what goes through the peer's door, as bytes, to a file.
final class PeerRecording {
    let verifier = RecordingVerifier(over: SodiumVerifier())
    private var recorder: Recorder
    private let file: RecordingFile
    private let log: DaemonLog
    private var isOver = false

    /// Handed to the file when so much has come together.
    private static let chunkBytes = 32_768

    init(path: String, header: RecordingHeader, log: DaemonLog) throws(SystemError) {
        recorder = Recorder(header)
        file = try RecordingFile(path: path)
        self.log = log
    }

    var hook: DaemonHooks.Recorder {
        DaemonHooks.Recorder { [self] input, now, effects, nextDeadline in
            guard !isOver else { return }
            recorder.record(input, at: now, verdict: verifier.take(), effects: effects, nextDeadline: nextDeadline)
            if recorder.pendingBytes >= Self.chunkBytes { append(recorder.take()) }
        }
    }

    private func append(_ bytes: [UInt8]) {
        guard !isOver, !file.append(bytes) else { return }
        isOver = true
        log.write(.error, "the recording ends here: \(file.trouble ?? file.path)")
    }

    func close() {
        if !isOver { recorder.finish(at: MonotonicClock.now()) }
        append(recorder.take())
        file.close()
        log.write(.info, "recorded \(recorder.entries) inputs to \(file.path)")
    }
}
