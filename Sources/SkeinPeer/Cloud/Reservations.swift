import SkeinWire

/// What a leader has promised of its members' parts, each until the deadline of the task it is for. Nothing is ever
/// given back: a requester that lost its match, found others or died costs its reservation until then and no longer.
struct Reservations {
    /// Tasks at members at one time; beyond it nothing is lent.
    static let entriesMax = 1_024

    private struct Entry {
        var helper: NodeID
        var parts: Int
        var expiresAt: Instant
    }

    private var entries: [Entry] = []

    mutating func expire(now: Instant) { entries.removeAll { $0.expiresAt <= now } }

    func parts(at helper: NodeID, now: Instant) -> Int {
        entries.reduce(0) { $1.helper == helper && $1.expiresAt > now ? $0 + $1.parts : $0 }
    }

    /// Reserves up to `wanted` parts, one after the other each at the member that is then loaded least for what it lends:
    /// the work is even, units run fast, and one helper's death hurts little. Among equals the one with most parts, least
    /// busy, best link.
    mutating func place(
        _ wanted: Int, unitBytes: Int, among members: [MemberOffer], leader: NodeID, excluded: [NodeID],
        until expiresAt: Instant, tuning: CloudTuning, now: Instant
    ) -> [Placement] {
        expire(now: now)
        var seats: [Seat] = []
        for member in members where !excluded.contains(member.helper) {
            let parts = member.partsAdmissible(unitBytes: unitBytes, tuning: tuning)
            if parts > 0 { seats.append(Seat(member: member, parts: parts)) }
        }
        for entry in entries {
            guard let index = seats.firstIndex(where: { $0.member.helper == entry.helper }) else { continue }
            seats[index].reserved += entry.parts
        }
        for _ in 0..<wanted {
            guard let index = seats.indices.filter({ seats[$0].isFree }).min(by: { seats[$0].precedes(seats[$1]) })
            else { break }
            seats[index].placed += 1
        }
        var placements: [Placement] = []
        for seat in seats where seat.placed > 0 && entries.count < Self.entriesMax {
            entries.append(Entry(helper: seat.member.helper, parts: seat.placed, expiresAt: expiresAt))
            placements.append(
                Placement(
                    helper: seat.member.helper, leader: leader, parts: UInt8(seat.placed),
                    shareKHz: seat.member.shareKHz, efficiency: seat.member.efficiency))
        }
        return placements
    }

    /// A member while parts are being placed.
    private struct Seat {
        let member: MemberOffer
        let parts: Int
        var reserved = 0
        var placed = 0

        init(member: MemberOffer, parts: Int) {
            self.member = member
            self.parts = parts
        }

        var isFree: Bool { reserved + placed < parts }

        func precedes(_ other: Seat) -> Bool {
            let ours = (reserved + placed + 1) * other.parts
            let theirs = (other.reserved + other.placed + 1) * parts
            if ours != theirs { return ours < theirs }
            if parts != other.parts { return parts > other.parts }
            if member.busyParts != other.member.busyParts { return member.busyParts < other.member.busyParts }
            let (mine, its) = (member.efficiency.thousandths, other.member.efficiency.thousandths)
            return mine != its ? mine > its : member.helper < other.member.helper
        }
    }
}
