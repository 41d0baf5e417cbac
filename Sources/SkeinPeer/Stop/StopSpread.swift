import SkeinWire

/// When this robot tells its neighbours what it knows of stops, and which of them have shown that they know it too.
///
///     quiet ──something new, or a neighbour that knows otherwise──▶ telling ──every neighbour has shown it──▶ quiet
///
/// - A neighbour shows it by its own notice, beacon or hello with the same digest. Until all do, a notice goes out again
///   and again on both bands, after gaps that grow to `gapMax`; so does one to a neighbour that has never answered, until
///   its silence takes it out of the neighbour table. A lost notice is made good by the next, or by another's.
/// - Gaps are never shorter than what a neighbourhood's notices take of the channel: with many neighbours each may say less
///   often, and more of them say it.
/// - Whoever knows otherwise, and will not be told (it refuses an issuer that this robot took), costs a notice in `gapMax`.
struct StopSpread {
    struct Heard: Hashable {
        let id: NodeID
        var digest: UInt32
        var isStopped: Bool
        /// When it last made this robot tell anew.
        var contactAt: Instant?
    }

    /// As many as the neighbour table holds.
    static let heardMax = 128
    /// After the first, second, … notice, milliseconds; then the last.
    static let gapsMilliseconds: [Int64] = [
        10, 15, 22, 32, 45, 65, 90, 130, 200, 300, 450, 700, 1_000, 1_600, 2_500, 5_000,
    ]
    static var gapMax: Duration { .milliseconds(gapsMilliseconds[gapsMilliseconds.count - 1]) }
    /// One notice on the air, with what surrounds it, and room for others as much.
    static let turnSpan: Duration = .microseconds(900)
    /// New neighbours, and such as come back from elsewhere, are told from this gap on.
    static let contactStep = 3
    static let contactSpacingMin: Duration = .seconds(1)
    /// Said at least as often, whoever has shown what: a neighbour may hear this robot that it does not hear.
    static let noticesMin = 2

    private var heard: [Heard] = []
    /// Notices since there was something to tell.
    private(set) var step = 0
    private(set) var nextDeadline = Instant.distantFuture

    // MARK: What happens

    /// Something new is known: told at once to all.
    mutating func changed(neighbours: Int, now: Instant, random: inout PeerRandom) {
        step = 0
        nextDeadline = now + random.jitter(upTo: max(.milliseconds(1), Self.turnSpan / 2 * neighbours))
    }

    /// A neighbour's own word of what it knows. `isEager`: it waits for an answer, as a notice does.
    mutating func heard(
        _ sender: NodeID, digest: UInt32, isStopped: Bool, ours: (digest: UInt32, isStopped: Bool), now: Instant,
        random: inout PeerRandom
    ) {
        let isAgreed = digest == ours.digest && isStopped == ours.isStopped
        let place = note(sender, digest: digest, isStopped: isStopped)
        guard !isAgreed, ours.digest != 0, let place else { return }
        let isNew = place.isChanged && (heard[place.index].contactAt.map { now - $0 >= Self.contactSpacingMin } ?? true)
        if isNew { heard[place.index].contactAt = now }
        guard nextDeadline == .distantFuture || isNew && step > Self.contactStep else { return }
        if isNew { step = min(step, Self.contactStep) }
        let gap = Duration.milliseconds(Self.gapsMilliseconds[min(step, Self.gapsMilliseconds.count - 1)])
        nextDeadline = min(nextDeadline, now + gap + random.jitter(upTo: gap))
    }

    /// Nil: there is no place for one more.
    private mutating func note(
        _ sender: NodeID, digest: UInt32, isStopped: Bool
    ) -> (index: Int, isChanged: Bool)? {
        let index = position(of: sender)
        if index < heard.count, heard[index].id == sender {
            let isChanged = heard[index].digest != digest || heard[index].isStopped != isStopped
            heard[index].digest = digest
            heard[index].isStopped = isStopped
            return (index, isChanged)
        }
        guard heard.count < Self.heardMax else { return nil }
        heard.insert(Heard(id: sender, digest: digest, isStopped: isStopped), at: index)
        return (index, true)
    }

    /// Whether a notice is wanted. `neighbours`: those that can hear this robot, ascending.
    mutating func isDue(neighbours: [NodeID], ours: (digest: UInt32, isStopped: Bool)) -> Bool {
        if heard.count == Self.heardMax { heard.removeAll { !neighbours.contains($0.id) } }
        return step < Self.noticesMin || !neighbours.allSatisfy { knows($0, ours) }
    }

    /// Nothing is to be told.
    mutating func rest() { nextDeadline = .distantFuture }

    /// A notice has gone out.
    mutating func sent(neighbours: Int, now: Instant, random: inout PeerRandom) {
        let gap = Duration.milliseconds(Self.gapsMilliseconds[min(step, Self.gapsMilliseconds.count - 1)])
        let turn = Self.turnSpan * neighbours
        step += 1
        nextDeadline = now + max(gap, turn) + random.jitter(upTo: max(.milliseconds(2), max(gap / 4, turn / 2)))
    }

    // MARK: Who knows

    func knows(_ neighbour: NodeID, _ ours: (digest: UInt32, isStopped: Bool)) -> Bool {
        let index = position(of: neighbour)
        guard index < heard.count, heard[index].id == neighbour else { return false }
        return heard[index].digest == ours.digest && heard[index].isStopped == ours.isStopped
    }

    /// Whether it stands, by its last word; nil: none.
    func saidStopped(_ neighbour: NodeID) -> Bool? {
        let index = position(of: neighbour)
        return index < heard.count && heard[index].id == neighbour ? heard[index].isStopped : nil
    }

    private func position(of id: NodeID) -> Int {
        var low = 0
        var high = heard.count
        while low < high {
            let middle = (low + high) / 2
            if heard[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
