import SkeinWire

/// Topology control (spec §3): every robot's hop count is its breadth-first depth from the root on the control band,
/// its parent the strongest neighbour one level up.
///
/// Every beacon advertises the sender's place. A robot takes the best tree it hears (later term, then lower root), and in
/// it the fewest hops over neighbours that hear it too; ties go to the strongest signal. The root raises a sequence with
/// each of its beacons. An advert is no way to the root when its sender's parent is this robot, or when its sequence lags;
/// so a lost branch counts upward only until the sequence it carries is stale.
///
/// A beacon lost: the next one mends it. A parent lost: its silence removes it, another takes its place. The root lost: its
/// sequence stands still, and after `rootSilenceMax` nobody is rooted; then its leaders stand in the order of
/// their election, a step of time apart, with the next term. The first to be heard wins; of two at once the lower id.
struct Tree {
    private(set) var place = TreeAdvert.none
    private(set) var parentPowerDBm = 0.0
    /// When the newest sequence of the present tree was first heard.
    private(set) var sequenceAt = Instant.zero
    private var newestSequence: UInt32 = 0
    /// The highest term ever heard; a new root takes the next one.
    private(set) var termMax: UInt32 = 0
    /// A tree that has gone silent is not joined again until its sequence moves.
    private var silent: TreeAdvert?

    let us: NodeID

    init(us: NodeID) { self.us = us }

    var isRoot: Bool { place.root == us && place.hops == 0 }

    /// Become the root of a new tree.
    mutating func stand(now: Instant) {
        termMax += 1
        place = TreeAdvert(root: us, term: termMax, sequence: 1, hops: 0, parent: .none)
        newestSequence = 1
        sequenceAt = now
        silent = nil
    }

    /// The root's sequence, raised at each of its beacons.
    mutating func beaconSent(now: Instant) {
        guard isRoot else { return }
        place.sequence += 1
        newestSequence = place.sequence
        sequenceAt = now
    }

    /// Chooses the place anew from what the neighbours advertise. True if root, hops or parent changed.
    mutating func update(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) -> Bool {
        let old = place
        for neighbour in neighbours.all where neighbour.tree.isRooted {
            termMax = max(termMax, neighbour.tree.term)
        }
        if !isRoot || isOutranked(by: neighbours) {
            follow(neighbours, now: now, tuning: tuning)
        }
        return old.root != place.root || old.term != place.term || old.hops != place.hops || old.parent != place.parent
    }

    private func isOutranked(by neighbours: NeighbourTable) -> Bool {
        neighbours.all.contains { $0.isControlLink && $0.tree.root != us && $0.tree.outranks(place) }
    }

    private mutating func follow(_ neighbours: NeighbourTable, now: Instant, tuning: MeshTuning) {
        guard let best = bestTree(neighbours) else {
            place = .none
            return
        }
        if !best.isSameTree(as: place) || best.sequence > newestSequence {
            if !best.isSameTree(as: place) { newestSequence = 0 }
            if best.sequence > newestSequence { sequenceAt = now }
            newestSequence = best.sequence
        }
        if now - sequenceAt > tuning.rootSilenceMax {
            silent = best
            place = .none
            return
        }
        choosePlace(in: best, neighbours, tuning: tuning)
    }

    /// The preferred tree among the adverts of neighbours, with its newest sequence.
    private func bestTree(_ neighbours: NeighbourTable) -> TreeAdvert? {
        var best: TreeAdvert?
        for neighbour in neighbours.all where neighbour.isControlLink && isJoinable(neighbour.tree) {
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
        for neighbour in neighbours.all where neighbour.isControlLink {
            let advert = neighbour.tree
            guard advert.isSameTree(as: best), isJoinable(advert), advert.parent != us,
                advert.sequence + tuning.sequenceLagMax >= best.sequence
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
        parentPowerDBm = parent.controlPowerDBm
        place = TreeAdvert(
            root: best.root, term: best.term, sequence: parent.tree.sequence, hops: parent.tree.hops + 1,
            parent: parent.id)
    }
}
