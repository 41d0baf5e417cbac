import SkeinWire

/// What this robot knows of another in radio range: from its beacons on the control band, its hellos on the data band,
/// and the signal both arrived with. Plain numbers only: tables of these are walked at every beacon. The lists that a
/// neighbour sends are kept beside (`NeighbourLists`).
struct Neighbour {
    let id: NodeID
    /// When it came into the table.
    var firstHeardAt = Instant.zero
    /// Of its last beacon.
    var epoch: Epoch?

    // Control band.
    var lastBeaconAt: Instant?
    /// Where its frames come from on this band.
    var controlAddress: LinkAddress?
    var controlBasis = LinkBasis.measured
    var controlProbe = LinkProbe()
    /// Smoothed; far below any noise while nothing was heard on this band.
    var controlPowerDBm = -200.0
    /// By Shannon's bound on a whole channel, b/s/Hz; what relays and reports show, nothing is decided by it.
    var controlEfficiency = 0.0
    /// The neighbour hears this robot too, by its own beacon's list.
    var hearsUs = false
    /// When it last said so: a long list travels in turns.
    var listedUsAt = Instant.zero
    var beaconInterval: Duration = .seconds(1)
    /// When its silence will have lasted too long.
    var beaconDueAt = Instant.distantFuture
    var tree = TreeAdvert.none
    var leader = NodeID.none
    var plan = PlanNumber.none
    var missionRevision: UInt32 = 0
    var sightingRevision: UInt32 = 0

    // Data band.
    var lastHelloAt: Instant?
    var helloDueAt = Instant.distantFuture
    /// When it first said that it has the leader it has.
    var leaderSince = Instant.zero
    var dataAddress: LinkAddress?
    var dataBasis = LinkBasis.measured
    var dataProbe = LinkProbe()
    var dataPowerDBm: Double?
    /// Of the directed link neighbour → this robot, b/s/Hz, smoothed.
    var efficiency = 0.0
    var hello: HelloNews?

    // Both bands: what is to be expected now, refreshed now and then.
    /// Of an echo to it alone, smoothed; nil: none was sent.
    var roundTrip: Duration?
    var forecast = LinkForecast()
    var controlOutlook = LinkForecast.Outlook.lasting
    var dataOutlook = LinkForecast.Outlook.lasting
    var dataExpectedDBm = -200.0
    /// When it last sent something new, its own or another's, on either band.
    var heardAt = Instant.zero
    /// It should have been heard again by now.
    var isQuiet = false

    init(id: NodeID) { self.id = id }

    /// A way out on the control band: each hears the other.
    var isControlLink: Bool { lastBeaconAt != nil && hearsUs }
    /// A way out on the data band. Power is symmetric there, so hearing is taken for being heard.
    var isDataLink: Bool { lastHelloAt != nil && dataPowerDBm != nil }

    /// The same, unless it must have gone out of range since it was last heard.
    var isControlReachable: Bool { isControlLink && controlOutlook != .gone }
    var isDataReachable: Bool { isDataLink && dataOutlook != .gone }
    /// The same, for as long as a message and its answer take.
    var isControlLasting: Bool { isControlLink && controlOutlook == .lasting && !isQuiet }
    var isDataLasting: Bool { isDataLink && dataOutlook == .lasting && !isQuiet }
    /// Fit to be sent to, if not for long.
    var isAnswering: Bool { (isControlReachable || isDataReachable) && !isQuiet }

    /// Silence after which nothing is sent its way while there is another: one beacon may be lost, two in a row are rare.
    /// Long before its silence ends the neighbour itself: a detour costs less than a changed tree.
    var quietAfter: Duration { (lastBeaconAt != nil ? beaconInterval : hello?.interval ?? beaconInterval) * 2 }

    var isLeader: Bool { isDataReachable && hello?.isLeader == true }

    /// A link on a band that no radio tells anything of.
    var isProbed: Bool { isDataLink && dataBasis == .probed || isControlLink && controlBasis == .probed }

