import CLCM
import Glibc
import SkeinBench
import SkeinLinux
import SkeinWire

/// What Skein is measured against, by Skein's own benches: LCM's C library under the same load. Not for people; its words
/// are those of `skein bench member` and `skein bench roundtrip`.
@main
enum LCMBench {
    static func main() {
        StandardStreams.fill()
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "member": member(Array(words.dropFirst()))
        case "answer": LCMEcho.answer(seconds: words.dropFirst().first.flatMap { Int($0) } ?? 0)
        case "ask": ask(Array(words.dropFirst()))
        default: end("expected member, answer or ask")
        }
    }

    private static func member(_ words: [String]) {
        guard let (id, plan) = LoadPlan.parse(words) else {
            end("expected ID N SECONDS STATUS_HZ REQUESTERS HELPERS TASK_BYTES TASK_HZ")
        }
        if let fault = plan.fault { end(fault) }
        guard (0..<plan.members).contains(id) else { end("ID \(id) outside 0…N-1") }
        do {
            let place = try MemberPlace(MemberPlace.environment)
            let member = LCMMember(plan, id: id, start: place.start)
            let tally = member.run()
            if let dump = place.dump { try LatencyFile.write(tally, member: id, to: dump) }
            let line = MemberLine(
                tally, processorSeconds: ProcessUse.processorSeconds(),
                residentKilobytes: ProcessUse.residentKilobytesMax())
            print(line.text)
        } catch { end("\(error)") }
    }

    private static func ask(_ words: [String]) {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, words.count == 3 else { end("expected COUNT BYTES GAP_MICROSECONDS") }
        let gap = UInt32(clamping: numbers[2])
        for nanoseconds in LCMEcho.ask(count: numbers[0], bytes: numbers[1], gapMicroseconds: gap) {
            print(nanoseconds)
        }
    }

    static func end(_ message: String) -> Never {
        let line = Array("LCMBench: \(message)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(2)
    }
}
