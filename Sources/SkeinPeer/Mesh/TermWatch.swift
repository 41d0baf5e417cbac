import SkeinWire

/// How far, and how fast, others' terms may run.
///
/// - **Leaps.** A term far beyond all that were heard is believed by nobody at once, or one message could say the last
///   number there is. After `leapSpan` of hearing it the bound goes up by `leapMax`: a robot that was alone for months comes
///   back. One without any knowledge, after a start, believes what it hears first.
/// - **Haste.** A root that rules in more than `termsMax` new terms in `span` is followed by nobody for as long: each new
///   term makes the whole swarm join, report and plan anew. Two honest roots that meet settle in one term or two; a person
///   who organises again and again has those twelve.
struct TermWatch {
    static let leapMax: UInt32 = 1_000
    static let leapSpan: Duration = .seconds(30)
    static let termsMax = 12
    static let span: Duration = .seconds(60)
    static let rootsMax = 16

    private struct Root {
        var id: NodeID
        var term: UInt32
        var terms = 1
        var since: Instant
        var ignoredUntil: Instant?
    }

    private var roots: [Root] = []
    private var leapAt: Instant?

    /// Whether a term is beyond belief, the highest known being `termMax`.
    static func isLeap(_ term: UInt32, from termMax: UInt32) -> Bool {
        termMax > 0 && term > termMax && term - termMax > leapMax
    }

    /// A term beyond belief was heard: what is to count as the highest known from now on.
    mutating func leapt(from termMax: UInt32, now: Instant) -> UInt32 {
        let since = leapAt ?? now
        leapAt = since
        guard now - since >= Self.leapSpan else { return termMax }
        leapAt = now
        return termMax + Self.leapMax
    }

    /// A root was heard to rule, directly or through others.
    mutating func heard(_ root: NodeID, term: UInt32, now: Instant) {
        guard let index = roots.firstIndex(where: { $0.id == root }) else {
            if roots.count == Self.rootsMax { roots.removeFirst() }
            return roots.append(Root(id: root, term: term, since: now))
        }
        guard term > roots[index].term else { return }
        roots[index].term = term
        if now - roots[index].since >= Self.span {
            roots[index].since = now
            roots[index].terms = 0
        }
        roots[index].terms += 1
        if roots[index].terms > Self.termsMax { roots[index].ignoredUntil = now + Self.span }
    }

    /// Ascending; few or none.
    func ignored(now: Instant) -> [NodeID] {
        roots.filter { $0.ignoredUntil.map { now < $0 } ?? false }.map(\.id).sorted()
    }
}
