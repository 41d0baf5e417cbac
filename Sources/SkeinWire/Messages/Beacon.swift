/// The one message every robot sends on the control band whether or not it has anything to say. It makes links
/// bidirectional, carries the tree from the root, the way to nearby leaders with their offers, and the best smell.
/// Never relayed. A root that is named with hops unknown has left: its tree is over.
///
///     interval_ms u16 | flags u8 (1 lists all, 2 requester, 4 leaving, 8 stopped) | root u16 | term u32
///     | rootSequence u32 | hops u8 | parent u16 | leader u16 | plan u64 | mission u32 | sighting u32
///     | trust u32 | stops u32
///     | pose: x f32, y f32, heading f32, 6 × covariance f32 | speed f32, turn f32
///     | smell f32 | best: x f32, y f32, smell f32
///     | n u8 | n × (neighbour u16, received power i16)
///     | m u8 | m × (leader u16, hops u8, sequence u16, free parts u8)
package struct Beacon: Hashable, Sendable {
    /// Entries of one beacon; a robot with more neighbours lists them in turns.
    package static let neighboursMax = 40
    package static let leadersMax = 12
    /// A tree deeper than this is a counting loop.
    package static let hopsMax: UInt8 = 64
    package static let hopsUnknown: UInt8 = 255

    package struct Heard: Hashable, Sendable {
        package var neighbour: NodeID
        package var power: PowerField
        package init(neighbour: NodeID, power: PowerField) {
            self.neighbour = neighbour
            self.power = power
        }
    }

    package struct LeaderEntry: Hashable, Sendable {
        package var leader: NodeID
        package var hops: UInt8
        package var sequence: UInt16
        package var freeParts: UInt8
        package init(leader: NodeID, hops: UInt8, sequence: UInt16, freeParts: UInt8) {
            self.leader = leader
            self.hops = hops
            self.sequence = sequence
            self.freeParts = freeParts
        }
    }

    /// Time to the sender's next beacon at the latest; silence is judged against it.
    package var intervalMilliseconds: UInt16
    /// The sender lists all its neighbours in this beacon, so an absent one is not heard.
    package var listsAllNeighbours: Bool
    /// The sender carries a camera and asks for help rather than lending it.
    package var isRequester: Bool
    /// The sender's last word: it is about to be switched off.
    package var isLeaving: Bool
    /// The sender stands: an emergency stop is in force.
    package var isStopped: Bool
    package var root: NodeID
    package var term: UInt32
    package var rootSequence: UInt32
    package var hops: UInt8
    package var parent: NodeID
    package var leader: NodeID
    package var plan: PlanNumber
    package var missionRevision: UInt32
    package var sightingRevision: UInt32
    /// Digest of the fleet's entries that the sender knows.
    package var trustDigest: UInt32
    /// Digest of the stops and releases that the sender knows; 0: of none.
    package var stopDigest: UInt32
    package var pose: PoseField
    package var speedMetersPerSecond: Float
    package var turnRadiansPerSecond: Float
    /// Concentration at the sender, 1/m; 0 when it carries no nose.
    package var smell: Float
    package var best: Smell
    package var neighbours: [Heard]
    package var leaders: [LeaderEntry]

    package init(
        intervalMilliseconds: UInt16, listsAllNeighbours: Bool, isRequester: Bool, isLeaving: Bool,
        isStopped: Bool = false,
        root: NodeID, term: UInt32, rootSequence: UInt32, hops: UInt8, parent: NodeID, leader: NodeID, plan: PlanNumber,
        missionRevision: UInt32, sightingRevision: UInt32, trustDigest: UInt32 = 0, stopDigest: UInt32 = 0,
        pose: PoseField, speedMetersPerSecond: Float,
        turnRadiansPerSecond: Float, smell: Float, best: Smell, neighbours: [Heard], leaders: [LeaderEntry]
    ) {
        self.intervalMilliseconds = intervalMilliseconds
        self.listsAllNeighbours = listsAllNeighbours
        self.isRequester = isRequester
        self.isLeaving = isLeaving
        self.isStopped = isStopped
        self.root = root
        self.term = term
        self.rootSequence = rootSequence
        self.hops = hops
        self.parent = parent
        self.leader = leader
        self.plan = plan
        self.missionRevision = missionRevision
        self.sightingRevision = sightingRevision
        self.trustDigest = trustDigest
        self.stopDigest = stopDigest
        self.pose = pose
        self.speedMetersPerSecond = speedMetersPerSecond
        self.turnRadiansPerSecond = turnRadiansPerSecond
        self.smell = smell
        self.best = best
        self.neighbours = neighbours
        self.leaders = leaders
    }

    func write(to writer: inout ByteWriter) {
        writer.u16(intervalMilliseconds)
        writer.u8((listsAllNeighbours ? 1 : 0) | (isRequester ? 2 : 0) | (isLeaving ? 4 : 0) | (isStopped ? 8 : 0))
        writer.node(root)
        writer.u32(term)
        writer.u32(rootSequence)
        writer.u8(hops)
        writer.node(parent)
        writer.node(leader)
        plan.write(to: &writer)
        writer.u32(missionRevision)
        writer.u32(sightingRevision)
        writer.u32(trustDigest)
        writer.u32(stopDigest)
        pose.write(to: &writer)
        writer.f32(speedMetersPerSecond)
        writer.f32(turnRadiansPerSecond)
        writer.f32(smell)
        best.write(to: &writer)
        writer.count(neighbours.count, limit: Self.neighboursMax)
        for entry in neighbours {
            writer.node(entry.neighbour)
            writer.i16(entry.power.hundredthsDBm)
        }
        writer.count(leaders.count, limit: Self.leadersMax)
        for entry in leaders {
            writer.node(entry.leader)
            writer.u8(entry.hops)
            writer.u16(entry.sequence)
            writer.u8(entry.freeParts)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        intervalMilliseconds = try reader.u16()
        guard intervalMilliseconds > 0 else { throw .invalid(.interval) }
        let flags = try reader.u8()
        guard flags <= 15 else { throw .invalid(.role) }
        listsAllNeighbours = flags & 1 != 0
        isRequester = flags & 2 != 0
        isLeaving = flags & 4 != 0
        isStopped = flags & 8 != 0
        root = try reader.node()
        term = try reader.serial()
        rootSequence = try reader.serial()
        hops = try reader.u8()
        guard hops <= Self.hopsMax || hops == Self.hopsUnknown else { throw .invalid(.hop) }
        parent = try reader.node()
        leader = try reader.node()
        plan = try PlanNumber(reading: &reader)
        missionRevision = try reader.serial()
        sightingRevision = try reader.serial()
        trustDigest = try reader.u32()
        stopDigest = try reader.u32()
        pose = try PoseField(reading: &reader)
        speedMetersPerSecond = try reader.f32(.position)
        turnRadiansPerSecond = try reader.f32(.position)
        smell = try reader.f32(.position)
        best = try Smell(reading: &reader)
        neighbours = []
        for _ in 0..<(try reader.count(.neighbours, limit: Self.neighboursMax)) {
            let entry = Heard(neighbour: try reader.node(), power: PowerField(hundredthsDBm: try reader.i16()))
            guard entry.neighbour != .none else { throw .invalid(.neighbours) }
            neighbours.append(entry)
        }
        leaders = []
        for _ in 0..<(try reader.count(.leaders, limit: Self.leadersMax)) {
            let entry = LeaderEntry(
                leader: try reader.node(), hops: try reader.u8(), sequence: try reader.u16(),
                freeParts: try reader.u8())
            // Whoever asked it for help would have nobody to ask.
            guard entry.leader != .none else { throw .invalid(.leaders) }
            leaders.append(entry)
        }
    }
}

/// A concentration and where it was measured: x f32, y f32, smell f32 (1/m; 0 is none).
package struct Smell: Hashable, Sendable {
    package var xMeters: Float
    package var yMeters: Float
    package var perMeter: Float

    package static let none = Smell(xMeters: 0, yMeters: 0, perMeter: 0)

    package init(xMeters: Float, yMeters: Float, perMeter: Float) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.perMeter = perMeter
    }

    func write(to writer: inout ByteWriter) {
        writer.f32(xMeters)
        writer.f32(yMeters)
        writer.f32(perMeter)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        xMeters = try reader.f32(.position)
        yMeters = try reader.f32(.position)
        perMeter = try reader.f32(.position)
    }
}
