import SkeinSeal
import SkeinWire

/// Objects between this robot and others that it has sessions with, both ways. Pure: payloads and time go in, payloads and
/// actions come out. Header of `Outgoing`: what the sender does, and what happens when anything is lost; of `Incoming`: what
/// the receiver does; of `PathEstimate`: how fast.
///
/// Who decides: the sender's caller offers an object, or answers a robot that wants one; the receiver takes it if there is
/// room, and its caller may decline. The caller also says how each robot is reached and at what rate (`setPath`) and when
/// there is a session. Without either, transfers wait. Each ends once on either side, by its deadline at the latest.
///
/// Order: words about transfers before chunks; at one next hop objects of class task strictly before those of class bulk;
/// in a class robot after robot, at a robot object after object. Each next hop has its own rate and waits for no other.
///
/// When a process dies, what it was sending is over; what it was receiving comes again, since the sender offers it in the
/// next session. What has come of an object stays for a while, whoever sends the rest.
///
/// The caller polls `nextFrame` after each other call, until it is nil, and comes back at `nextDeadline`. A value, but one
/// that goes on in one place: hashes under way are shared with its copies.
package struct BulkBook {
    package static let partnersMax = 64

    package let id: NodeID
    let boot: Epoch
    let tuning: BulkTuning
    package internal(set) var counters = BulkCounters()

    var partners: [BulkPartner] = []
    /// By node number; grows to the highest partner there was.
    private var placeOf: [UInt8?] = []
    var hops: [BulkHop] = []
    var hopTurn = 0
    var wordTurn = 0
    /// False: no partner has words.
    var hasWords = false

    var outgoing: [Outgoing?] = []
    var endedTallies = EndedTallies()
    var sendBytes = 0
    private var lastNumber: UInt32
    var incoming: [Incoming?] = []
    var receiveBytes = 0
    var partials: [KeptPartial] = []
    var fetches: [Fetch] = []
    var lastFetch: UInt32 = 0
    var wants: [BulkWanted] = []
    /// Of which robots' wishes is known that they have a part: by the place in `wants`.
    var wantsWithPart: [Bool] = []

    /// Not later than the next timer; and when the rate lets the next chunk go.
    var wakeAt = Instant.distantFuture
    var sendAt = Instant.distantFuture

    /// A part that nobody goes on with.
    struct KeptPartial {
        var part: PartialObject
        var until: Instant
    }

    package init(id: NodeID, boot: Epoch, tuning: BulkTuning = .standard) {
        if let fault = tuning.fault { preconditionFailure("bulk with \(fault)") }
        self.id = id
        self.boot = boot
        self.tuning = tuning
        // Numbers of another boot are others, whatever a partner still remembers (Knuth's multiplier).
        lastNumber = boot.number &* 2_654_435_761 & 0xFFFF_FF00
    }

    package var nextDeadline: Instant { min(wakeAt, sendAt) }

    /// Transfers under way or waiting, both ways, and bytes that the unfinished ones hold here.
    package var sendingCount: Int { outgoing.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
    package var receivingCount: Int { incoming.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
    package var partialCount: Int { partials.count }
    package var heldBytes: Int {
        incoming.reduce(0) { $0 + ($1?.part.allocatedBytes ?? 0) }
            + partials.reduce(0) { $0 + $1.part.allocatedBytes }
    }

    // MARK: - What the caller says of others

    /// How a robot is reached from now on; nil: at present not at all, and what is under way waits.
    package mutating func setPath(
        to robot: NodeID, _ path: BulkPath?, now: Instant, actions: inout [BulkAction]
    ) {
        precondition(robot != id && robot != .none, "a path from \(id) to \(robot)")
        guard let place = path == nil ? partnerPlace(robot) : enter(robot, now: now) else { return }
        let before = partners[place].path
        guard before != path else { return }
        if let before, before.next != path?.next {
            hops[partners[place].hop].partners.removeAll { $0 == place }
        }
        partners[place].path = path
        guard let path else { return }
        if before?.next != path.next {
            partners[place].hop = hopPlace(path, now: now)
            hops[partners[place].hop].partners.append(place)
        }
        let rate = path.bitsPerSecond / 8
        hops[partners[place].hop].bucket.set(
            bytesPerSecond: rate, burstBytes: tuning.burstBytes(rate), now: now)
        partners[place].setRates(now: now)
        if before == nil { wake(place, now: now, actions: &actions) }
        sendAt = now
    }

    /// There is a session with this robot from now on.
    package mutating func sessionReady(_ robot: NodeID, now: Instant, actions: inout [BulkAction]) {
        guard let place = enter(robot, now: now), !partners[place].isReady else { return }
        partners[place].isReady = true
        partners[place].sessionWishedAt = nil
        for queue in partners[place].queues {
            for slot in queue { change(slot) { $0.offerAgain() } }
        }
        wake(place, now: now, actions: &actions)
    }

    /// There is none any more.
    package mutating func sessionEnded(
        _ robot: NodeID, _ why: SessionEnd, now: Instant, actions: inout [BulkAction]
    ) {
        guard let place = partnerPlace(robot) else { return }
        partners[place].isReady = false
        partners[place].forgetWords()
        switch why {
        case .expired, .unanswered, .displaced: break
        case .restarted: forgetBoot(place, now: now, actions: &actions)
        case .closed:
            for queue in partners[place].queues {
                for slot in queue { end(sending: slot, .closed, now: now, actions: &actions) }
            }
            for slot in receptions(of: place) { drop(slot, .closed, keeps: false, now: now, actions: &actions) }
            endFetches(from: robot, .closed, actions: &actions)
            forgetWants(of: robot)
        }
        wishForSession(place, now: now, actions: &actions)
    }

    // MARK: - Partners

    func partnerPlace(_ robot: NodeID) -> Int? {
        guard Int(robot.number) < placeOf.count, let place = placeOf[Int(robot.number)] else { return nil }
        return Int(place)
    }

    /// The robot's place; one that has been idle longest makes room. Nil: all are at work.
    mutating func enter(_ robot: NodeID, now: Instant) -> Int? {
        if let place = partnerPlace(robot) { return place }
        let partner = BulkPartner(id: robot, tuning: tuning, now: now)
        let place: Int
        if partners.count < Self.partnersMax {
            place = partners.count
            partners.append(partner)
        } else {
            let idle = partners.indices.filter { partners[$0].words.isEmpty && !isAtWork($0) }
            guard let longest = idle.min(by: { partners[$0].usedAt < partners[$1].usedAt }) else { return nil }
            place = longest
            if partners[place].path != nil { hops[partners[place].hop].partners.removeAll { $0 == place } }
            placeOf[Int(partners[place].id.number)] = nil
            partners[place] = partner
        }
        while placeOf.count <= Int(robot.number) { placeOf.append(nil) }
        placeOf[Int(robot.number)] = UInt8(place)
        return place
    }

    func isAtWork(_ place: Int) -> Bool {
        partners[place].isSending || partners[place].receptionCount > 0
            || fetches.contains { $0.from == partners[place].id }
    }

    private mutating func hopPlace(_ path: BulkPath, now: Instant) -> Int {
        if let known = hops.firstIndex(where: { $0.next == path.next }) { return known }
        let rate = path.bitsPerSecond / 8
        let hop = BulkHop(
            next: path.next,
            bucket: TokenBucket(bytesPerSecond: rate, burstBytes: tuning.burstBytes(rate), now: now))
        // As many hops as partners at most are in use.
        if hops.count >= Self.partnersMax, let free = hops.firstIndex(where: { $0.partners.isEmpty }) {
            hops[free] = hop
            return free
        }
        hops.append(hop)
        return hops.count - 1
    }

    /// What was said in an earlier boot of the partner is over: its transfers, and how they ended.
    mutating func forgetBoot(_ place: Int, now: Instant, actions: inout [BulkAction]) {
        for slot in receptions(of: place) { drop(slot, .restarted, keeps: true, now: now, actions: &actions) }
        for number in partners[place].ended.indices { partners[place].ended[number] = nil }
        partners[place].boot = nil
        forgetWants(of: partners[place].id)
        for queue in partners[place].queues {
            for slot in queue { change(slot) { $0.offerAgain() } }
        }
    }

    /// There is a way again, or a session.
    private mutating func wake(_ place: Int, now: Instant, actions: inout [BulkAction]) {
        for queue in partners[place].queues {
            for slot in queue { change(slot) { $0.wake(now: now) } }
        }
        for fetch in fetches.indices where fetches[fetch].from == partners[place].id { fetches[fetch].askAt = now }
        wishForSession(place, now: now, actions: &actions)
        wakeAt = min(wakeAt, now)
        sendAt = now
    }

    /// If there is something to say and no session to say it in, or no way.
    mutating func wishForSession(_ place: Int, now: Instant, actions: inout [BulkAction]) {
        guard !partners[place].isReachable, isAtWork(place) else { return }
        if let wishedAt = partners[place].sessionWishedAt, now < wishedAt + tuning.sessionWishSpan {
            wakeAt = min(wakeAt, wishedAt + tuning.sessionWishSpan)
            return
        }
        partners[place].sessionWishedAt = now
        wakeAt = min(wakeAt, now + tuning.sessionWishSpan)
        actions.append(.wantSession(partners[place].id))
    }

    /// Changes an object under way and keeps the count of what is in flight.
    mutating func change(_ slot: Int, _ body: (inout Outgoing) -> Void) {
        guard outgoing[slot] != nil, let partner = outgoing[slot]?.partner else { return }
        let before = outgoing[slot]!.inFlight
        body(&outgoing[slot]!)
        partners[partner].inFlight += outgoing[slot]!.inFlight - before
    }

    /// A number that was never given in this boot; the lowest free place. Nil: all places are taken.
    mutating func nextNumber() -> TransferID? {
        guard let place = outgoing.firstIndex(where: { $0 == nil }) ?? newPlace() else { return nil }
        lastNumber = lastNumber &+ 0x100
        return TransferID(lastNumber | UInt32(place))
    }

    private mutating func newPlace() -> Int? {
        guard outgoing.count < TransferID.placesMax else { return nil }
        outgoing.append(nil)
        return outgoing.count - 1
    }
}
