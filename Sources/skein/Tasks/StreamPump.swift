import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire

/// A stream between stdin, a robot and stdout.
///
///     opening ──accepted──▶ flowing ──end of stdin──▶ closing ──ended──▶ over
///                              └──Ctrl-C, or stdin is no stream──▶ cancelling ──ended, or patience──▶ over
///
/// Rules.
/// - A unit is fed when one has been read whole, a period has passed since the last, and fewer than `windowMax` are without
///   a written answer. Otherwise stdin is not read.
/// - A feeding that the robot refuses, since its window is full, is repeated after the next answer or `retryPause`.
/// - Answers are written in the order of their units, and stdout may take its time: what the robot says meanwhile waits in
///   its queue, and `windowMax` answers fit there.
/// - When the robot ends the stream by itself, what has no answer is missing.
struct StreamPump {
    /// Answers of 60 kB that the daemon's queue for a slow reader holds (1 MiB).
    static let windowMax = 16
    /// In place of a length: the unit has no answer.
    static let missingMark = UInt32.max
    private static let openMax: Duration = .seconds(10)
    private static let cancelMax: Duration = .seconds(5)
    private static let closeGrace: Duration = .seconds(15)
    private static let retryPause: Duration = .milliseconds(20)

    private enum State {
        case flowing
        case closing(until: Instant)
        case cancelling(until: Instant)
        case over
    }

    let talk: Talk
    let order: StreamOrder
    let names: FleetNames
    private(set) var figures = StreamFigures()
    /// Why it did not go to the end of stdin.
    private(set) var failure: TaskFailure?
    private var state = State.flowing
    private var input = UnitReader()
    private var openTicket: UInt32 = 0
    private var endTicket: UInt32?
    /// Fed and unanswered: ticket, number, when it was read.
    private var open: [(ticket: UInt32, number: UInt32, at: Instant)] = []
    /// Refused for want of room: to be fed again, oldest first.
    private var again: [(number: UInt32, bytes: [UInt8], at: Instant)] = []
    private var bytes: [UInt32: [UInt8]] = [:]
    private var answers: [UInt32: StreamAnswer] = [:]
    private var read: UInt32 = 0
    private var written: UInt32 = 0
    private var feedsAt = Instant.zero

    init(talk: Talk, order: StreamOrder, names: FleetNames) {
        self.talk = talk
        self.order = order
        self.names = names
    }

    mutating func run() throws {
        Interruption.note()
        openTicket = try talk.send(.job(.open(order)))
        switch try talk.awaitReply(openTicket, until: MonotonicClock.now() + Self.openMax) {
        case .job(.accepted): break
        case .job(.refused(_, let refusal)): throw TaskFailure(refusal, of: order.key)
        case nil: throw TalkError.noAnswer(talk.path, seconds: Int(Self.openMax.inSeconds))
        default: throw TalkError.noSense(talk.path)
        }
        Console.say("stream \(order.key.number) of \(order.kernel) accepted")
        loop: while true {
            switch state {
            case .over: break loop
            case .closing(let until), .cancelling(let until): if MonotonicClock.now() >= until { break loop }
            case .flowing: break
            }
            try turn()
        }
        while written < read { try write(answers.removeValue(forKey: written) ?? .missing(.cancelled)) }
    }

    private mutating func turn() throws {
        try obeyInterruption()
        try feed()
        wait()
        while let (ticket, reply) = try talk.nextReply(until: .zero) { try take(ticket, reply) }
        while let answer = answers.removeValue(forKey: written) { try write(answer) }
    }

    private mutating func obeyInterruption() throws {
        guard Interruption.isNoted else { return }
        try cancel()
    }

    private mutating func cancel() throws {
        if case .cancelling = state { return }
        endTicket = try talk.send(.job(.cancel(order.key)))
        state = .cancelling(until: MonotonicClock.now() + Self.cancelMax)
    }

    // MARK: - In

    /// May another unit be read and fed?
    private var hasRoom: Bool {
        guard case .flowing = state else { return false }
        return again.isEmpty && read - written < UInt32(Self.windowMax)
    }

