import SkeinWire

/// How much checking others may cost. A signature costs fifty times what the tag before it does, so it is what is counted.
///
/// - Each enrolled key has a budget of messages that hold, in safety and in all else: what is beyond it is dropped unread.
///   Only what the key has signed, and what is new, is charged to it: nobody can use up another's.
/// - What need not be new (of another boot, behind the window, under an old key) is checked within a small budget of its
///   sender's, and one of all senders together, for it may be a recording played by a stranger. Safety has its own of both,
///   so that no recording keeps out a stop.
/// - A signature that does not hold, under the fleet's own tag, is an insider's or a thrown-out robot's: nobody else can make
///   the tag. Whoever transmits such is let in only as often as its failures allow; of transmitters never heard saying
///   anything true, all together.
package struct SealBudget: Sendable {
    package static let messagesPerSecond = 250.0
    package static let messagesBurst = 500.0
    package static let safetyPerSecond = 25.0
    package static let safetyBurst = 100.0
    package static let repeatsPerSecond = 40.0
    package static let repeatsBurst = 120.0
    package static let allRepeatsPerSecond = 300.0
    package static let allRepeatsBurst = 600.0
    package static let safetyRepeatsPerSecond = 100.0
    package static let safetyRepeatsBurst = 200.0
    package static let failuresPerSecond = 2.0
    package static let failuresBurst = 20.0
    static let sourcesMax = 128

    struct Bucket: Sendable {
        private var tokens: Double
        private var filledAt: Instant

        init(burst: Double, now: Instant) {
            tokens = burst
            filledAt = now
        }

        mutating func has(perSecond: Double, burst: Double, now: Instant) -> Bool {
            if now > filledAt {
                tokens = min(burst, tokens + now.seconds(since: filledAt) * perSecond)
                filledAt = now
            }
            return tokens >= 1
        }

        mutating func take() { tokens -= 1 }
    }

    private struct Sender: Sendable {
        var messages: Bucket
        var safety: Bucket
        var repeats: Bucket
        var safetyRepeats: Bucket

        init(now: Instant) {
            messages = Bucket(burst: SealBudget.messagesBurst, now: now)
            safety = Bucket(burst: SealBudget.safetyBurst, now: now)
            repeats = Bucket(burst: SealBudget.repeatsBurst, now: now)
            safetyRepeats = Bucket(burst: SealBudget.safetyBurst, now: now)
        }
    }

    private struct Source: Sendable {
        var address: UInt64
        var failures: Bucket
        var heardAt: Instant
    }

    /// By node number; grows to the highest enrolled sender heard.
    private var senders: [Sender?] = []
    /// Transmitters that have said something true; the one not heard for longest makes room.
    private var sources: [Source] = []
    private var allRepeats = Bucket(burst: SealBudget.allRepeatsBurst, now: .zero)
    private var allSafetyRepeats = Bucket(burst: SealBudget.safetyRepeatsBurst, now: .zero)
    private var strangers = Bucket(burst: SealBudget.failuresBurst, now: .zero)

    package init() {}

    /// Whether a message of this sender may be checked now.
    package mutating func allows(_ sender: NodeID, _ trafficClass: TrafficClass, isRepeat: Bool, now: Instant) -> Bool {
        let index = Int(sender.number)
        while senders.count <= index { senders.append(nil) }
        if senders[index] == nil { senders[index] = Sender(now: now) }
        let (rate, burst) = (Self.safetyPerSecond, Self.safetyBurst)
        switch (trafficClass == .safety, isRepeat) {
        case (true, false): return senders[index]!.safety.has(perSecond: rate, burst: burst, now: now)
        case (true, true):
            return senders[index]!.safetyRepeats.has(perSecond: rate, burst: burst, now: now)
                && allSafetyRepeats.has(
                    perSecond: Self.safetyRepeatsPerSecond, burst: Self.safetyRepeatsBurst, now: now)
        case (false, true):
            return senders[index]!.repeats.has(perSecond: Self.repeatsPerSecond, burst: Self.repeatsBurst, now: now)
                && allRepeats.has(perSecond: Self.allRepeatsPerSecond, burst: Self.allRepeatsBurst, now: now)
        case (false, false):
            return senders[index]!.messages.has(perSecond: Self.messagesPerSecond, burst: Self.messagesBurst, now: now)
        }
    }

    /// Its signature held.
    package mutating func spent(_ sender: NodeID, _ trafficClass: TrafficClass, isRepeat: Bool) {
        let index = Int(sender.number)
        guard index < senders.count, senders[index] != nil else { return }
        switch (trafficClass == .safety, isRepeat) {
        case (true, false): senders[index]!.safety.take()
        case (true, true):
            senders[index]!.safetyRepeats.take()
            allSafetyRepeats.take()
        case (false, true):
            senders[index]!.repeats.take()
            allRepeats.take()
        case (false, false): senders[index]!.messages.take()
        }
    }

    /// Whether a transmitter may have a signature checked.
    package mutating func allows(from address: UInt64, now: Instant) -> Bool {
        guard let index = sources.firstIndex(where: { $0.address == address }) else {
            return strangers.has(perSecond: Self.failuresPerSecond, burst: Self.failuresBurst, now: now)
        }
        return sources[index].failures.has(perSecond: Self.failuresPerSecond, burst: Self.failuresBurst, now: now)
    }

    package mutating func failed(from address: UInt64) {
        if let index = sources.firstIndex(where: { $0.address == address }) {
            sources[index].failures.take()
        } else {
            strangers.take()
        }
    }

    package mutating func held(from address: UInt64, now: Instant) {
        if let index = sources.firstIndex(where: { $0.address == address }) {
            sources[index].heardAt = now
            return
        }
        let source = Source(
            address: address, failures: Bucket(burst: Self.failuresBurst, now: now), heardAt: now)
        guard sources.count == Self.sourcesMax else { return sources.append(source) }
        let oldest = sources.indices.min { sources[$0].heardAt < sources[$1].heardAt } ?? 0
        sources[oldest] = source
    }
}
