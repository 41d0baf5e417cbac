/// Which plan: the root's term, then its number in that term. A later term wins, then a later number.
package struct PlanNumber: Hashable, Comparable, Sendable {
    package var term: UInt32
    package var number: UInt32

    package static let none = PlanNumber(term: 0, number: 0)

    package init(term: UInt32, number: UInt32) {
        self.term = term
        self.number = number
    }

    package static func < (left: PlanNumber, right: PlanNumber) -> Bool {
        (left.term, left.number) < (right.term, right.number)
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(term)
        writer.u32(number)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        term = try reader.serial()
        number = try reader.serial()
    }
}

/// The root's plan of the 5 GHz hierarchy, flooded: the leaders in order of election, and who belongs to whom.
/// A plan that does not fit one datagram travels in parts, each of which is of use alone: every part lists all leaders.
///
///     root u16 | plan u64 | part u8 | parts u8 | l u8
///     | l × (leader u16, own efficiency u16) | n u16 | n × (robot u16, owner u8: index into the leaders)
package struct PlanPart: Hashable, Sendable {
    package static let leadersMax = 120
    package static let entriesMax = 200
    package static let partsMax = 8

    package struct Entry: Hashable, Sendable {
        package var robot: NodeID
        /// Index of its leader in `leaders`.
        package var owner: UInt8
        package init(robot: NodeID, owner: UInt8) {
            self.robot = robot
            self.owner = owner
        }
    }

    /// A leader and the efficiency its own share of its band is reckoned with: the mean of its possible members.
    package struct Leader: Hashable, Sendable {
        package var id: NodeID
        package var efficiency: EfficiencyField
        package init(id: NodeID, efficiency: EfficiencyField) {
            self.id = id
            self.efficiency = efficiency
        }
    }

    package var root: NodeID
    package var plan: PlanNumber
    package var part: UInt8
    package var parts: UInt8
    package var leaders: [Leader]
    package var entries: [Entry]

    package init(root: NodeID, plan: PlanNumber, part: UInt8, parts: UInt8, leaders: [Leader], entries: [Entry]) {
        self.root = root
        self.plan = plan
        self.part = part
        self.parts = parts
        self.leaders = leaders
        self.entries = entries
    }

    /// The leader the plan gives a robot, if this part speaks of it.
    package func owner(of robot: NodeID) -> NodeID? {
        entries.first { $0.robot == robot }.map { leaders[Int($0.owner)].id }
    }

    func write(to writer: inout ByteWriter) {
        precondition(entries.count <= Self.entriesMax, "\(entries.count) plan entries in one part")
        writer.node(root)
        plan.write(to: &writer)
        writer.u8(part)
        writer.u8(parts)
        writer.count(leaders.count, limit: Self.leadersMax)
        for leader in leaders {
            writer.node(leader.id)
            writer.u16(leader.efficiency.thousandths)
        }
        writer.u16(UInt16(entries.count))
        for entry in entries {
            writer.node(entry.robot)
            writer.u8(entry.owner)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        root = try reader.node()
        plan = try PlanNumber(reading: &reader)
        part = try reader.u8()
        parts = try reader.u8()
        guard parts > 0, Int(parts) <= Self.partsMax, part < parts else { throw .invalid(.parts) }
        leaders = []
        for _ in 0..<(try reader.count(.leaders, limit: Self.leadersMax)) {
            leaders.append(
                Leader(id: try reader.node(), efficiency: EfficiencyField(thousandths: try reader.u16())))
        }
        let count = Int(try reader.u16())
        guard count <= Self.entriesMax else {
            throw .tooMany(.entries, count: count, limit: Self.entriesMax)
        }
        entries = []
        for _ in 0..<count {
            let entry = Entry(robot: try reader.node(), owner: try reader.u8())
            guard Int(entry.owner) < leaders.count else { throw .invalid(.entries) }
            entries.append(entry)
        }
    }
}
