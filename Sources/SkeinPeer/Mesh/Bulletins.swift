import SkeinSeal
import SkeinWire

/// What every robot of the region should know: the latest plan, mission order and sighting, kept as they were sealed by
/// their origin. They are flooded once; after that beacons carry their numbers, and a neighbour that shows an older one
/// is mended by whoever hears it first, after a jitter. So a lost flood, a late joiner and a healed partition all
/// come right within a beacon or two. A plan in parts is advertised only once all its parts are here, so that a lost part
/// is mended as well; a stop counts as later than a start of the same revision, in beacons as everywhere.
///
/// What is kept, and the last of what was before it, is also what a further copy is held against: its sender may say
/// one thing here and another there (`LeaderRules`). Plans come no faster than `plansPerSecond` after the first
/// `plansBurst`, whoever is root: a flood each is what they cost everybody.
struct Bulletins {
    enum Topic: Int, CaseIterable {
        case plan, mission, sighting
    }

    private struct Sheet {
        var datagram: [UInt8]
        /// Radios it had crossed when it came here; 0 from ourselves.
        var hop: UInt8
        /// Of a plan; 0 of all else.
        var part: UInt8 = 0
        /// What its sender has signed of it.
        var digest: SignedDigest?

        init(datagram: [UInt8], hop: UInt8, part: UInt8 = 0) {
            self.datagram = datagram
            self.hop = hop
            self.part = part
            digest = SignedDigest(of: datagram)
        }
    }

    /// Digests kept of what has been superseded: of one plan's parts, or of orders.
    private static let formerMax = 8
    /// An honest root plans once in two seconds; two of them contest each other now and then. [R]
    static let plansPerSecond = 1.0
    static let plansBurst = 12.0
    /// More sightings than this nobody misses. A leap to the end of the numbers would be the last.
    static let sightingLeapMax: UInt32 = 1_000

    /// The newest plan heard of, and whose it is.
    private(set) var plan = PlanNumber.none
    private(set) var planRoot = NodeID.none
    /// The newest of which nothing is missing: what beacons tell.
    private(set) var planComplete = PlanNumber.none
    private(set) var mission: MissionOrder?
    private(set) var sighting: Sighting?
    private var sheets = [[Sheet]](repeating: [], count: Topic.allCases.count)
    private var former: [SignedDigest] = []
    private var plansLeft = Bulletins.plansBurst
    private var plansCountedAt = Instant.zero
    private var repairAt = [Instant?](repeating: nil, count: Topic.allCases.count)
    private var repairedAt = [Instant](repeating: .zero, count: Topic.allCases.count)
    private let tuning: MeshTuning

    init(tuning: MeshTuning) { self.tuning = tuning }

    var missionRevision: UInt32 { mission?.revision ?? 0 }
    /// The revision as beacons tell it: doubled, and one more for a stop, which is later than a start of its revision.
    var missionMark: UInt32 {
        mission.map(Self.mark) ?? 0
    }

    static func mark(of order: MissionOrder) -> UInt32 {
        min(order.revision, MissionOrder.revisionMax) << 1 | (order.command == .stop ? 1 : 0)
    }

    var sightingRevision: UInt32 { sighting?.revision ?? 0 }

    var nextDeadline: Instant {
        repairAt.lazy.compactMap { $0 }.min() ?? .distantFuture
    }

    /// Whether a bulletin is later than what is known here, whenever it was sealed.
    func isNews(_ message: Message) -> Bool {
        switch message {
        case .plan(let part): part.plan > plan || part.plan == plan && planComplete < plan && part.root == planRoot
        case .mission(let order): mission.map { order.supersedes($0) } ?? true
        case .sighting(let other): isNews(other)
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            false
        }
    }

    /// True if the part is of the newest plan and new here.
    mutating func post(_ part: PlanPart, datagram: [UInt8], hop: UInt8) -> Bool {
        guard part.plan > plan || part.plan == plan && part.root == planRoot else { return false }
        if part.plan > plan {
            plan = part.plan
            planRoot = part.root
            supersede(.plan)
        }
        let held = sheets[Topic.plan.rawValue]
        guard held.count < PlanPart.partsMax, !held.contains(where: { $0.part == part.part }) else { return false }
        sheets[Topic.plan.rawValue].append(Sheet(datagram: datagram, hop: hop, part: part.part))
        if held.count + 1 >= Int(part.parts) { planComplete = plan }
        return true
    }

