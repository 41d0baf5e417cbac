import SkeinLinux
import SkeinTasks
import SkeinWire
import SkeinWorld

/// What the laboratory's processes tell each other besides frames of the air: one message of a SEQPACKET socket each.
///
///      0                   1
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
///     +---------------+---------------+
///     |     kind      |  fields of the kind, big-endian …
///     +---------------+---------------+
///
/// All of them are started by one supervisor from one program file, so there is no version; a message that does not hold
/// is a bug or a stranger, and ends the run.
package enum LabFrame: Equatable, Sendable {
    // From the supervisor.
    /// The instant that is the world's zero, on the machine's clock.
    case begin(Instant)
    /// The robot's power is cut.
    case off(robot: Int)
    /// Whose 5 GHz channel a robot sends on; nil: its own.
    case leader(robot: Int, Int?)
    case faultBegan(index: Int, targets: [Int])
    case faultEnded(index: Int)
    case figuresWanted(ticket: UInt32)

    // From the arena: to the medium, and with headings to the supervisor.
    case places([FieldPoint])
    /// At this time of the world, nanoseconds.
    case bodies(at: Int64, [FieldPoint], headingsRadians: [Double])
    case arenaFigures(ticket: UInt32, Lateness, dropped: Int)

    // From both: they can be talked to; the medium's UDP port, the arena's zero.
    case ready(port: UInt16)

    // From the medium.
    case mediumFigures(ticket: UInt32, Tally, digest: UInt64, Lateness, dropped: AirDrops)

    /// Frames that peers sent and the medium did not take.
    package struct AirDrops: Equatable, Sendable {
        package var malformed = 0
        /// Of a robot that is off, or from another port than it registered.
        package var strangers = 0
        /// A hearer's port did not take it.
        package var unsent = 0
        package init() {}
    }

    /// The largest: figures of a full fleet.
    package static let bytesMax = 65_536

    fileprivate enum Kind: UInt8 {
        case begin = 1, off, leader, faultBegan, faultEnded, figuresWanted
        case places, bodies, arenaFigures, ready, mediumFigures
    }
}

// MARK: Out

extension LabFrame {
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .begin(let instant):
            writer.open(.begin)
            writer.u64(UInt64(bitPattern: instant.nanoseconds))
        case .off(let robot):
            writer.open(.off)
            writer.u16(UInt16(robot))
        case .leader(let robot, let leader):
            writer.open(.leader)
            writer.u16(UInt16(robot))
            writer.u16(leader.map { UInt16($0) } ?? NodeID.none.number)
        case .faultBegan(let index, let targets):
            writer.open(.faultBegan)
            writer.u16(UInt16(index))
            writer.u16(UInt16(targets.count))
            for robot in targets { writer.u16(UInt16(robot)) }
        case .faultEnded(let index):
            writer.open(.faultEnded)
            writer.u16(UInt16(index))
        case .figuresWanted(let ticket):
            writer.open(.figuresWanted)
            writer.u32(ticket)
        case .places(let places):
            writer.open(.places)
            writer.points(places)
        case .bodies(let time, let places, let headings):
            writer.open(.bodies)
            writer.u64(UInt64(bitPattern: time))
            writer.points(places)
            for heading in headings { writer.f64(heading) }
        case .arenaFigures(let ticket, let lateness, let dropped):
            writer.open(.arenaFigures)
            writer.u32(ticket)
            writer.lateness(lateness)
            writer.u64(UInt64(dropped))
        case .ready(let port):
            writer.open(.ready)
            writer.u16(port)
        case .mediumFigures(let ticket, let tally, let digest, let lateness, let dropped):
            writer.open(.mediumFigures)
            writer.u32(ticket)
            writer.tally(tally)
            writer.u64(digest)
            writer.lateness(lateness)
            for count in [dropped.malformed, dropped.strangers, dropped.unsent] { writer.u64(UInt64(count)) }
        }
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func open(_ kind: LabFrame.Kind) { u8(kind.rawValue) }

    fileprivate mutating func points(_ points: [FieldPoint]) {
        u16(UInt16(points.count))
        for point in points {
            f64(point.xMeters)
            f64(point.yMeters)
        }
    }

    fileprivate mutating func lateness(_ lateness: Lateness) {
        f64(lateness.p99Milliseconds)
        f64(lateness.maxMilliseconds)
    }

    fileprivate mutating func tally(_ tally: Tally) {
        u16(UInt16(tally.controlAirtime.count))
        for value in tally.controlAirtime + tally.taskAirtime + tally.controlBits { u64(UInt64(value)) }
        let pairs = [
            tally.framesSent, tally.framesReceived, tally.losses, tally.retries, tally.abandoned, tally.queueDrops,
        ]
        for pair in pairs { for count in pair { u64(UInt64(count)) } }
        u64(UInt64(tally.collisions))
    }
}

