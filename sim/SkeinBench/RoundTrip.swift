import Glibc
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// Round trips of a signed message on loopback between two processes: one asks, the other says the same back. Sealed and
/// opened as in flight, introductions and budgets included; so each side says 200 a second at most, below its budget.
package struct RoundTrip {
    /// The whole body of the message.
    package static let bodyBytes = 256
    /// Between two questions.
    package static let gapMicroseconds: UInt32 = 5_000
    /// What a result has around its output.
    private static let resultBytes = 15
    private static let bufferBytes: Int32 = 262_144
    private static let lostSpan: Duration = .seconds(1)
    /// For the other process to start, and to be introduced.
    private static let meetingSpan: Duration = .seconds(10)

    private let id: NodeID
    private let socket: LoopbackSocket
    private let reactor: Reactor
    private var voice: MemberVoice
    private var out: [Transmission] = []
    private var buffer = [UInt8](repeating: 0, count: Envelope.datagramBytesMax)

    private var other: NodeID { NodeID(1 - id.number) }
    package var port: UInt16 { socket.port }

    /// Member 0 asks, member 1 answers.
    package init(asks: Bool) throws(SystemError) {
        id = NodeID(asks ? 0 : 1)
        socket = try LoopbackSocket(bufferBytes: Self.bufferBytes)
        reactor = try Reactor()
        try reactor.add(socket.descriptor, Reactor.Token(area: 1), for: .reading)
        voice = MemberVoice(id: id, members: 2)
    }

    /// Says back what it is asked, so long.
    package mutating func answer(to port: UInt16, seconds: Int) throws(SystemError) {
        try socket.connect(to: port)
        let end = MonotonicClock.now() + .seconds(seconds)
        // By this the other learns the way here.
        say(number: 0)
        while MonotonicClock.now() < end {
            hear(until: end) { result, seal, now, out in seal.say(.result(result), to: NodeID(0), now: now, &out) }
        }
    }

    /// Until the two know each other; false: nobody came.
    package mutating func meet() throws(SystemError) -> Bool {
        let end = MonotonicClock.now() + Self.meetingSpan
        while MonotonicClock.now() < end {
            socket.wait(.milliseconds(100))
            if let port = socket.peek() {
                try socket.connect(to: port)
                break
            }
        }
        while MonotonicClock.now() < end {
            if ask(1) != nil { return true }
        }
        return false
    }

    /// The span of one round trip; nil: it was lost.
    package mutating func ask(_ number: UInt32) -> Duration? {
        let said = MonotonicClock.now()
        say(number: number)
        var answeredAt: Instant?
        while answeredAt == nil {
            let now = MonotonicClock.now()
            guard now - said < Self.lostSpan else { return nil }
            hear(until: said + Self.lostSpan) { result, _, now, _ in
                if result.task.number == number { answeredAt = now }
            }
        }
        return answeredAt.map { $0 - said }
    }

    private mutating func say(number: UInt32) {
        let output = [UInt8](repeating: 7, count: Self.bodyBytes - Self.resultBytes)
        let result = UnitResult(
            task: TaskID(requester: id, number: number), part: 0, attempt: 0, failed: false, queueMilliseconds: 0,
            computeMilliseconds: 0, output: output)
        voice.say(.result(result), to: other, now: MonotonicClock.now(), &out)
        flush()
    }

    private mutating func hear(
        until deadline: Instant, _ take: (UnitResult, inout MemberVoice, Instant, inout [Transmission]) -> Void
    ) {
        reactor.wait(until: min(deadline, voice.nextDeadline ?? deadline)) { _ in }
        voice.deadlinePassed(now: MonotonicClock.now(), &out)
        while let count = buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
            let reception = Reception(band: .control, from: MemberVoice.address(of: other), signal: .none)
            let heard = voice.hear(Array(buffer[..<count]), reception, now: MonotonicClock.now(), &out)
            for (_, message) in heard {
                if case .result(let result) = message { take(result, &voice, MonotonicClock.now(), &out) }
            }
        }
        flush()
    }

    private mutating func flush() {
        for transmission in out { _ = transmission.datagram.withUnsafeBytes { socket.send($0) } }
        out.removeAll(keepingCapacity: true)
    }
}