    func address(on band: Band) -> LinkAddress? { band == .control ? controlAddress : dataAddress }
}

/// The plain part of a neighbour's latest hello.
struct HelloNews {
    var interval: Duration
    var isLeader: Bool
    var leader: NodeID
    var idlePercent: Double
    var efficiency: EfficiencyField
    var busyParts: Int
    var grantCount: Int
    var hasBulk: Bool
    var bulkShareKHz: UInt16?

    init(_ hello: Hello) {
        interval = .milliseconds(Int(hello.intervalMilliseconds))
        isLeader = hello.isLeader
        leader = hello.leader
        idlePercent = hello.idle.percent
        efficiency = hello.efficiency
        busyParts = Int(hello.busyParts)
        grantCount = hello.grants.count
        hasBulk = hello.hasBulk
        bulkShareKHz = hello.bulkShareKHz
    }
}

/// The lists a neighbour sends.
struct NeighbourLists {
    struct Reach {
        var id: NodeID
        var listedAt: Instant
        /// As the neighbour receives it.
        var power: PowerField
    }

    /// Listed robots stay known for this many of the sender's intervals: a long list travels in turns.
    static let turnsMax = 4
    /// A link is not given up until two rounds of turns have passed without it: any one of them may be lost.
    static let linkTurnsMax = 8
    static let reachesMax = 128

    /// The leaders it knows a way to.
    var leaders: [Beacon.LeaderEntry] = []
    /// Robots it hears, ascending, with the time each was last listed: whom its relay of a flood reaches.
    var reaches: [Reach] = []
    /// What it grants as a leader.
    var grants: [Hello.Grant] = []
    /// The registered kernels that it computes for others.
    var kernels: [KernelName] = []

    /// Takes a beacon's list over; a partial one adds to what was listed lately.
    mutating func list(_ beacon: Beacon, keep: Duration, now: Instant) {
        let fresh = beacon.neighbours.map { Reach(id: $0.neighbour, listedAt: now, power: $0.power) }.sorted {
            $0.id < $1.id
        }
        guard !beacon.listsAllNeighbours else {
            reaches = fresh
            return
        }
        var merged: [Reach] = []
        merged.reserveCapacity(reaches.count + fresh.count)
        var cursor = 0
        for old in reaches where now - old.listedAt <= keep {
            while cursor < fresh.count, fresh[cursor].id < old.id {
                merged.append(fresh[cursor])
                cursor += 1
            }
            if cursor < fresh.count, fresh[cursor].id == old.id { continue }
            merged.append(old)
        }
        merged.append(contentsOf: fresh[cursor...])
        if merged.count > Self.reachesMax { merged.removeAll { $0.listedAt != now } }
        reaches = merged
    }

    func reaches(_ robot: NodeID) -> Bool { power(of: robot) != nil }

    /// What the neighbour hears a robot with; nil when it does not.
    func power(of robot: NodeID) -> PowerField? {
        var low = 0
        var high = reaches.count
        while low < high {
            let middle = (low + high) / 2
            if reaches[middle].id < robot { low = middle + 1 } else { high = middle }
        }
        return low < reaches.count && reaches[low].id == robot ? reaches[low].power : nil
    }
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

    /// Says that this tree's root has left.
    var isOver: Bool { root != .none && hops == Beacon.hopsUnknown }

    /// Whether this tree is to be preferred over another: the later term, then the lower root.
    func outranks(_ other: TreeAdvert) -> Bool {
        guard isRooted else { return false }
        guard other.isRooted else { return true }
        return term != other.term ? term > other.term : root < other.root
    }

    func isSameTree(as other: TreeAdvert) -> Bool { root == other.root && term == other.term }

    func isSamePlace(as other: TreeAdvert) -> Bool {
        isSameTree(as: other) && hops == other.hops && parent == other.parent
    }
}