// MARK: In

extension LabFrame {
    /// `robots`: of the world both ends were started for.
    package init(_ bytes: [UInt8], robots: Int) throws(WireError) {
        var reader = ByteReader(bytes)
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.kind) }
        self = try Self.body(kind, &reader, robots: robots)
        try reader.finish()
    }

    private static func body(_ kind: Kind, _ reader: inout ByteReader, robots: Int) throws(WireError) -> LabFrame {
        switch kind {
        case .begin: return .begin(Instant(nanoseconds: Int64(bitPattern: try reader.u64())))
        case .off: return .off(robot: try reader.robot(below: robots))
        case .leader:
            let robot = try reader.robot(below: robots)
            let leader = try reader.u16()
            guard leader == NodeID.none.number || Int(leader) < robots else { throw .invalid(.robot) }
            return .leader(robot: robot, leader == NodeID.none.number ? nil : Int(leader))
        case .faultBegan:
            let index = Int(try reader.u16())
            var targets: [Int] = []
            for _ in 0..<(try reader.robot(below: robots + 1)) { targets.append(try reader.robot(below: robots)) }
            return .faultBegan(index: index, targets: targets)
        case .faultEnded: return .faultEnded(index: Int(try reader.u16()))
        case .figuresWanted: return .figuresWanted(ticket: try reader.u32())
        case .places: return .places(try reader.points(robots))
        case .bodies:
            let time = Int64(bitPattern: try reader.u64())
            let places = try reader.points(robots)
            var headings: [Double] = []
            for _ in 0..<robots { headings.append(try reader.f64(.number)) }
            return .bodies(at: time, places, headingsRadians: headings)
        case .arenaFigures:
            let ticket = try reader.u32()
            let lateness = try reader.lateness()
            return .arenaFigures(ticket: ticket, lateness, dropped: Int(clamping: try reader.u64()))
        case .ready: return .ready(port: try reader.u16())
        case .mediumFigures:
            let ticket = try reader.u32()
            let tally = try reader.tally(robots)
            let digest = try reader.u64()
            let lateness = try reader.lateness()
            var drops = AirDrops()
            drops.malformed = Int(clamping: try reader.u64())
            drops.strangers = Int(clamping: try reader.u64())
            drops.unsent = Int(clamping: try reader.u64())
            return .mediumFigures(ticket: ticket, tally, digest: digest, lateness, dropped: drops)
        }
    }
}

extension ByteReader {
    fileprivate mutating func robot(below bound: Int) throws(WireError) -> Int {
        let robot = Int(try u16())
        guard robot < bound else { throw .invalid(.robot) }
        return robot
    }

    fileprivate mutating func points(_ robots: Int) throws(WireError) -> [FieldPoint] {
        guard Int(try u16()) == robots else { throw .invalid(.robot) }
        var points: [FieldPoint] = []
        for _ in 0..<robots {
            points.append(FieldPoint(xMeters: try f64(.number), yMeters: try f64(.number)))
        }
        return points
    }

    fileprivate mutating func lateness() throws(WireError) -> Lateness {
        Lateness(p99Milliseconds: try f64(.number), maxMilliseconds: try f64(.number))
    }

    fileprivate mutating func tally(_ robots: Int) throws(WireError) -> Tally {
        guard Int(try u16()) == robots else { throw .invalid(.robot) }
        var tally = Tally(robots: robots)
        for robot in 0..<robots { tally.controlAirtime[robot] = Int64(clamping: try u64()) }
        for robot in 0..<robots { tally.taskAirtime[robot] = Int64(clamping: try u64()) }
        for robot in 0..<robots { tally.controlBits[robot] = Int64(clamping: try u64()) }
        tally.framesSent = try pair()
        tally.framesReceived = try pair()
        tally.losses = try pair()
        tally.retries = try pair()
        tally.abandoned = try pair()
        tally.queueDrops = try pair()
        tally.collisions = Int(clamping: try u64())
        return tally
    }

    private mutating func pair() throws(WireError) -> [Int] {
        [Int(clamping: try u64()), Int(clamping: try u64())]
    }
}