    /// True if the order is newer than the one known: a higher revision, or a stop at the same.
    mutating func post(_ order: MissionOrder, datagram: [UInt8], hop: UInt8) -> Bool {
        guard mission.map({ order.supersedes($0) }) ?? true else { return false }
        mission = order
        supersede(.mission)
        sheets[Topic.mission.rawValue] = [Sheet(datagram: datagram, hop: hop)]
        return true
    }

    private func isNews(_ other: Sighting) -> Bool {
        other.revision > sightingRevision && other.revision - sightingRevision <= Self.sightingLeapMax
    }

    mutating func post(_ newer: Sighting, datagram: [UInt8], hop: UInt8) -> Bool {
        guard isNews(newer) else { return false }
        sighting = newer
        sheets[Topic.sighting.rawValue] = [Sheet(datagram: datagram, hop: hop)]
        return true
    }

    private mutating func supersede(_ topic: Topic) {
        former.append(contentsOf: sheets[topic.rawValue].compactMap(\.digest))
        if former.count > Self.formerMax { former.removeFirst(former.count - Self.formerMax) }
        sheets[topic.rawValue] = []
    }

    /// Whether there may be one more plan now. False: it will be mended later, if it is still the latest.
    mutating func mayTake(_ plan: PlanNumber, now: Instant) -> Bool {
        guard plan > self.plan else { return true }
        plansLeft = min(Self.plansBurst, plansLeft + now.seconds(since: plansCountedAt) * Self.plansPerSecond)
        plansCountedAt = now
        guard plansLeft >= 1 else { return false }
        plansLeft -= 1
        return true
    }

    /// What its sender has said here that nobody honest says together with this.
    func contradiction(to digest: SignedDigest) -> SignedDigest? {
        for topic in sheets {
            for sheet in topic {
                if let held = sheet.digest, LeaderRules.contradict(held, digest) { return held }
            }
        }
        return former.first { LeaderRules.contradict($0, digest) }
    }

    /// A neighbour's beacon: is it behind?
    mutating func compare(_ beacon: Beacon, now: Instant, random: inout PeerRandom) {
        if beacon.plan < plan { scheduleRepair(.plan, now: now, random: &random) }
        if beacon.missionRevision < missionMark { scheduleRepair(.mission, now: now, random: &random) }
        if beacon.sightingRevision < sightingRevision { scheduleRepair(.sighting, now: now, random: &random) }
    }

    private mutating func scheduleRepair(_ topic: Topic, now: Instant, random: inout PeerRandom) {
        let index = topic.rawValue
        guard repairAt[index] == nil, !sheets[index].isEmpty else { return }
        let soonest = max(now, repairedAt[index] + tuning.repairSpacingMin)
        repairAt[index] = soonest + random.jitter(upTo: tuning.repairJitterMax)
    }

    /// Somebody else sent it again: no need for us to. Copies of what has been superseded do not count.
    mutating func heardAgain(_ kind: MessageKind, _ datagram: [UInt8], now: Instant) {
        let topic: Topic
        switch kind {
        case .plan: topic = .plan
        case .mission: topic = .mission
        case .sighting: topic = .sighting
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            return
        }
        guard sheets[topic.rawValue].contains(where: { Self.isSame($0.datagram, datagram) }) else { return }
        repairAt[topic.rawValue] = nil
        repairedAt[topic.rawValue] = now
    }

    /// Two copies of one message: relays rewrite the header's end and the tag. The signature is not looked at, for a replay
    /// has none of this robot's own.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let bodyEnd = left.count - Envelope.signatureBytes - Envelope.tagBytes
        guard left.count == right.count, bodyEnd >= Envelope.headerBytes else { return false }
        return left[..<Envelope.Offset.relay] == right[..<Envelope.Offset.relay]
            && left[Envelope.headerBytes..<bodyEnd] == right[Envelope.headerBytes..<bodyEnd]
    }

    /// Copies to broadcast now, each with the hop it leaves with.
    mutating func due(now: Instant) -> [FloodRelay.Relay] {
        var copies: [FloodRelay.Relay] = []
        for index in repairAt.indices {
            guard let at = repairAt[index], at <= now else { continue }
            repairAt[index] = nil
            repairedAt[index] = now
            for sheet in sheets[index] {
                copies.append(FloodRelay.Relay(datagram: sheet.datagram, hop: UInt8(clamping: Int(sheet.hop) + 1)))
            }
        }
        return copies
    }
}
