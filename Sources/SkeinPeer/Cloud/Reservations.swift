import SkeinWire

/// What a leader has promised of its members' parts. It keeps each member's processor in its books as the member itself
/// does: a part promised takes one of the member's slots until it should be done, at the latest until its task's
/// deadline. Nothing is ever given back by message: a requester that lost its match, found others or died costs what it
/// was promised and no more.
struct Reservations {
    /// Members with something reserved; beyond it nothing is lent.
    static let booksMax = 256

    private struct Book {
        let helper: NodeID
        var processor: SharedProcessor<TaskID>
    }

    /// In ascending order of helper.
    private var books: [Book] = []

    /// Parts reserved at a member now.
    func parts(at helper: NodeID, now: Instant) -> Int {
        guard var book = books.first(where: { $0.helper == helper }) else { return 0 }
        book.processor.removeDone(now: now)
        return book.processor.jobs.count
    }

    /// Reserves up to `wanted` parts, one after the other each at the member that would be done first: so the work is even,
    /// units run fast, and one helper's death hurts little. Among equals the least busy, then the best link. A member that
    /// could not finish by `deadline`, or would make others late, is passed over. Those in `last` come after all others.
    mutating func place(
        _ wanted: Int, task: TaskID, unitBytes: Int, among members: [MemberOffer], leader: NodeID,
        excluded: [NodeID], last: [NodeID] = [], deadline: Instant, tuning: CloudTuning, now: Instant
    ) -> [Placement] {
        for index in books.indices { books[index].processor.removeDone(now: now) }
        books.removeAll { $0.processor.jobs.isEmpty }
        var seats: [Seat] = []
        for member in members where !excluded.contains(member.helper) && seats.count + books.count < Self.booksMax {
            let parts = member.partsAdmissible(unitBytes: unitBytes, tuning: tuning)
            guard parts > 0 else { continue }
            let book = books.first { $0.helper == member.helper }
            var seat = Seat(
                member: member, parts: parts, isLast: last.contains(member.helper),
                processor: book?.processor ?? SharedProcessor(now: now))
            seat.processor.setIdle(percent: member.idlePercent, now: now)
            seats.append(seat)
        }
        let cost = tuning.partCost + .fromSeconds(tuning.startSpan.inSeconds * tuning.partPercent / 100)
        for index in seats.indices { seats[index].look(task, cost: cost, deadline: deadline, now: now) }
        for _ in 0..<wanted {
            guard let index = seats.indices.min(by: { seats[$0].precedes(seats[$1]) }), seats[index].finish != nil
            else { break }
            seats[index].placed += 1
            seats[index].processor.add(task, cost: cost, deadline: deadline, now: now)
            seats[index].look(task, cost: cost, deadline: deadline, now: now)
        }
        var placements: [Placement] = []
        for seat in seats where seat.placed > 0 {
            book(seat)
            placements.append(
                Placement(
                    helper: seat.member.helper, leader: leader, parts: UInt8(seat.placed),
                    shareKHz: seat.member.shareKHz, efficiency: seat.member.efficiency))
        }
        return placements
    }

    private mutating func book(_ seat: Seat) {
        let book = Book(helper: seat.member.helper, processor: seat.processor)
        let index = books.firstIndex { $0.helper >= book.helper } ?? books.endIndex
        if index < books.endIndex, books[index].helper == book.helper {
            books[index] = book
        } else {
            books.insert(book, at: index)
        }
    }

    /// A member while parts are being placed.
    private struct Seat {
        let member: MemberOffer
        let parts: Int
        let isLast: Bool
        var processor: SharedProcessor<TaskID>
        var placed = 0
        /// When one more part would be done; nil: it cannot be.
        var finish: Instant?

        init(member: MemberOffer, parts: Int, isLast: Bool, processor: SharedProcessor<TaskID>) {
            self.member = member
            self.parts = parts
            self.isLast = isLast
            self.processor = processor
        }

        mutating func look(_ task: TaskID, cost: Duration, deadline: Instant, now: Instant) {
            finish = nil
            guard processor.jobs.count < parts else { return }
            let forecast = processor.forecast(adding: task, cost: cost, deadline: deadline, now: now)
            if forecast.keepsAll, forecast.finish <= deadline { finish = forecast.finish }
        }

        func precedes(_ other: Seat) -> Bool {
            guard let ours = finish else { return false }
            guard let theirs = other.finish else { return true }
            if isLast != other.isLast { return other.isLast }
            if ours != theirs { return ours < theirs }
            if member.busyParts != other.member.busyParts { return member.busyParts < other.member.busyParts }
            let (mine, its) = (member.efficiency.thousandths, other.member.efficiency.thousandths)
            return mine != its ? mine > its : member.helper < other.member.helper
        }
    }
}
