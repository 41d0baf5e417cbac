import SkeinWire

/// A task that is over: what late results of it are, and the known answers that helpers still owe.
struct EndedTask {
    /// A part whose answer this robot knows, and a helper that has not given one.
    private struct Owed {
        var part: Int
        var output: [UInt8]
        var helper: NodeID
        var attempt: UInt8
    }

    let number: UInt32
    let isPartDone: [Bool]
    private var owed: [Owed] = []
    private let agrees: @Sendable (Int, [UInt8], [UInt8]) -> Bool
    private let isValid: @Sendable (Int, [UInt8]) -> Bool

    init(_ task: LedgerTask) {
        number = task.id.number
        isPartDone = task.parts.map { $0.result != nil }
        agrees = task.agrees
        isValid = task.isValid
        for (part, ledgerPart) in task.parts.enumerated() where ledgerPart.isKnown {
            guard let known = ledgerPart.result, known.computedBy == task.id.requester else { continue }
            for offer in ledgerPart.offers where offer.state != .closed {
                owed.append(
                    Owed(
                        part: part, output: known.output, helper: offer.placement.helper, attempt: offer.attempt))
            }
        }
    }

    /// Whether a late result is right; nil if it owes none. Each is judged once.
    mutating func judge(_ result: UnitResult, from helper: NodeID) -> Bool? {
        let part = Int(result.part)
        guard
            let index = owed.firstIndex(where: {
                $0.part == part && $0.helper == helper && $0.attempt == result.attempt
            }), !result.failed
        else { return nil }
        let asked = owed.remove(at: index)
        return isValid(part, result.output) && agrees(part, asked.output, result.output)
    }
}
