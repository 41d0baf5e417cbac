import ArgumentParser
import SkeinLinux
import SkeinPeer
import SkeinWire

/// A submitted task, watched to its end.
struct JobTrack {
    enum Outcome {
        case refused(JobRefusal)
        case accepted
        case ended(JobReport)
    }

    /// Beyond the task's own time: for the disk, the helpers' last word, and a robot with much to do.
    private static let grace: Duration = .seconds(15)
    private static let cancelMax: Duration = .seconds(5)
    private static let progressInterval: Duration = .milliseconds(500)

    let talk: Talk
    let order: JobOrder
    /// Until it has ended; else until it is accepted.
    let isWatched: Bool
    private var isAccepted = false
    private var cancelTicket: UInt32?
    private var stateTicket: UInt32?
    private var asksAt = MonotonicClock.now()
    private var deadline: Instant

    init(talk: Talk, order: JobOrder, isWatched: Bool) {
        self.talk = talk
        self.order = order
        self.isWatched = isWatched
        deadline = MonotonicClock.now() + order.span + Self.grace
    }

    private var key: TaskKey { order.key }

    mutating func follow() throws -> Outcome {
        do {
            return try watch()
        } catch TalkError.local(.closed) where isAccepted {
            Console.progress("")
            let what = order.isDurable ? "is durable, and goes on when it is back" : "is gone with it"
            throw TaskFailure("the daemon has ended; task \(key.number) \(what)", Exit.unreachable)
        }
    }

    private mutating func watch() throws -> Outcome {
        let ticket = try talk.send(.job(.submit(order)))
        while MonotonicClock.now() < deadline {
            try obeyInterruption()
            guard let (theirs, reply) = try talk.nextReply(until: MonotonicClock.now() + Talk.glance) else {
                try askForProgress()
                continue
            }
            switch reply {
            case .job(.accepted) where theirs == ticket:
                Console.say("task \(key.number) accepted")
                isAccepted = true
                if !isWatched { return .accepted }
            case .job(.refused(_, let refusal)) where theirs == ticket: return .refused(refusal)
            case .job(.ended(_, let report)) where theirs == ticket || theirs == cancelTicket:
                Console.progress("")
                try dieIfCancelled(report)
                return .ended(report)
            case .job(.refused) where theirs == cancelTicket:
                // It had not been accepted yet, or is over.
                Interruption.die()
            case .job(.state(_, .running(let done, let atWork, let count))) where theirs == stateTicket:
                Console.progress("task \(key.number): \(done) of \(count) units done, \(atWork) at work")
            default: continue
            }
        }
        Console.progress("")
        if cancelTicket != nil {
            Console.say("task \(key.number): not every helper has confirmed that it is cancelled")
            Interruption.die()
        }
        throw TaskFailure(
            "task \(key.number): no outcome \(Int(Self.grace.inSeconds)) s after its deadline; skein task status "
                + "\(key.number) says how it stands", Exit.failed)
    }

    private mutating func obeyInterruption() throws {
        guard Interruption.isNoted, cancelTicket == nil else { return }
        guard isWatched else { Interruption.die() }
        Console.progress("")
        Console.say("cancelling task \(key.number)")
        cancelTicket = try talk.send(.job(.cancel(key)))
        deadline = min(deadline, MonotonicClock.now() + Self.cancelMax)
    }

    /// A task that was done before the word reached it has its outcome all the same.
    private func dieIfCancelled(_ report: JobReport) throws {
        guard cancelTicket != nil else { return }
        let count = report.units.count { if case .done = $0 { true } else { false } }
        Console.say("task \(key.number) is cancelled, \(count) of \(report.units.count) units were done")
        Interruption.die()
    }

    private mutating func askForProgress() throws {
        guard Console.showsProgress, isWatched, cancelTicket == nil, MonotonicClock.now() >= asksAt else { return }
        asksAt = MonotonicClock.now() + Self.progressInterval
        stateTicket = try talk.send(.job(.state(key)))
    }
}
