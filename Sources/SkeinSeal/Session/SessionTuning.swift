import SkeinWire

/// The spans and bounds of sessions. WireGuard's (whitepaper §6.1) where ours has no reason to differ: a radio link's answer
/// comes sooner than one across the internet, and its partners move away.
package struct SessionTuning: Hashable, Sendable {
    /// Age at which the initiator asks for the next session, if anything is said; the responder asks a margin later, so
    /// that they do not ask at once.
    package var renewalSpan: Duration = .seconds(120)
    package var responderMargin: Duration = .seconds(10)
    /// Age at which a session neither seals nor opens.
    package var ageMax: Duration = .seconds(180)
    /// Frames in one direction after which the next session is asked for: 1.4 GB at most, so that what one key opens
    /// stays small on a fast link as well.
    package var renewalFrames: UInt64 = 1 << 20
    package var framesMax: UInt64 = 1 << 21
    /// How long the previous session still opens frames that its successor overtook.
    package var lingerSpan: Duration = .seconds(5)
    /// The first wait for an answer; doubled with each repetition up to the longest.
    package var retrySpan: Duration = .milliseconds(250)
    package var retrySpanMax: Duration = .seconds(2)
    /// Times a message of the handshake is said: 7.75 s in all.
    package var attemptsMax = 6
    /// After so many without an answer nothing is asked for this long.
    package var quietSpan: Duration = .seconds(5)
    /// A partner's new wishes closer together than this are refused: each costs two curve operations and two signatures.
    package var wishSpacingMin: Duration = .milliseconds(200)
    /// After hearing payload and having none to say, say so.
    package var keepaliveSpan: Duration = .seconds(1)
    /// Payload said and nothing heard for this long: the partner has perhaps lost the keys; ask again.
    package var silenceMax: Duration = .seconds(3)
    /// A partner without payload for this long may be displaced by a new one.
    package var idleSpan: Duration = .seconds(10)

    package static let standard = SessionTuning()

    package init() {}

    /// What is wrong with it; nil: nothing.
    var fault: String? {
        let spans = [
            renewalSpan, responderMargin, ageMax, lingerSpan, retrySpan, quietSpan, wishSpacingMin, keepaliveSpan,
            silenceMax, idleSpan,
        ]
        if spans.contains(where: { $0 <= .zero }) { return "a span that is not positive" }
        if renewalSpan + responderMargin >= ageMax { return "renewal after \(ageMax), the end" }
        if renewalFrames + renewalFrames / 8 >= framesMax { return "renewal after \(framesMax) frames, the end" }
        if retrySpanMax < retrySpan || attemptsMax < 1 { return "no repetitions" }
        if keepaliveSpan >= silenceMax { return "a sign of life after \(silenceMax), when silence is assumed" }
        return nil
    }

    /// The wait after so many times said.
    func retry(after attempts: Int) -> Duration {
        var span = retrySpan
        for _ in 1..<max(attempts, 1) where span < retrySpanMax { span = min(span + span, retrySpanMax) }
        return span
    }
}
