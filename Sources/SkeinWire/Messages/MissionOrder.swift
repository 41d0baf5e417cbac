/// The operator's order to the swarm, flooded. The higher revision wins; a stop at equal revision wins over all else.
///
///     revision u32 | command u8 (1 organise, 2 start, 3 stop, 4 pause; 128 brief) | root u16 [128: | brief]
///
/// Without a brief it is what it was before there were mission files: the mission of the robots' configurations, each start
/// another run.
package struct MissionOrder: Hashable, Sendable {
    package enum Command: UInt8, CaseIterable, Sendable {
        /// Build the hierarchy around the robot that was told.
        case organise = 1
        /// The mission's start signal: t = 0. Of a run that is under way or paused: go on with it.
        case start = 2
        case stop = 3
        /// Stand, and keep what has been found.
        case pause = 4
    }

    /// Beacons tell it doubled (`Beacon.missionRevision`), and that must still be a serial.
    package static let revisionMax = ByteReader.serialMax / 2

    private static let briefBit: UInt8 = 0x80

    package var revision: UInt32
    package var command: Command
    package var root: NodeID
    package var brief: MissionBrief?

    package init(revision: UInt32, command: Command, root: NodeID, brief: MissionBrief? = nil) {
        self.revision = revision
        self.command = command
        self.root = root
        self.brief = brief
    }

    /// The revision of the order that began the run.
    package var run: UInt32 { brief?.run ?? revision }

    /// A higher revision, or a stop at the same.
    package func supersedes(_ other: MissionOrder) -> Bool {
        revision > other.revision || revision == other.revision && command == .stop && other.command != .stop
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(revision)
        writer.u8(command.rawValue | (brief == nil ? 0 : Self.briefBit))
        writer.node(root)
        brief?.write(to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        revision = try Self.revision(reading: &reader)
        let head = try reader.u8()
        guard let command = Command(rawValue: head & ~Self.briefBit) else { throw .unknown(.command) }
        self.command = command
        root = try reader.node()
        if head & Self.briefBit != 0 { brief = try MissionBrief(reading: &reader) }
    }

    /// The layout alone, for whoever tells of an order in another form.
    package var bytes: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    package init(_ bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try self.init(reading: &reader)
        try reader.finish()
    }

    /// The first field, which is all that the head of a signed digest holds for sure.
    static func revision(reading reader: inout ByteReader) throws(WireError) -> UInt32 {
        let revision = try reader.serial()
        guard revision <= revisionMax else { throw .invalid(.serial) }
        return revision
    }
}
