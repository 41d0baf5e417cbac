/// What its sender knows of stops and releases, and whether it stands: broadcast, again and again until every neighbour has
/// said the same. Who hears one that stands knows that this neighbour has obeyed.
///
///     flags u8 (1 stands) | digest u32 | n u8 | n × statement
package struct StopNotice: Hashable, Sendable {
    package static let statementsMax = 12

    /// The sender is stopped, latched.
    package var isStopped: Bool
    /// Of all stops and releases the sender knows of, told here or not.
    package var digest: UInt32
    package var statements: [StopStatement]

    package init(isStopped: Bool, digest: UInt32, statements: [StopStatement]) {
        self.isStopped = isStopped
        self.digest = digest
        self.statements = statements
    }

    func write(to writer: inout ByteWriter) {
        writer.u8(isStopped ? 1 : 0)
        writer.u32(digest)
        writer.count(statements.count, limit: Self.statementsMax)
        for statement in statements { statement.write(to: &writer) }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let flags = try reader.u8()
        guard flags <= 1 else { throw .invalid(.role) }
        isStopped = flags == 1
        digest = try reader.u32()
        statements = []
        for _ in 0..<(try reader.count(.entries, limit: Self.statementsMax)) {
            statements.append(try StopStatement(reading: &reader))
        }
    }
}

/// A robot's own word to who issued a stop or a release that it has obeyed, and that this will survive a power cut. From
/// the issuer back with `isAnswer`: it has been heard and need not be said again; without it, the issuer asks who has not said
/// it yet.
///
///     flags u8 (1 stands, 2 answer) | issuer u16 | number u32 | digest u32
package struct StopReceipt: Hashable, Sendable {
    package var isStopped: Bool
    package var isAnswer: Bool
    package var name: StopStatement.Name
    package var digest: UInt32

    package init(isStopped: Bool, isAnswer: Bool, name: StopStatement.Name, digest: UInt32) {
        self.isStopped = isStopped
        self.isAnswer = isAnswer
        self.name = name
        self.digest = digest
    }

    func write(to writer: inout ByteWriter) {
        writer.u8((isStopped ? 1 : 0) | (isAnswer ? 2 : 0))
        writer.node(name.issuer)
        writer.u32(name.number)
        writer.u32(digest)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let flags = try reader.u8()
        guard flags <= 3 else { throw .invalid(.role) }
        isStopped = flags & 1 != 0
        isAnswer = flags & 2 != 0
        name = StopStatement.Name(issuer: try reader.node(), number: try reader.serial())
        guard name.issuer != .none else { throw .invalid(.robot) }
        digest = try reader.u32()
    }
}
