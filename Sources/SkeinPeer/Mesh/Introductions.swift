import SkeinWire

/// Robots that have not shown yet that they are of today: what they say is held while they are asked (`Introduction`).
///
///     unknown ──heard──▶ asked ──answered──▶ proved: what was held is taken, if it was said in the last two seconds and
///                          │                         since this robot's start
///                          └──askedSpan without a word──▶ forgotten, with what was held
///
/// - Asked at the first message, and again with growing gaps while anything is held that its answer could still let in, else
///   at further messages: nobody who is silent is pestered. In an epoch before the one that it has proved a robot is asked
///   once in `staleGap`: it may have lost its disk, but rather it is a recording.
/// - The question goes back the way the message came. Its number is never used twice, over all boots: a recorded answer
///   answers nothing. Whichever boot's message it was about, it asks who lives now: the answer proves the epoch that it is
///   signed in. A robot just restarted is first heard by what it sealed before, when neighbours mend the order in force.
/// - Bounded in robots and in messages held; of one robot the latest are held.
/// - An epoch proved again after another one of the same robot: two machines live with one key (`isDouble`).
package struct Introductions {
    static let robotsMax = 64
    static let heldMax = 4
    static let askGapMin: Duration = .milliseconds(100)
    static let askGapMax: Duration = .milliseconds(400)
    static let staleGap: Duration = .seconds(30)
    static let askedSpan: Duration = .seconds(5)
    /// An answer lets in what is not older than two seconds.
    static let letInSpan: Duration = .milliseconds(1_900)
    static let answersGap: Duration = .milliseconds(20)
    private static let proofsMax = 64

    /// A newcomer's message, as it came.
    package struct Held {
        package var envelope: Envelope
        package var message: Message
        package var datagram: [UInt8]
        package var reception: Reception

        package init(envelope: Envelope, message: Message, datagram: [UInt8], reception: Reception) {
            self.envelope = envelope
            self.message = message
            self.datagram = datagram
            self.reception = reception
        }
    }

    private struct Entry {
        var robot: NodeID
        var epoch: Epoch
        var ask: UInt64
        var askAgainAt: Instant
        var gap: Duration
        var heardAt: Instant
        var held: [Held] = []
    }

    private let epoch: Epoch
    private var asks: UInt64 = 0
    private var entries: [Entry] = []
    /// In the order they were proved.
    private var proofs: [(robot: NodeID, epoch: Epoch)] = []
    private var answered: [(robot: NodeID, at: Instant)] = []

    package init(epoch: Epoch) { self.epoch = epoch }

    package var robots: [NodeID] { entries.map(\.robot) }

    /// Keeps the message, if there is one to keep, and returns the number to ask with, if it is time to. `lost` counts what
    /// had to make room.
    package mutating func meet(
        _ robot: NodeID, _ claimed: Epoch, isStale: Bool, holding held: Held?, now: Instant, lost: inout Int
    ) -> UInt64? {
        let index = place(of: robot, claimed, now: now, lost: &lost)
        entries[index].heardAt = now
        if let held {
            if entries[index].held.count == Self.heldMax {
                entries[index].held.removeFirst()
                lost += 1
            }
            entries[index].held.append(held)
        }
        guard now >= entries[index].askAgainAt else { return nil }
        entries[index].askAgainAt = now + (isStale ? Self.staleGap : entries[index].gap)
        entries[index].gap = min(Self.askGapMax, entries[index].gap * 2)
        return entries[index].ask
    }

    private mutating func place(of robot: NodeID, _ claimed: Epoch, now: Instant, lost: inout Int) -> Int {
        if let index = entries.firstIndex(where: { $0.robot == robot && $0.epoch == claimed }) { return index }
        if entries.count == Self.robotsMax {
            let oldest = entries.indices.min { entries[$0].heardAt < entries[$1].heardAt } ?? 0
            lost += entries.remove(at: oldest).held.count
        }
        entries.append(
            Entry(
                robot: robot, epoch: claimed, ask: nextAsk(), askAgainAt: now, gap: Self.askGapMin, heardAt: now))
        return entries.count - 1
    }

    private mutating func nextAsk() -> UInt64 {
        asks += 1
        return UInt64(epoch.number) << 32 | asks
    }

    /// Those to be asked again because of what is held of them: the way the latest of it came, and the number to ask with.
    package mutating func askAgain(now: Instant) -> [(held: Held, ask: UInt64)] {
        var again: [(held: Held, ask: UInt64)] = []
        for index in entries.indices where now >= entries[index].askAgainAt {
            guard let held = entries[index].held.last, now - entries[index].heardAt < Self.letInSpan else { continue }
            entries[index].askAgainAt = now + entries[index].gap
            entries[index].gap = min(Self.askGapMax, entries[index].gap * 2)
            again.append((held, entries[index].ask))
        }
        return again
    }

    /// What this robot asks that one with, if it does.
    func question(to robot: NodeID, _ claimed: Epoch) -> UInt64? {
        entries.first { $0.robot == robot && $0.epoch == claimed }?.ask
    }

    /// What was held of the epoch that a robot has answered in; nil: nobody asked that. Its earlier ones are over, with what
    /// was held of them, counted in `lost`; and one answer ends all questions that were open to it.
    package mutating func answered(
        _ robot: NodeID, _ proved: Epoch, answer: UInt64, now: Instant, lost: inout Int
    ) -> [Held]? {
        guard entries.contains(where: { $0.robot == robot && $0.ask == answer }) else { return nil }
        if proofs.last(where: { $0.robot == robot })?.epoch != proved {
            if proofs.count == Self.proofsMax { proofs.removeFirst() }
            proofs.append((robot, proved))
        }
        var held: [Held] = []
        for index in entries.indices where entries[index].robot == robot {
            entries[index].ask = nextAsk()
            if entries[index].epoch == proved { held = entries[index].held }
            guard entries[index].epoch < proved else { continue }
            lost += entries[index].held.count
            entries[index].held = []
            entries[index].askAgainAt = max(entries[index].askAgainAt, now + Self.staleGap)
        }
        entries.removeAll { $0.robot == robot && $0.epoch == proved }
        return held
    }

    /// Whether this epoch had been proved before another one was.
    func isDouble(_ robot: NodeID, _ proved: Epoch) -> Bool {
        let epochs = proofs.filter { $0.robot == robot }.map(\.epoch)
        guard let last = epochs.lastIndex(where: { $0 != proved }) else { return false }
        return epochs[..<last].contains(proved)
    }

    /// Whether a robot that asks may be answered now.
    package mutating func mayAnswer(_ robot: NodeID, now: Instant) -> Bool {
        if let index = answered.firstIndex(where: { $0.robot == robot }) {
            guard now - answered[index].at >= Self.answersGap else { return false }
            answered[index].at = now
            return true
        }
        if answered.count == Self.robotsMax { answered.removeFirst() }
        answered.append((robot, now))
        return true
    }

    /// Those that have not answered and say nothing more; how many messages were held of them.
    package mutating func forgetSilent(now: Instant) -> Int {
        guard entries.contains(where: { now - $0.heardAt >= Self.askedSpan }) else { return 0 }
        let lost = entries.reduce(0) { now - $1.heardAt >= Self.askedSpan ? $0 + $1.held.count : $0 }
        // A stale epoch is remembered until it may be asked again.
        entries.removeAll { now - $0.heardAt >= Self.askedSpan && now >= $0.askAgainAt }
        for index in entries.indices where now - entries[index].heardAt >= Self.askedSpan { entries[index].held = [] }
        return lost
    }

    mutating func forget(_ robot: NodeID) { entries.removeAll { $0.robot == robot } }
}
