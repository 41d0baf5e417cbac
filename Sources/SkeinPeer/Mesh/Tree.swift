import SkeinWire

/// Topology control (spec §3): every robot's hop count is its breadth-first depth from the root on the control band,
/// its parent the strongest neighbour one level up.
///
/// Every beacon advertises the sender's place. A robot takes the best tree it hears (later term, then lower root), and in
/// it the fewest hops over neighbours that hear it too; ties go to the strongest signal. The root raises a sequence with
/// each of its beacons. An advert is no way to the root when its sender's parent is this robot, or when its sequence lags.
/// A lost branch may count upward, but only until the silence ends: a sequence heard before is never news, whatever
/// became of the place in between.
///
/// A beacon lost: the next one mends it. A parent lost: its silence removes it, another takes its place. The root lost: its
/// sequence stands still, and after `rootSilenceMax` nobody is rooted; then its leaders stand in the order of
/// their election, a step of time apart, with the next term. The first to be heard wins; of two at once the lower id. A
/// root that restarts and stands again hears its former self as later, and stands once more, above it; one that finds all
/// its neighbours still following it stands without being told. A root that leaves says so: its tree is *over*, is not
/// joined again, and robots without a root pass that word on in their own adverts.
///
/// That word may be a lie. It names the root's last sequence: a robot that has heard a later one does not believe it, and
/// one that hears a later one afterwards is back in the tree. A root that hears that it has left raises its sequence above
/// the word's and speaks at once. Others' word is believed, and a root answers for itself by a raised sequence or a new
/// term, once in `hearsaySpacingMin`; in between, silence and sequence tell. So a liar costs the swarm a second or a term now
/// and then, and cannot keep it without a root.
///
/// Adverts of roots that may not lead never come here (`PeerLeaders`). What a root that may can do with terms is bounded by
/// `TermWatch`.
struct Tree {
    private(set) var place = TreeAdvert.none
    /// The tree followed, or followed last, with the newest sequence ever heard in it, and when that was first heard.
    private var followed = TreeAdvert.none
    private var sequenceAt = Instant.zero
    /// The highest term ever heard; a new root takes the next one.
    private(set) var termMax: UInt32 = 0
    /// The tree followed last whose root has left, as unrooted robots advertise it, with the last sequence it had.
    private(set) var over: TreeAdvert?
    /// When others' word that a tree is over was believed last.
    private var believedAt: Instant?
    /// When this root last set right what was said of it, and whether that is still to be heard.
    private var answeredAt: Instant?
    private var isContested = false

    /// Between two words of others that are acted upon: that a tree is over, or that this root is not what it is. [R]
    static let hearsaySpacingMin: Duration = .seconds(30)

    /// A tree that has gone silent is not joined again until its sequence moves.
    private var silent: TreeAdvert?

    /// Whether this robot's membership lets it be a root.
    var mayStand = true
    private var watch = TermWatch()
    /// Roots that have stood too often lately.
    private var ignored: [NodeID] = []

    let us: NodeID

    init(us: NodeID) { self.us = us }

    var isRoot: Bool { place.root == us && place.hops == 0 }

    /// Become the root of a new tree.
    mutating func stand() {
        if termMax < ByteReader.serialMax { termMax += 1 }
        place = TreeAdvert(root: us, term: termMax, sequence: 1, hops: 0, parent: .none)
        silent = nil
    }

    /// No root any more: this robot may not lead.
    mutating func abdicate() {
        if isRoot { place = .none }
    }

    /// What beacons tell: the place, or else which tree is over.
    var advert: TreeAdvert { place.isRooted ? place : over ?? .none }

    /// A robot has said that it leaves; its tree, if it is this robot's, is over.
    mutating func robotLeft(_ robot: NodeID, sequence: UInt32?) {
        guard !isRoot, followed.isRooted, followed.root == robot else { return }
        end(sequence: max(sequence ?? 0, followed.sequence))
    }

    private mutating func end(sequence: UInt32) {
        over = TreeAdvert(
            root: followed.root, term: followed.term, sequence: sequence, hops: Beacon.hopsUnknown, parent: .none)
        place = .none
    }

    /// A neighbour's word that a tree is over.
    private mutating func take(over word: TreeAdvert, now: Instant, tuning: MeshTuning) {
        guard !isRoot, word.isSameTree(as: followed), word.sequence >= followed.sequence else { return }
        // However late a last sequence it names, the root need not go far beyond what it has said.
        let last = followed.sequence + min(word.sequence - followed.sequence, tuning.sequenceLagMax)
        if let over, over.isSameTree(as: followed) { return end(sequence: max(over.sequence, last)) }
        guard believedAt.map({ now - $0 >= Self.hearsaySpacingMin }) ?? true else { return }
        believedAt = now
        end(sequence: last)
    }

    /// Whether the root has something to say at once: that it is still there.
    mutating func takeContest() -> Bool {
        defer { isContested = false }
        return isContested
    }

    /// A term that came by another way than a beacon: a plan's. False: it is beyond belief.
    @discardableResult
    mutating func note(term: UInt32) -> Bool {
        guard !TermWatch.isLeap(term, from: termMax) else { return false }
        termMax = max(termMax, term)
        return true
    }

    /// The root's sequence, raised at each of its beacons.
    mutating func beaconSent() {
        if isRoot, place.sequence < ByteReader.serialMax { place.sequence += 1 }
    }

