import SkeinPeer
import SkeinWire
import WireSamples

// Questions about ways, and what came of them.
extension Samples {
    mutating func questions() -> [OperatorQuestion] {
        [
            .way(of: node(), to: node()), .echo(by: node(), of: node()), .giveUp(ticket: u32()),
            .measure(SpeedOrder(from: node(), to: node(), bytes: below(1 << 24), seconds: below(120))),
        ]
    }

    mutating func questionReplies() -> [QuestionReply] {
        let ways = MessageMaker.ways(seed: word())
        let failures: [QuestionFailure] =
            [.silent, .late, .tooMany, .senseless] + Answer.Refusal.allCases.map { .refused($0) }
        return ways.map { .way(of: node(), $0, hops: below(64), roundTrip: flag() ? span() : nil) }
            + failures.map { .failed(node(), $0) } + [
                .echoed(by: node(), of: node(), hops: below(64), roundTrip: span()), .measured(speedReport()),
                .measured(speedReport()),
            ]
    }

    private mutating func speedReport() -> SpeedReport {
        SpeedReport(
            from: node(), to: node(), bytes: below(1 << 24), waited: span(), took: span(),
            sent: flag() ? below(20_000) : nil, repeated: flag() ? below(2_000) : nil, allottedBitsPerSecond: 12.5e6)
    }
}

extension MessageMaker {
    /// Ways as robots answer with them.
    static func ways(seed: UInt64) -> [Answer.Way] {
        var maker = MessageMaker(seed: seed)
        return (0..<200).compactMap { _ in
            guard case .answer(let answer) = maker.message(.answer), case .way(let way) = answer.body else {
                return nil
            }
            return way
        }
    }
}
