import Glibc
import SkeinBench
import SkeinLinux
import SkeinWire

/// Round trips on loopback: one process asks, another answers with the same bytes.
enum LCMEcho {
    private static let question = "question"
    private static let answer = "answer"
    /// A round trip that took longer was lost.
    private static let lostSpan: Duration = .seconds(1)

    static func answer(seconds: Int) {
        let link = LCMLink(hops: 0)
        link.subscribe(question) { bytes in link.publish(Array(bytes), on: answer) }
        let end = MonotonicClock.now() + .seconds(seconds)
        while MonotonicClock.now() < end { link.handle(within: end - MonotonicClock.now()) }
    }

    /// Nanoseconds of each.
    static func ask(count: Int, bytes: Int, gapMicroseconds: UInt32) -> [Int64] {
        let link = LCMLink(hops: 0)
        var answered = -1
        link.subscribe(answer) { bytes in
            if let stamp = LoadStamp(Array(bytes.prefix(LoadPlan.stampBytes))[...]) { answered = stamp.number }
        }
        var spans: [Int64] = []
        for number in 0..<count {
            let said = MonotonicClock.now()
            link.publish(LoadStamp(sender: 0, number: number, said: said).bytes(filledTo: bytes), on: question)
            while answered < number, MonotonicClock.now() - said < lostSpan { link.handle(within: lostSpan) }
            if answered == number { spans.append((MonotonicClock.now() - said).nanoseconds) }
            usleep(gapMicroseconds)
        }
        return spans
    }
}
