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
/// its neighbours still following it stands without being told. A root that leaves says so: its tree is *over*, is never
/// joined again, and robots without a root pass that word on in their own adverts.
struct Tree {
    private(set) var place = TreeAdvert.none
    /// The tree followed, or followed last, with the newest sequence ever heard in it, and when that was first heard.
    private var followed = TreeAdvert.none
    private var sequenceAt = Instant.zero
    /// The highest term ever heard; a new root takes the next one.
    private(set) var termMax: UInt32 = 0
    /// The tree followed last whose root has left, as unrooted robots advertise it.
    private(set) var over: TreeAdvert?
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

    /// What beacons tell: the place, or else which tree is over.
    var advert: TreeAdvert { place.isRooted ? place : over ?? .none }

    /// A robot has said that it leaves; its tree, if it is this robot's, is over.
    mutating func robotLeft(_ robot: NodeID) {
        let tree = place.isRooted ? place : followed
        guard tree.isRooted, tree.root == robot, robot != us else { return }
        end(tree)
    }

    private mutating func end(_ tree: TreeAdvert) {
        over = TreeAdvert(
            root: tree.root, term: tree.term, sequence: tree.sequence, hops: Beacon.hopsUnknown, parent: .none)
        place = .none
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
        // By index throughout: walking the elements would copy each of them, at every beacon heard.
        let all = neighbours.all
        for index in all.indices where all[index].tree.root != .none {
            let advert = all[index].tree
            termMax = max(termMax, advert.term)
            if advert.isOver, !isRoot, advert.isSameTree(as: followed) { end(followed) }
        }
        if isRoot && hearsFormerSelf(in: neighbours) { stand() }
        if !isRoot || isOutranked(by: neighbours) {
            follow(neighbours, now: now, tuning: tuning)
            if !place.isRooted, isFollowed(in: neighbours) { stand() }
        }
        return old.root != place.root || old.term != place.term || old.hops != place.hops || old.parent != place.parent
    }

    private func isOutranked(by neighbours: NeighbourTable) -> Bool {
        let all = neighbours.all
        return all.indices.contains { index in
            all[index].isControlReachable && isJoinable(all[index].tree) && all[index].tree.outranks(place)
        }
    }

    /// An advert of this root that it cannot have sent since it stood.
    private func hearsFormerSelf(in neighbours: NeighbourTable) -> Bool {
        guard place.term < .max else { return false }
        let all = neighbours.all
        return all.indices.contains { index in
            let advert = all[index].tree
            guard advert.root == us else { return false }
            if advert.isOver { return advert.term >= place.term }
            return advert.isRooted && (advert.term, advert.sequence) > (place.term, place.sequence)
        }
    }

    /// Neighbours that hear this robot follow it as their root: it has restarted.
    private func isFollowed(in neighbours: NeighbourTable) -> Bool {
        guard termMax < .max else { return false }
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
        if let over, advert.isSameTree(as: over) { return false }
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
