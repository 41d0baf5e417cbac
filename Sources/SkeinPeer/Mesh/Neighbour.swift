import SkeinWire

/// What this robot knows of another in radio range: from its beacons on the control band, its hellos on the data band,
/// and the signal both arrived with.
struct Neighbour {
    let id: NodeID

    // Control band.
    var lastBeaconAt: Instant?
    var controlPowerDBm = 0.0
    /// The neighbour hears this robot too, by its own beacon's list.
    var hearsUs = false
    var beaconInterval: Duration = .seconds(1)
    var tree = TreeAdvert.none
    var leader = NodeID.none
    var plan = PlanNumber.none
    var missionRevision: UInt32 = 0
    var sightingRevision: UInt32 = 0
    var leaders: [Beacon.LeaderEntry] = []
    /// Robots the neighbour hears, ascending, with the time each was last listed: whom its relay of a flood reaches.
    var reaches: [(id: NodeID, listedAt: Instant)] = []

    // Data band.
    var lastHelloAt: Instant?
    var dataPowerDBm: Double?
    /// Of the directed link neighbour → this robot, b/s/Hz, smoothed.
    var efficiency = 0.0
    var hello: Hello?

    init(id: NodeID) { self.id = id }

    /// A way out on the control band: each hears the other.
    var isControlLink: Bool { lastBeaconAt != nil && hearsUs }
    /// A way out on the data band. Power is symmetric there, so hearing is taken for being heard.
    var isDataLink: Bool { lastHelloAt != nil && dataPowerDBm != nil }

    var isLeader: Bool { isDataLink && hello?.isLeader == true }

    func reaches(_ robot: NodeID) -> Bool { reaches.contains { $0.id == robot } }
}

/// A robot's place in the tree as it advertises it.
struct TreeAdvert: Hashable {
    var root: NodeID
    var term: UInt32
    var sequence: UInt32
    var hops: UInt8
    var parent: NodeID

    static let none = TreeAdvert(
        root: .none, term: 0, sequence: 0, hops: Beacon.hopsUnknown, parent: .none)

    var isRooted: Bool { root != .none && hops != Beacon.hopsUnknown }

    /// Whether this tree is to be preferred over another: the later term, then the lower root.
    func outranks(_ other: TreeAdvert) -> Bool {
        guard isRooted else { return false }
        guard other.isRooted else { return true }
        return term != other.term ? term > other.term : root < other.root
    }

    func isSameTree(as other: TreeAdvert) -> Bool { root == other.root && term == other.term }
}
