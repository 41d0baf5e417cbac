/// What it took to send an object, as far as it is.
package struct TransferTally: Hashable, Sendable {
    /// Frames with a piece of it; those that were said before among them.
    package var sent: Int
    package var repeated: Int

    package init(sent: Int, repeated: Int) {
        self.sent = sent
        self.repeated = repeated
    }
}

/// The tallies of the transfers that ended last, for who asks a little later.
struct EndedTallies {
    private static let countMax = 8
    private var entries: [(transfer: TransferID, tally: TransferTally)] = []

    subscript(transfer: TransferID) -> TransferTally? { entries.last { $0.transfer == transfer }?.tally }

    mutating func note(_ transfer: TransferID, _ tally: TransferTally) {
        if entries.count == Self.countMax { entries.removeFirst() }
        entries.append((transfer, tally))
    }
}
