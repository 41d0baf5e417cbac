import SkeinWire

/// Lies of a helper about the work it is given.
enum WorkLies {
    /// Nothing is taken, and nothing that was taken is answered.
    static func refused(_ message: Message) -> Message {
        switch message {
        case .unitReceipt(var receipt):
            receipt.verdict = .busy
            receipt.expectedMilliseconds = 0
            return .unitReceipt(receipt)
        case .result(let result): return .unitReceipt(receipt(result, .busy, milliseconds: 0))
        default: return message
        }
    }

    /// Everything is taken, whatever the peer says, and is about to be done; results never come.
    static func unanswered(_ message: Message) -> Message? {
        switch message {
        case .unitReceipt(var receipt):
            receipt.verdict = .accepted
            receipt.expectedMilliseconds = soon
            return .unitReceipt(receipt)
        case .result: return nil
        default: return message
        }
    }

    private static let soon: UInt16 = 300

    private static func receipt(
        _ result: UnitResult, _ verdict: UnitReceipt.Verdict, milliseconds: UInt16
    ) -> UnitReceipt {
        UnitReceipt(
            task: result.task, part: result.part, attempt: result.attempt, verdict: verdict,
            expectedMilliseconds: milliseconds)
    }
}