    private mutating func feed() throws {
        let now = MonotonicClock.now()
        if case .flowing = state, now >= feedsAt {
            if let unit = again.first {
                again.removeFirst()
                try send(unit.number, unit.bytes, readAt: unit.at, now: now)
            } else if hasRoom {
                do {
                    if let unit = try input.take(at: read) {
                        try send(read, unit, readAt: now, now: now)
                        read += 1
                        figures.units += 1
                    }
                } catch let error as FileError {
                    // What came before it has a right to its answers.
                    failure = TaskFailure("\(error)", Exit.usage)
                    try close(now: now)
                }
            }
        }
        // What is to be fed again goes first; the end waits for it.
        if case .flowing = state, input.isOver, again.isEmpty, !input.hasUnit { try close(now: now) }
    }

    private mutating func close(now: Instant) throws {
        endTicket = try talk.send(.job(.close(order.key)))
        state = .closing(until: now + order.unitSpan + Self.closeGrace)
    }

    private mutating func send(_ number: UInt32, _ unit: [UInt8], readAt: Instant, now: Instant) throws {
        open.append((try talk.send(.job(.feed(order.key, number: number, unit))), number, readAt))
        bytes[number] = unit
        feedsAt = now + order.period
    }

    // MARK: - Out

    private mutating func take(_ ticket: UInt32, _ reply: Reply) throws {
        guard case .job(let reply) = reply else { return }
        let fed = open.firstIndex { $0.ticket == ticket }
        switch (reply, fed) {
        case (.streamed(_, _, let answer), let fed?):
            let unit = open.remove(at: fed)
            bytes[unit.number] = nil
            answers[unit.number] = answer
            figures.note(answer, took: MonotonicClock.now() - unit.at)
        case (.refused(_, let refusal), let fed?):
            let unit = open.remove(at: fed)
            guard refusal == .windowFull, let kept = bytes.removeValue(forKey: unit.number) else {
                failure = failure ?? TaskFailure(refusal, of: order.key)
                return try cancel()
            }
            again.append((unit.number, kept, unit.at))
            again.sort { $0.number < $1.number }
            feedsAt = max(feedsAt, MonotonicClock.now() + Self.retryPause)
        case (.ended, _) where ticket == openTicket || ticket == endTicket:
            if case .flowing = state, !input.isOver {
                failure = failure ?? TaskFailure("the robot has ended the stream \(order.key.number)", Exit.failed)
            }
            state = .over
        case (.refused, _) where ticket == endTicket: state = .over
        default: return
        }
    }

    private mutating func write(_ answer: StreamAnswer) throws {
        var frame = ByteWriter()
        switch answer {
        case .done(let output, _, _):
            frame.u32(UInt32(output.count))
            frame.raw(output)
        case .missing(let trouble):
            frame.u32(Self.missingMark)
            let why = JobWords.sentence(trouble, kernel: "\(order.kernel)", names: names)
            Console.say("unit \(written): missing: \(why)")
            figures.missing += 1
        }
        do throws(FileError) { try Console.write(frame.bytes) } catch { throw TaskFailure("\(error)", Exit.failed) }
        written += 1
    }

    // MARK: - Waiting

    /// Until the robot has spoken, stdin has something that is wanted, or it is time to feed.
    private mutating func wait() {
        let now = MonotonicClock.now()
        var watched = [pollfd(fd: talk.descriptor, events: Int16(POLLIN), revents: 0)]
        let wantsInput = hasRoom && !input.hasUnit && !input.isOver
        if wantsInput { watched.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)) }
        var until = now + Talk.glance
        if !again.isEmpty || (hasRoom && input.hasUnit) { until = min(until, feedsAt) }
        let milliseconds = max(0, ((until - now).nanoseconds + 999_999) / 1_000_000)
        guard poll(&watched, nfds_t(watched.count), Int32(clamping: milliseconds)) > 0, wantsInput,
            watched[1].revents != 0
        else { return }
        input.fill()
    }
}
