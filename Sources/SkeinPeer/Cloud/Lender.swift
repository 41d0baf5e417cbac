import SkeinWire

/// Another leader as this one's desk sees it: its advert, less what has been claimed since. Adverts are as old as
/// beacons, and without this ten requests at once would all claim the same parts of the same leader.
struct Lender {
    let advert: LeaderAdvert
    private var claimed = 0
    private var claimedUntil: Instant = .zero
    /// It had too little a moment ago: not to be asked before this.
    private(set) var emptyUntil: Instant = .zero

    init(_ advert: LeaderAdvert) { self.advert = advert }

    /// The same leader with a newer advert.
    func updated(_ advert: LeaderAdvert) -> Lender {
        var lender = Lender(advert)
        lender.claimed = claimed
        lender.claimedUntil = claimedUntil
        lender.emptyUntil = emptyUntil
        return lender
    }

    func freeParts(now: Instant) -> Int { advert.freeParts - (now < claimedUntil ? claimed : 0) }

    mutating func claim(_ parts: Int, until: Instant, now: Instant) {
        claimed = (now < claimedUntil ? claimed : 0) + parts
        claimedUntil = until
    }

    mutating func foundEmpty(until: Instant) { emptyUntil = until }
}
