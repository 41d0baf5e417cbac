import SkeinWire

/// The questions that this robot has asked others, until each has ended: answered, refused, silent or late (docs/probing.md).
///
///     asked ──no word── again after 0.5 s, then each second ──5 s without any word──▶ silent
///       ├──"at work"──▶ again each second ──its time is over──▶ late
///       └──answer──▶ answered
struct QuestionBook {
    /// Who waits for the answer.
    enum Purpose: Hashable {
        case command(ticket: UInt32)
        /// This robot's own measurement.
        case measurement
    }

    /// A question under way.
    struct Entry {
        let question: Question
        let robot: NodeID
        let purpose: Purpose
        let askedAt: Instant
        let deadline: Instant
        /// Its last word, or when it was asked.
        var heardAt: Instant
        var againAt: Instant
        var sends = 1
    }

    /// What an answer means.
    enum Outcome {
        /// To nothing under way, from somebody else, or of another kind.
        case strange
        /// It is being seen to.
        case going(Entry)
        /// That is the end of it.
        case over(Entry)
    }

    /// What is due.
    enum Action {
        case again(Entry)
        /// Nil: it has said nothing for too long; else its time is over.
        case failed(Entry, isSilent: Bool)
    }

    static let openMax = 32
    static let firstSpan: Duration = .milliseconds(500)
    static let repeatSpan: Duration = .seconds(1)
    static let silentSpan: Duration = .seconds(5)
    /// An echo's own patience and what its answer takes.
    static let echoSpan: Duration = .seconds(8)

    private(set) var entries: [Entry] = []
    private let boot: UInt32
    private var count: UInt32 = 0

    init(boot: Epoch) { self.boot = boot.number }

    var nextDeadline: Instant {
        entries.reduce(.distantFuture) { min($0, $1.againAt, $1.deadline, $1.heardAt + Self.silentSpan) }
    }

    /// Nil: too many are open.
    mutating func open(
        _ subject: Question.Subject, to robot: NodeID, _ purpose: Purpose, until deadline: Instant, now: Instant
    ) -> Question? {
        guard entries.count < Self.openMax else { return nil }
        let question = Question(number: nextNumber(), subject: subject)
        entries.append(
            Entry(
                question: question, robot: robot, purpose: purpose, askedAt: now, deadline: deadline, heardAt: now,
                againAt: now + Self.firstSpan))
        return question
    }

    /// For what is said once and not waited for as well.
    mutating func nextNumber() -> UInt64 {
        count &+= 1
        return UInt64(boot) << 32 | UInt64(count)
    }

    mutating func take(_ answer: Answer, from robot: NodeID, now: Instant) -> Outcome {
        guard let place = entries.firstIndex(where: { $0.question.number == answer.number && $0.robot == robot }) else {
            return .strange
        }
        switch (entries[place].question.subject, answer.body) {
        case (.way, .way), (.echo, .echoed), (.take, .took), (.enough, .giving), (_, .refused):
            return .over(entries.remove(at: place))
        case (.echo, .atWork), (.speed, .atWork), (.speed, .giving), (.take, .atWork):
            entries[place].heardAt = now
            return .going(entries[place])
        case (_, .way), (_, .echoed), (_, .giving), (_, .took), (_, .atWork): return .strange
        }
    }

    /// What is to be said again, and what has failed; each failure once.
    mutating func due(now: Instant) -> [Action] {
        guard nextDeadline <= now else { return [] }
        var actions: [Action] = []
        for entry in entries {
            if entry.heardAt + Self.silentSpan <= now {
                actions.append(.failed(entry, isSilent: true))
            } else if entry.deadline <= now {
                actions.append(.failed(entry, isSilent: false))
            }
        }
        entries.removeAll { $0.heardAt + Self.silentSpan <= now || $0.deadline <= now }
        for place in entries.indices where entries[place].againAt <= now {
            entries[place].againAt = now + Self.repeatSpan
            entries[place].sends += 1
            actions.append(.again(entries[place]))
        }
        return actions
    }

    /// Nobody waits for it any more.
    mutating func close(where isUnwanted: (Entry) -> Bool) -> [Entry] {
        let closed = entries.filter(isUnwanted)
        entries.removeAll(where: isUnwanted)
        return closed
    }
}
