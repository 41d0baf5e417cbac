import SkeinWire

/// What a peer has to do with plans besides obeying them: the book, the plan that is being fetched, the operator who waits for the
/// disk, and, as the root, the watch over roles, tasks and the end.
struct PlanDesk {
    /// A plan that the order in force names and that is not here.
    struct Fetch: Hashable {
        var name: MissionBrief.PlanName
        var revision: UInt32
        var from = NodeID.none
        var tries = 0
        var askedAt: Instant?
        var nextAt: Instant
    }

    /// Given by a person, and not yet on the disk.
    struct Given: Hashable {
        var name: MissionBrief.PlanName
        var launches: Bool
        var ticket: UInt32
    }

    var book: MissionBook
    var fetch: Fetch?
    var given: Given?
    /// The run in whose midst the plan of its order was taken back.
    var withdrawnRun: UInt32?
    var watch = MissionWatch()
    var region = RegionCount()

    init(book: MissionBook) { self.book = book }
}

/// How many robots the latest plan of the hierarchy speaks of: how many there are in this robot's tree.
struct RegionCount: Hashable {
    private var plan = PlanNumber.none
    private(set) var robots = 0

    mutating func count(_ part: PlanPart) {
        if part.plan != plan { (plan, robots) = (part.plan, 0) }
        robots += part.entries.count
    }
}
