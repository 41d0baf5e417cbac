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

    /// A part given away for work of a registered kernel. How long that takes only its helper knows, whose next hellos tell
    /// what it has left: until then it counts as taken.
    private struct Hold {
        let helper: NodeID
        let until: Instant
    }

    /// In ascending order of helper.
    private var books: [Book] = []
    private var holds: [Hold] = []
    private static let holdSpan: Duration = .seconds(2)
    /// Beyond it nothing is lent for registered kernels.
    static let holdsMax = 512

    /// Parts reserved at a member now.
    func parts(at helper: NodeID, now: Instant) -> Int {
        guard var book = books.first(where: { $0.helper == helper }) else { return 0 }
        book.processor.removeDone(now: now)
        return book.processor.jobs.count
    }

    private func held(at helper: NodeID, now: Instant) -> Int {
        holds.count { $0.helper == helper && $0.until > now }
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
            let parts =
                member.partsAdmissible(unitBytes: unitBytes, tuning: tuning) - held(at: member.helper, now: now)
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

    /// The same for units of a registered kernel, among members that offer it. Each goes where it would be done first; a
    /// member that lends more than one part keeps one for missions.
    mutating func place(
        _ wanted: Int, of work: KernelWork, unitBytes: Int, among members: [MemberOffer], leader: NodeID,
        excluded: [NodeID], deadline: Instant, tuning: CloudTuning, now: Instant
    ) -> [Placement] {
        holds.removeAll { $0.until <= now }
        var seats: [WorkSeat] = []
        for member in members where !excluded.contains(member.helper) && member.kernels.contains(work.kernelTag) {
            let parts = min(member.parts, member.partsAdmissible(unitBytes: unitBytes, tuning: tuning))
            let taken = self.parts(at: member.helper, now: now) + held(at: member.helper, now: now)
            let isAlone = parts == 1 && member.busyParts == 0
            guard parts > 0, member.idlePercent > 0 else { continue }
            seats.append(WorkSeat(member: member, parts: isAlone ? 1 : parts - 1, taken: taken))
        }
        let cost: Duration = .milliseconds(Int64(work.costMilliseconds))
        for _ in 0..<wanted where holds.count < Self.holdsMax {
            var best: (index: Int, span: Duration)?
            for index in seats.indices {
                guard let span = seats[index].span(cost), now + span <= deadline else { continue }
                if best.map({ span < $0.span }) ?? true { best = (index, span) }
            }
            guard let best else { break }
            seats[best.index].placed += 1
            holds.append(Hold(helper: seats[best.index].member.helper, until: now + Self.holdSpan))
        }
        return seats.filter { $0.placed > 0 }.map { seat in
            Placement(
                helper: seat.member.helper, leader: leader, parts: UInt8(seat.placed), shareKHz: seat.member.shareKHz,
                efficiency: seat.member.efficiency)
        }
    }

    /// A member while units of a registered kernel are being placed.
    private struct WorkSeat {
        let member: MemberOffer
        let parts: Int
        let taken: Int
        var placed = 0

        /// What one more unit would take; nil: it has no part free.
        func span(_ cost: Duration) -> Duration? {
            let sharers = taken + placed + 1
            guard sharers <= parts else { return nil }
            return .fromSeconds(cost.inSeconds * Double(sharers) * 100 / member.idlePercent)
        }
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
