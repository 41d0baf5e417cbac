import SkeinSeal
import SkeinWire

/// Bulletins that nobody vouches for yet: of a robot that has proved nothing here, or of another of its boots. A recording of
/// last week's order looks just so. Each is laid by until a neighbour's own beacon says that it is the one in force, or its
/// sender proves itself; what nobody speaks for is forgotten after `span`.
struct BulletinShelf {
    static let entriesMax = 16
    static let span: Duration = .seconds(4)

    struct Entry {
        var opened: Seal.Opened
        var message: Message
        var datagram: [UInt8]
        var reception: Reception
        var at: Instant
    }

    private(set) var entries: [Entry] = []

    mutating func put(_ entry: Entry) {
        guard !entries.contains(where: { $0.opened.envelope == entry.opened.envelope }) else { return }
        if entries.count == Self.entriesMax { entries.removeFirst() }
        entries.append(entry)
    }

    /// Those that are spoken for now.
    mutating func take(now: Instant, _ isAttested: (Message) -> Bool) -> [Entry] {
        guard !entries.isEmpty else { return [] }
        entries.removeAll { now - $0.at >= Self.span }
        let attested = entries.filter { isAttested($0.message) }
        if !attested.isEmpty { entries.removeAll { isAttested($0.message) } }
        return attested
    }
}

extension NeighbourTable {
    /// Whether some neighbour says in its beacons that this bulletin is the one in force, as it knows.
    func attest(_ message: Message) -> Bool {
        switch message {
        case .plan(let part): all.contains { $0.plan == part.plan }
        case .mission(let order): all.contains { $0.missionRevision == Bulletins.mark(of: order) }
        case .sighting(let sighting): all.contains { $0.sightingRevision == sighting.revision }
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            false
        }
    }
}
