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
/// root that restarts and stands again hears its former self as later, and stands once more, above it.
struct Tree {
    private(set) var place = TreeAdvert.none
    /// The tree followed, or followed last, with the newest sequence ever heard in it, and when that was first heard.
    private var followed = TreeAdvert.none
    private var sequenceAt = Instant.zero
    /// The highest term ever heard; a new root takes the next one.
    private(set) var termMax: UInt32 = 0
    /// A tree that has gone silent is not joined again until its sequence moves.
    private var silent: TreeAdvert?

    let us: NodeID

    init(us: NodeID) { self.us = us }

    var isRoot: Bool { place.root == us && place.hops == 0 }

    /// Become the root of a new tree.
    mutating func stand() {
        if termMax < .max { termMax += 1 }
        place = TreeAdvert(root: us, term: termMax, sequence: 1, hops: 0, parent: .none)
        silent = nil
    }

    /// A term that came by another way than a beacon: a plan's.
    mutating func note(term: UInt32) { termMax = max(termMax, term) }

    /// The root's sequence, raised at each of its beacons.
    mutating func beaconSent() {
        if isRoot { place.sequence += 1 }
    }

    /// Chooses the place anew from what the neighbours advertise. True if root, hops or parent changed.
    mutating func update(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) -> Bool {
        let old = place
        for neighbour in neighbours.all where neighbour.tree.isRooted {
            termMax = max(termMax, neighbour.tree.term)
        }
        if isRoot && hearsFormerSelf(in: neighbours) { stand() }
        if !isRoot || isOutranked(by: neighbours) {
            follow(neighbours, now: now, tuning: tuning)
        }
        return old.root != place.root || old.term != place.term || old.hops != place.hops || old.parent != place.parent
    }

    private func isOutranked(by neighbours: NeighbourTable) -> Bool {
        neighbours.all.contains { $0.isControlReachable && isJoinable($0.tree) && $0.tree.outranks(place) }
    }

    /// An advert of this root that it cannot have sent since it stood.
    private func hearsFormerSelf(in neighbours: NeighbourTable) -> Bool {
        guard place.term < .max else { return false }
        return neighbours.all.contains { neighbour in
            neighbour.tree.isRooted && neighbour.tree.root == us
                && (neighbour.tree.term, neighbour.tree.sequence) > (place.term, place.sequence)
        }
    }

    private mutating func follow(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) {
        guard let best = bestTree(neighbours) else {
            place = .none
            return
        }
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
        for neighbour in neighbours.all where neighbour.isControlReachable && isJoinable(neighbour.tree) {
            guard let known = best else {
                best = neighbour.tree
                continue
            }
            if neighbour.tree.outranks(known) {
                best = neighbour.tree
            } else if neighbour.tree.isSameTree(as: known), neighbour.tree.sequence > known.sequence {
                best = neighbour.tree
            }
        }
        return best
    }

    private func isJoinable(_ advert: TreeAdvert) -> Bool {
        guard advert.isRooted, advert.root != us, advert.hops < Beacon.hopsMax else { return false }
        if let silent, advert.isSameTree(as: silent), advert.sequence <= silent.sequence { return false }
        return true
    }

    private mutating func choosePlace(in best: TreeAdvert, _ neighbours: NeighbourTable, tuning: MeshTuning) {
        var parent: Neighbour?
        for neighbour in neighbours.all where neighbour.isControlReachable {
            let advert = neighbour.tree
            guard advert.isSameTree(as: best), isJoinable(advert), advert.parent != us,
                best.sequence - min(advert.sequence, best.sequence) <= tuning.sequenceLagMax
            else { continue }
            guard let chosen = parent else {
                parent = neighbour
                continue
            }
            if advert.hops < chosen.tree.hops
                || advert.hops == chosen.tree.hops && neighbour.controlPowerDBm > chosen.controlPowerDBm
            {
                parent = neighbour
            }
        }
        guard let parent else {
            place = .none
            return
        }
        place = TreeAdvert(
            root: best.root, term: best.term, sequence: parent.tree.sequence, hops: parent.tree.hops + 1,
            parent: parent.id)
    }
}
