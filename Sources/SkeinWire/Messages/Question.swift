/// A question of one robot to another about the ways between robots; answered by an `Answer` of the same number. The rule:
/// docs/probing.md.
///
///     number u64 (the asker's boot and a count) | what u8
///     | [1: robot u16] | [2: robot u16] | [3: robot u16 | bytes u32 | milliseconds u32]
///     | [4: robot u16 | bytes u32 | milliseconds u32 | object 32] | [5: number u64]
package struct Question: Hashable, Sendable {
    /// What is asked.
    package enum Subject: Hashable, Sendable {
        /// Whom a message of yours to this robot goes to now.
        case way(to: NodeID)
        /// Echo this robot, and say how far it is.
        case echo(of: NodeID)
        /// Make an object for this robot, and give it to that one alone; so long at most.
        case speed(to: NodeID, bytes: UInt32, milliseconds: UInt32)
        /// Fetch this object from that robot, and say how long it took; so long at most.
        case take(ObjectID, bytes: UInt32, from: NodeID, milliseconds: UInt32)
        /// The question of this number needs nothing more.
        case enough(UInt64)
    }

    /// Of an object to measure with: below it the beginning is all there is to measure.
    package static let bytesMin: UInt32 = 16 << 10
    package static let bytesMax: UInt32 = 16 << 20
    package static let millisecondsMax: UInt32 = 120_000

    package var number: UInt64
    package var subject: Subject

    package init(number: UInt64, subject: Subject) {
        self.number = number
        self.subject = subject
    }

    func write(to writer: inout ByteWriter) {
        writer.u64(number)
        subject.write(to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        number = try reader.u64()
        subject = try Subject(reading: &reader)
    }
}

extension Question.Subject {
    private enum Kind: UInt8 { case way = 1, echo, speed, take, enough }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .way(let robot):
            writer.u8(Kind.way.rawValue)
            writer.node(robot)
        case .echo(let robot):
            writer.u8(Kind.echo.rawValue)
            writer.node(robot)
        case .speed(let robot, let bytes, let milliseconds):
            writer.u8(Kind.speed.rawValue)
            writer.node(robot)
            writer.u32(bytes)
            writer.u32(milliseconds)
        case .take(let object, let bytes, let robot, let milliseconds):
            writer.u8(Kind.take.rawValue)
            writer.node(robot)
            writer.u32(bytes)
            writer.u32(milliseconds)
            object.write(to: &writer)
        case .enough(let number):
            writer.u8(Kind.enough.rawValue)
            writer.u64(number)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.command) }
        switch kind {
        case .way: self = .way(to: try Self.robot(&reader))
        case .echo: self = .echo(of: try Self.robot(&reader))
        case .speed:
            self = .speed(
                to: try Self.robot(&reader), bytes: try Self.bytes(&reader), milliseconds: try Self.span(&reader))
        case .take:
            let (robot, bytes) = (try Self.robot(&reader), try Self.bytes(&reader))
            let span = try Self.span(&reader)
            self = .take(try ObjectID(reading: &reader), bytes: bytes, from: robot, milliseconds: span)
        case .enough: self = .enough(try reader.u64())
        }
    }

    /// Nobody has a way, and nobody echoes.
    private static func robot(_ reader: inout ByteReader) throws(WireError) -> NodeID {
        let robot = try reader.node()
        guard robot != .none else { throw .invalid(.robot) }
        return robot
    }

    private static func bytes(_ reader: inout ByteReader) throws(WireError) -> UInt32 {
        let bytes = try reader.u32()
        guard (Question.bytesMin...Question.bytesMax).contains(bytes) else { throw .invalid(.payload) }
        return bytes
    }

    private static func span(_ reader: inout ByteReader) throws(WireError) -> UInt32 {
        let milliseconds = try reader.u32()
        guard (1...Question.millisecondsMax).contains(milliseconds) else { throw .invalid(.time) }
        return milliseconds
    }
}