    /// Chooses the place anew from what the neighbours advertise. True if root, hops or parent changed.
    mutating func update(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) -> Bool {
        let old = place
        // By index throughout: walking the elements would copy each of them, at every beacon heard.
        let all = neighbours.all
        for index in all.indices where all[index].tree.root != .none {
            let advert = all[index].tree
            hear(advert, now: now)
            if advert.isOver { take(over: advert, now: now, tuning: tuning) }
        }
        ignored = watch.ignored(now: now)
        if isRoot { answer(neighbours, now: now, tuning: tuning) }
        if !isRoot || isOutranked(by: neighbours) {
            follow(neighbours, now: now, tuning: tuning)
            if !place.isRooted, mayStand, isFollowed(in: neighbours) { stand() }
        }
        return old.root != place.root || old.term != place.term || old.hops != place.hops || old.parent != place.parent
    }

    private mutating func hear(_ advert: TreeAdvert, now: Instant) {
        if TermWatch.isLeap(advert.term, from: termMax) {
            termMax = watch.leapt(from: termMax, now: now)
        } else {
            termMax = max(termMax, advert.term)
            if advert.isRooted, advert.root != us { watch.heard(advert.root, term: advert.term, now: now) }
        }
    }

    private func isOutranked(by neighbours: NeighbourTable) -> Bool {
        let all = neighbours.all
        return all.indices.contains { index in
            all[index].isControlReachable && isJoinable(all[index].tree) && all[index].tree.outranks(place)
        }
    }

    /// Sets right what neighbours say of this root: above what its former self has left behind it stands anew; to those who
    /// take its tree for over it says more.
    private mutating func answer(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) {
        guard answeredAt.map({ now - $0 >= Self.hearsaySpacingMin }) ?? true else { return }
        if hearsFormerSelf(in: neighbours, tuning: tuning) {
            answeredAt = now
            stand()
        } else if let last = lastSequenceSaid(in: neighbours) {
            answeredAt = now
            isContested = true
            place.sequence = max(place.sequence, last)
        }
    }

    /// An advert of this root that it cannot have sent since it stood.
    private func hearsFormerSelf(in neighbours: NeighbourTable, tuning: MeshTuning) -> Bool {
        guard place.term < ByteReader.serialMax else { return false }
        let all = neighbours.all
        return all.indices.contains { index in
            let advert = all[index].tree
            guard advert.root == us else { return false }
            if advert.isOver, advert.term == place.term {
                return advert.sequence > place.sequence && advert.sequence - place.sequence > tuning.sequenceLagMax
            }
            return (advert.term, advert.sequence) > (place.term, place.sequence)
        }
    }

    /// The latest sequence that this root's tree is said to have ended with; nil: nobody says so.
    private func lastSequenceSaid(in neighbours: NeighbourTable) -> UInt32? {
        let all = neighbours.all
        var last: UInt32?
        for index in all.indices where all[index].tree.isOver && all[index].tree.isSameTree(as: place) {
            last = max(last ?? 0, all[index].tree.sequence)
        }
        return last
    }

    /// Neighbours that hear this robot follow it as their root: it has restarted.
    private func isFollowed(in neighbours: NeighbourTable) -> Bool {
        guard termMax < ByteReader.serialMax else { return false }
        let all = neighbours.all
        return all.indices.contains { index in
            all[index].isControlReachable && all[index].tree.isRooted && all[index].tree.root == us
        }
    }

    private mutating func follow(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) {
        guard let best = bestTree(neighbours) else {
            place = .none
            return
        }
        if let over, best.isSameTree(as: over) { self.over = nil }
        if !best.isSameTree(as: followed) || best.sequence > followed.sequence {
            followed = best
            sequenceAt = now
        }
        if now - sequenceAt > tuning.rootSilenceMax {
            silent = followed
            place = .none
            return
        }
        choosePlace(in: best, neighbours, tuning: tuning)
    }

    /// The preferred tree among the adverts of neighbours, with its newest sequence.
    private func bestTree(_ neighbours: NeighbourTable) -> TreeAdvert? {
        var best: TreeAdvert?
        let all = neighbours.all
        for index in all.indices where all[index].isControlReachable && isJoinable(all[index].tree) {
            let advert = all[index].tree
            guard let known = best else {
                best = advert
                continue
            }
            if advert.outranks(known) || advert.isSameTree(as: known) && advert.sequence > known.sequence {
                best = advert
            }
        }
        return best
    }

    private func isJoinable(_ advert: TreeAdvert) -> Bool {
        guard advert.isRooted, advert.root != us, advert.hops < Beacon.hopsMax else { return false }
        guard !TermWatch.isLeap(advert.term, from: termMax), !ignored.contains(advert.root) else { return false }
        if let over, advert.isSameTree(as: over), advert.sequence <= over.sequence { return false }
        if let silent, advert.isSameTree(as: silent), advert.sequence <= silent.sequence { return false }
        return true
    }

    private mutating func choosePlace(in best: TreeAdvert, _ neighbours: NeighbourTable, tuning: MeshTuning) {
        let all = neighbours.all
        var chosen: Int?
        for index in all.indices where all[index].isControlReachable {
            let advert = all[index].tree
            guard advert.isSameTree(as: best), isJoinable(advert), advert.parent != us,
                best.sequence - min(advert.sequence, best.sequence) <= tuning.sequenceLagMax
            else { continue }
            guard let known = chosen else {
                chosen = index
                continue
            }
            let isStronger = all[index].controlPowerDBm > all[known].controlPowerDBm
            if advert.hops < all[known].tree.hops || advert.hops == all[known].tree.hops && isStronger {
                chosen = index
            }
        }
        guard let chosen else {
            place = .none
            return
        }
        place = TreeAdvert(
            root: best.root, term: best.term, sequence: all[chosen].tree.sequence, hops: all[chosen].tree.hops + 1,
            parent: all[chosen].id)
    }
}
