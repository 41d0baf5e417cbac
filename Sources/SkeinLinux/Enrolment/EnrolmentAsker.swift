import SkeinSeal
import SkeinWire

/// The new robot's side of an enrolment over a link: it asks, collects the answer's parts, and opens it.
///
///     asking ──a part under our code──▶ collecting ──all of them──▶ answered
///        └──refused under our code, or too many tries with another──▶ ended
///
/// It asks every second until an answer begins, then for the first part missing: at once after each window, and again when
/// nothing new has come for a while. What is lost is asked for again; if the other side dies, the asking goes on until
/// whoever waits gives up. It decides by the code alone: who does not know it can neither answer nor be heard, only, after
/// a few tries, void the code.
package struct EnrolmentAsker {
    package enum Outcome: Equatable, Sendable {
        case answered(EnrolmentGrant)
        case refused(EnrolmentDatagram.Reason)
        /// Somebody has tried too often with another code.
        case void
        /// The answer bears our code and is none: another version, or a fault of ours.
        case unusable(EnrolmentAnswer.Refusal)
    }

    package static let triesMax = 5
    static let askEvery: Duration = .seconds(1)
    static let askAgainAfter: Duration = .milliseconds(200)
    /// Of parts sent for one ask.
    package static let windowParts = 16

    private let request: EnrolmentRequest
    private let secret: EnrolmentSecret
    private let opener: KeyOpener
    private var answer: UInt64 = 0
    private var parts: [[UInt8]?] = []
    private var missing = 0
    private var windowEnd = 0
    private var tries = 0
    package private(set) var nextDeadline: Instant
    package private(set) var outcome: Outcome?

    package init(request: EnrolmentRequest, secret: EnrolmentSecret, opener: KeyOpener, now: Instant) {
        self.request = request
        self.secret = secret
        self.opener = opener
        nextDeadline = now
    }

    /// Parts there are of those there will be.
    package var progress: (have: Int, of: Int) { (parts.count { $0 != nil }, parts.count) }

    /// What to send, if it is time.
    package mutating func due(now: Instant) -> [UInt8]? {
        guard outcome == nil, now >= nextDeadline else { return nil }
        nextDeadline = now + (parts.isEmpty ? Self.askEvery : Self.askAgainAfter)
        windowEnd = min(missing + Self.windowParts, parts.count)
        return EnrolmentDatagram(
            robot: request.robot, .ask(request, answer: answer, missing: UInt16(missing))
        ).bytes(secret)
    }

    /// What to say last, when the answer is safe on the disk.
    package var thanks: [UInt8] {
        EnrolmentDatagram(robot: request.robot, .done(answer: answer)).bytes(secret)
    }

    package mutating func receive(_ bytes: [UInt8], now: Instant) {
        guard outcome == nil, EnrolmentDatagram.robot(of: bytes) == request.robot else { return }
        guard let datagram = EnrolmentDatagram(bytes: bytes, secret: secret) else {
            tries += 1
            if tries >= Self.triesMax { outcome = .void }
            return
        }
        switch datagram.content {
        case .part(let number, let index, let count, let part):
            take(part, Int(index), of: Int(count), answer: number, now: now)
        case .refused(let reason): outcome = .refused(reason)
        // Our own words, come back.
        case .ask, .done: break
        }
    }

    private mutating func take(_ part: [UInt8], _ index: Int, of count: Int, answer number: UInt64, now: Instant) {
        if number != answer || count != parts.count {
            answer = number
            parts = [[UInt8]?](repeating: nil, count: count)
            missing = 0
            windowEnd = min(Self.windowParts, count)
        }
        guard parts[index] == nil else { return }
        parts[index] = part
        while missing < parts.count, parts[missing] != nil { missing += 1 }
        guard missing < parts.count else { return open() }
        nextDeadline = missing >= windowEnd ? now : now + Self.askAgainAfter
    }

    private mutating func open() {
        let whole = EnrolmentAnswer(bytes: parts.flatMap { $0 ?? [] })
        do throws(EnrolmentAnswer.Refusal) {
            outcome = .answered(try whole.opened(by: opener, request: request, secret: secret))
        } catch { outcome = .unusable(error) }
    }
}
