import SkeinPeer
import SkeinWire

/// What a daemon and a tool on the same machine say to each other: one frame, one message of a Unix socket that keeps
/// messages apart (SOCK_SEQPACKET).
///
/// Each side begins with `hello`. A hello of another version is answered by `otherVersion`, and the connection closed; the
/// layouts of these two are the same in every version, so that any two programs can tell why they do not talk. Then the
/// tool sends requests, each with a ticket of its own, and may subscribe to events; the daemon sends a reply or a refusal
/// for every ticket, and events to those who asked. A reader too slow for its events loses the oldest and is told how
/// many. Whoever hangs up is gone, with all it waited for.
///
/// A socket may speak for several robots, one at a time to each tool: for the one that its hello names until the tool turns to
/// another, which then says hello in turn. One that is not there is refused under ticket 0.
///
///      0        1
///     +--------+--------+
///     | version| kind   | body …
///     +--------+--------+
///     1 hello         magic u32 "Skin" | robot u16 (none: a tool) | epoch u32 | name: length u8, UTF-8
///     2 otherVersion  -
///     3 request       ticket u32 | command
///     4 subscribe     -
///     5 reply         ticket u32 | reply
///     6 event         at, ns of the robot's clock i64 | mesh time: known u8, then root u16 | term u32 | ns i64 | bound, ns i64
///                     | own u8 | event
///     7 lost          events u32
///     8 refused       ticket u32 | reason u8
///     9 askNames      -
///    10 names         count u16, then each: robot u16 | name: length u8, UTF-8
///    11 askEvents     after this number u64
///    12 events        latest number there is u64 | count u16, then each: number u64, and as in `event`
///    13 turn          robot u16
///    14 askBody       -
///    15 body          count u16, then each: kind u8 | text: length u8, UTF-8
package enum LocalFrame: Sendable {
    package static let version: UInt8 = 2
    /// One message; both sides refuse a larger one.
    package static let bytesMax = 65_536
    private static let magic: UInt32 = 0x536B_696E

    case hello(Hello)
    /// Sent in answer to a hello that this version does not speak; the frame's own version is the sender's.
    case otherVersion(UInt8)
    case request(ticket: UInt32, OperatorCommand)
    case subscribe
    case reply(ticket: UInt32, Reply)
    /// With the robot's own time and the mesh's, as far as it was known.
    case event(at: Instant, mesh: MeshTime?, Event)
    /// So many of the oldest events were dropped since the last one sent.
    case lost(UInt32)
    case refused(ticket: UInt32, Refusal)
    /// What the fleet calls its robots; answered by `names`.
    case askNames
    case names([Name])
    /// What is left of the events with higher numbers; answered by `events`.
    case askEvents(after: UInt64)
    /// Ascending; as many of the first as a frame holds. `latest`: the highest number that was ever given.
    case events([EventNote], latest: UInt64)
    /// Speak for this robot from now on; answered by its `hello`, or refused under ticket 0.
    case turn(NodeID)
    /// What is wrong with the robot's machine; answered by `body`.
    case askBody
    case body(BodyAccount)

    /// A robot as people call it.
    package struct Name: Hashable, Sendable, Coded {
        package var id: NodeID
        package var name: String

        package init(id: NodeID, name: String) {
            self.id = id
            self.name = name
        }

        package func write(to writer: inout ByteWriter) {
            writer.node(id)
            writer.text(name)
        }

        package init(reading reader: inout ByteReader) throws(WireError) {
            id = try reader.node()
            name = try reader.text()
        }
    }

    /// Names that fit a frame, each as long as a text may be, would be fewer; rosters have short ones.
    package static let namesMax = 2_048

    /// Who speaks.
    package struct Hello: Hashable, Sendable {
        /// `.none`: no robot, a tool.
        package var id: NodeID
        package var epoch: Epoch
        package var name: String

        package init(id: NodeID, epoch: Epoch, name: String) {
            self.id = id
            self.epoch = epoch
            self.name = name
        }
    }

    /// Why a request was not passed on to the peer.
    package enum Refusal: UInt8, CaseIterable, Sendable {
        /// This connection has as many unanswered as it may have.
        case tooMany = 1
        /// The daemon is on its way out.
        case leaving = 2
        /// A command that this daemon does not know.
        case unknownCommand = 3
        /// This socket does not speak for that robot.
        case noSuchRobot = 4
        /// A simulation is looked at, not steered.
        case onlyQuestions = 5
        /// It is switched off, or stands still.
        case robotIsOff = 6
    }

    private enum Kind: UInt8 {
        case hello = 1
        case otherVersion = 2
        case request = 3
        case subscribe = 4
        case reply = 5
        case event = 6
        case lost = 7
        case refused = 8
        case askNames = 9
        case names = 10
        case askEvents = 11
        case events = 12
        case turn = 13
        case askBody = 14
        case body = 15
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        if case .otherVersion(let version) = self { writer.u8(version) } else { writer.u8(Self.version) }
        switch self {
        case .hello(let hello):
            writer.raw(Kind.hello)
            writer.u32(Self.magic)
            writer.node(hello.id)
            writer.u32(hello.epoch.number)
            writer.text(hello.name)
        case .otherVersion: writer.raw(Kind.otherVersion)
        case .request(let ticket, let command):
            writer.raw(Kind.request)
            writer.u32(ticket)
            command.write(to: &writer)
        case .subscribe: writer.raw(Kind.subscribe)
        case .reply(let ticket, let reply):
            writer.raw(Kind.reply)
            writer.u32(ticket)
            reply.write(to: &writer)
        case .event(let at, let mesh, let event):
            writer.raw(Kind.event)
            at.write(to: &writer)
            writer.optional(mesh)
            event.write(to: &writer)
        case .lost(let count):
            writer.raw(Kind.lost)
            writer.u32(count)
        case .refused(let ticket, let reason):
            writer.raw(Kind.refused)
            writer.u32(ticket)
            writer.raw(reason)
        case .askNames: writer.raw(Kind.askNames)
        case .names(let names):
            writer.raw(Kind.names)
            writer.list(Self.fitting(names), limit: Self.namesMax)
        case .askEvents(let number):
            writer.raw(Kind.askEvents)
            writer.u64(number)
        case .events(let notes, let latest):
            writer.raw(Kind.events)
            writer.u64(latest)
            Self.write(fitting: notes, to: &writer)
        case .turn(let robot):
            writer.raw(Kind.turn)
            writer.node(robot)
        case .askBody: writer.raw(Kind.askBody)
        case .body(let account):
            writer.raw(Kind.body)
            account.write(to: &writer)
        }
        precondition(writer.bytes.count <= Self.bytesMax, "a frame of \(writer.bytes.count) bytes")
        return writer.bytes
    }

    /// As many of the first as one frame holds: the others are called by number.
    private static func fitting(_ names: [Name]) -> [Name] {
        var left = bytesMax - 4
        return Array(
            names.prefix(namesMax).prefix { name in
                left -= 3 + min(name.name.utf8.count, CodedLimit.textBytesMax)
                return left >= 0
            })
    }

    private static func write(fitting notes: [EventNote], to writer: inout ByteWriter) {
        var count = 0
        var list = ByteWriter()
        for note in notes.prefix(EventShelf.capacity) {
            let bytes = note.coded
            guard writer.bytes.count + 2 + list.bytes.count + bytes.count <= bytesMax else { break }
            list.raw(bytes)
            count += 1
        }
        writer.u16(UInt16(count))
        writer.raw(list.bytes)
    }

    /// The version that a frame claims; nil: no frame of any version.
    package static func version(of bytes: ArraySlice<UInt8>) -> UInt8? { bytes.first }

    /// The ticket of a request that could not be read otherwise, so that it can be refused by name.
    package static func ticket(of bytes: ArraySlice<UInt8>) -> UInt32? {
        var reader = ByteReader(bytes)
        guard let version = try? reader.u8(), version == Self.version, let kind = try? reader.raw(Kind.self),
            kind == .request
        else { return nil }
        return try? reader.u32()
    }

    package init(_ bytes: [UInt8]) throws(WireError) { try self.init(bytes[...]) }

    /// Throws `.unknown(.version)` for every frame of another version but its `otherVersion`.
    package init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        guard bytes.count <= Self.bytesMax else {
            throw .tooMany(.payload, count: bytes.count, limit: Self.bytesMax)
        }
        var reader = ByteReader(bytes)
        let version = try reader.u8()
        let number = try reader.u8()
        if number == Kind.otherVersion.rawValue {
            try reader.finish()
            self = .otherVersion(version)
            return
        }
        guard version == Self.version else { throw .unknown(.version) }
        guard let kind = Kind(rawValue: number) else { throw .unknown(.kind) }
        switch kind {
        case .hello:
            guard try reader.u32() == Self.magic else { throw .invalid(.kind) }
            self = .hello(
                Hello(id: try reader.node(), epoch: Epoch(try reader.u32()), name: try reader.text()))
        case .otherVersion: preconditionFailure("an otherVersion got past the versions")
        case .request: self = .request(ticket: try reader.u32(), try OperatorCommand(reading: &reader))
        case .subscribe: self = .subscribe
        case .reply: self = .reply(ticket: try reader.u32(), try Reply(reading: &reader))
        case .event:
            self = .event(
                at: try Instant(reading: &reader), mesh: try reader.optional(MeshTime.self),
                try Event(reading: &reader))
        case .lost: self = .lost(try reader.u32())
        case .refused: self = .refused(ticket: try reader.u32(), try reader.raw(Refusal.self))
        case .askNames: self = .askNames
        case .names: self = .names(try reader.list(of: Name.self, limit: Self.namesMax))
        case .askEvents: self = .askEvents(after: try reader.u64())
        case .events:
            let latest = try reader.u64()
            self = .events(try reader.list(of: EventNote.self, limit: EventShelf.capacity), latest: latest)
        case .turn: self = .turn(try reader.node())
        case .askBody: self = .askBody
        case .body: self = .body(try BodyAccount(reading: &reader))
        }
        try reader.finish()
    }
}
