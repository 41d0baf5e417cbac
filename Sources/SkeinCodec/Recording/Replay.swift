import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// Where a replay parted from its recording.
package struct ReplayDifference: Hashable, Sendable {
    /// What did not agree.
    package enum Kind: Hashable, Sendable {
        /// The effects, or when the peer wants to be woken.
        case effects
        /// The seal asked for other verdicts than it did then.
        case verdicts
    }

    /// From 1.
    package var entry: Int
    package var at: Instant
    package var kind: Kind
    /// What went in.
    package var input: String
    /// A line an effect, unless the recording has hashes alone, and a line with the hash of all.
    package var expected: [String]
    package var found: [String]
}

/// What came of a replay.
package struct ReplayResult: Sendable {
    package struct Happening: Hashable, Sendable {
        package var at: Instant
        /// Mesh time as it was known there; nil: it was not.
        package var mesh: MeshTime?
        package var event: Event
    }

    /// Entries that were replayed, the one that differed included.
    package var entries = 0
    package var datagrams = 0
    package var effects = 0
    package var begunAt: Instant
    package var endedAt: Instant
    /// What the peer recorded, in order.
    package var events: [Happening] = []
    /// Nil: every entry agrees.
    package var difference: ReplayDifference?
    /// Nil when the replay ended at a difference.
    package var ending: RecordingReader.Ending?
}

/// Lives a recorded peer's life again: the same configuration, seed and inputs, the recorded verdicts in place of keys. It
/// must decide the same, to the byte; it stops where it first does not.
package struct Replay: ~Copyable {
    /// Called for every entry that agreed.
    package typealias Observer = (RecordedEntry, [Effect]) -> Void

    /// What an open computation was asked for: an outcome of another kind would be our own mistake, and trap.
    private enum Asked {
        case unit
        case plan(robots: Int)
        case program
    }

    private let verifier = ReplayVerifier()
    private var peer: Peer
    private var effects = Effects()
    private var awaited: [ComputationID: Asked] = [:]
    private var result: ReplayResult

    private init(_ header: RecordingHeader) {
        let seal = Seal(
            id: header.id, epoch: header.epoch,
            keyring: FleetKeyring(header.fleetKeys.map { FleetKey(keyless: header.fleet, number: $0) }),
            roster: Roster(members: header.members, authority: header.authority, entries: header.entries),
            signer: verifier, verifier: verifier, opener: nil)
        peer = Peer(
            id: header.id, config: header.config, seed: header.seed, seal: seal, start: header.start,
            role: header.role, restored: header.restored, now: header.begunAt)
        result = ReplayResult(begunAt: header.begunAt, endedAt: header.begunAt)
    }

    package static func run(
        _ reader: consuming RecordingReader, observer: Observer? = nil
    ) throws(RecordingError) -> ReplayResult {
        var replay = Replay(reader.header)
        while let entry = try reader.next() {
            try replay.check(entry, number: reader.entries)
            replay.handle(entry, number: reader.entries)
            if replay.result.difference != nil { return replay.result }
            observer?(entry, replay.effects.items)
        }
        replay.result.ending = reader.ending
        return replay.result
    }

    /// What no body can have told a peer is not told to this one.
    private mutating func check(_ entry: RecordedEntry, number: Int) throws(RecordingError) {
        guard case .computed(let id, let outcome) = entry.input else { return }
        switch (awaited.removeValue(forKey: id), outcome) {
        case (.none, _), (.unit, .unit), (.program, .program): return
        case (.plan(let robots), .plan(let plan)):
            guard plan.owner.count == robots else {
                throw .impossibleEntry(
                    number, "a plan of \(plan.owner.count) robots, asked for one of \(robots)")
            }
        case (.unit, _), (.plan, _), (.program, _):
            throw .impossibleEntry(number, "computation \(id.number) ended as something else than it was asked for")
        }
    }

    private mutating func handle(_ entry: RecordedEntry, number: Int) {
        effects.removeAll()
        verifier.prepare(entry.verdict)
        peer.handle(entry.input, now: entry.at, effects: &effects)
        result.entries = number
        result.endedAt = entry.at
        result.effects += effects.items.count
        if case .datagram = entry.input { result.datagrams += 1 }
        for effect in effects.items { note(effect, at: entry.at) }
        let digest = EffectDigest.value(of: effects.items, nextDeadline: peer.nextDeadline)
        if digest != entry.digest || effects.items.count != entry.effects {
            result.difference = difference(entry, number: number, digest: digest)
        } else if verifier.asked != entry.verdict {
            result.difference = ReplayDifference(
                entry: number, at: entry.at, kind: .verdicts, input: EffectText.line(entry.input),
                expected: [Self.text(entry.verdict)], found: [Self.text(verifier.asked)])
        }
    }

    private mutating func note(_ effect: Effect, at now: Instant) {
        switch effect {
        case .record(let event): result.events.append(.init(at: now, mesh: peer.meshTime(at: now), event: event))
        case .compute(let id, .unit): awaited[id] = .unit
        case .compute(let id, .plan(let graph, _, _)): awaited[id] = .plan(robots: graph.count)
        case .compute(let id, .program): awaited[id] = .program
        case .cancel(let id): awaited[id] = nil
        case .send, .actuate, .reply, .persist, .keep, .load, .discard: break
        }
    }

    private func difference(_ entry: RecordedEntry, number: Int, digest: UInt64) -> ReplayDifference {
        var found = effects.items.map(EffectText.line)
        found.append(Self.sum(effects.items.count, digest))
        var expected = entry.lines ?? []
        expected.append(Self.sum(entry.effects, entry.digest))
        return ReplayDifference(
            entry: number, at: entry.at, kind: .effects, input: EffectText.line(entry.input), expected: expected,
            found: found)
    }

    /// Where the lines agree and this does not, the peer wants to be woken at another time.
    private static func sum(_ effects: Int, _ digest: UInt64) -> String {
        "\(effects) effects, with the next deadline #\(EffectText.hexadecimal(digest))"
    }

    private static func text(_ verdict: SealVerdict) -> String {
        func word(_ verdict: Bool?) -> String { verdict.map { $0 ? "holds" : "does not hold" } ?? "was not asked for" }
        let statements =
            verdict.stated.isEmpty && verdict.statements.isEmpty
            ? ""
            : ", of \(verdict.stated.count) statements \(verdict.stated.count { $0 }) hold, "
                + "\(verdict.statements.count) were signed"
        return "the tag \(word(verdict.isTagged)), the signature \(word(verdict.isSigned))\(statements)"
    }
}
