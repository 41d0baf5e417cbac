import SkeinPeer
import SkeinWire

// Why a unit was computed where it was.

extension PlacementNote: Coded {
    package static let listMax = 512

    package func write(to writer: inout ByteWriter) {
        unit.write(to: &writer)
        at.write(to: &writer)
        what.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            unit: try Int(reading: &reader), at: try Duration(reading: &reader), what: try What(reading: &reader))
    }
}

extension PlacementNote.What: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case ready = 1
        case known = 2
        case asked = 3
        case matched = 4
        case offered = 5
        case hedged = 6
        case accepted = 7
        case refused = 8
        case silent = 9
        case kept = 10
        case computed = 11
        case fetched = 12
        case failed = 13
        case cancelled = 14
        case expired = 15
    }

    package func write(to writer: inout ByteWriter) {
        func put(_ kind: Kind, _ robot: NodeID) {
            writer.raw(kind)
            writer.node(robot)
        }
        switch self {
        case .ready: writer.raw(Kind.ready)
        case .known: writer.raw(Kind.known)
        case .asked(let leader): put(.asked, leader)
        case .matched(let leader, let helpers):
            put(.matched, leader)
            helpers.write(to: &writer)
        case .offered(let robot, let remote, let local):
            put(.offered, robot)
            remote.write(to: &writer)
            writer.optional(local)
        case .hedged(let robot): put(.hedged, robot)
        case .accepted(let robot, let expected):
            put(.accepted, robot)
            expected.write(to: &writer)
        case .refused(let robot, let verdict):
            put(.refused, robot)
            writer.raw(verdict)
        case .silent(let robot): put(.silent, robot)
        case .kept(let local, let remote):
            writer.raw(Kind.kept)
            local.write(to: &writer)
            writer.optional(remote)
        case .computed(let robot): put(.computed, robot)
        case .fetched(let bytes, let robot):
            put(.fetched, robot)
            bytes.write(to: &writer)
        case .failed(let robot, let failure):
            put(.failed, robot)
            writer.raw(failure)
        case .cancelled(let robot): put(.cancelled, robot)
        case .expired: writer.raw(Kind.expired)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .ready: self = .ready
        case .known: self = .known
        case .asked: self = .asked(leader: try reader.node())
        case .matched: self = .matched(leader: try reader.node(), helpers: try Int(reading: &reader))
        case .offered:
            self = .offered(
                try reader.node(), remote: try Duration(reading: &reader), local: try reader.optional(Duration.self))
        case .hedged: self = .hedged(try reader.node())
        case .accepted: self = .accepted(try reader.node(), expected: try Duration(reading: &reader))
        case .refused: self = .refused(try reader.node(), try reader.raw(JobReceipt.Verdict.self))
        case .silent: self = .silent(try reader.node())
        case .kept:
            self = .kept(local: try Duration(reading: &reader), remote: try reader.optional(Duration.self))
        case .computed: self = .computed(try reader.node())
        case .fetched:
            let robot = try reader.node()
            self = .fetched(bytes: try Int(reading: &reader), from: robot)
        case .failed: self = .failed(try reader.node(), try reader.raw(JobFailure.self))
        case .cancelled: self = .cancelled(try reader.node())
        case .expired: self = .expired
        }
    }
}

extension JobPlan: Coded {
    static let choicesMax = 512

    package func write(to writer: inout ByteWriter) {
        writer.list(Array(choices.prefix(Self.choicesMax)), limit: Self.choicesMax)
        writer.node(leader)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            choices: try reader.list(of: Choice.self, limit: Self.choicesMax), leader: try reader.node())
    }
}

extension JobPlan.Choice: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.optional(finish)
        transfer.write(to: &writer)
        compute.write(to: &writer)
        writer.double(idlePercent)
        writer.flag(offersKernel)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            robot: try reader.node(), finish: try reader.optional(Duration.self),
            transfer: try Duration(reading: &reader), compute: try Duration(reading: &reader),
            idlePercent: try reader.double(), offersKernel: try reader.flag())
    }
}
