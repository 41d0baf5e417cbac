/// The operator's order to the swarm, flooded. The higher revision wins; a stop at equal revision wins over a start.
///
///     revision u32 | command u8 (1 organise, 2 start, 3 stop) | root u16
package struct MissionOrder: Hashable, Sendable {
    package enum Command: UInt8, CaseIterable, Sendable {
        /// Build the hierarchy around the robot that was told.
        case organise = 1
        /// The mission's start signal: t = 0.
        case start = 2
        case stop = 3
    }

    /// Beacons tell it doubled (`Beacon.missionRevision`), and that must still be a serial.
    package static let revisionMax = ByteReader.serialMax / 2

    package var revision: UInt32
    package var command: Command
    package var root: NodeID

    package init(revision: UInt32, command: Command, root: NodeID) {
        self.revision = revision
        self.command = command
        self.root = root
    }

    /// A higher revision, or a stop at the same.
    package func supersedes(_ other: MissionOrder) -> Bool {
        revision > other.revision || revision == other.revision && command == .stop && other.command != .stop
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(revision)
        writer.u8(command.rawValue)
        writer.node(root)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        revision = try reader.serial()
        guard revision <= Self.revisionMax else { throw .invalid(.serial) }
        guard let command = Command(rawValue: try reader.u8()) else { throw .unknown(.command) }
        self.command = command
        root = try reader.node()
    }
}
