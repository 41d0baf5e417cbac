/// What an order is about: which run of which plan, and who does what in it (docs/missions.md).
///
///     run u32 | elapsed u32 (tenths of s) | reason u8 (0 a person, 1 all arrived, 2 a role arrived, 3 deadline, 4 missed,
///     5 unvouched) | hash 32 | bytes u32 (0: no plan) | revision u32 | n u16 | n × (robot u16, role u8)
///
/// Without a plan its hash and revision are zeros. Robots stand in ascending order, each once; who is not listed stands by.
package struct MissionBrief: Hashable, Sendable {
    /// Why the keeper of the mission gave the order.
    package enum Reason: UInt8, CaseIterable, Sendable {
        case person = 0
        case allArrived = 1
        case roleArrived = 2
        case deadline = 3
        case taskMissed = 4
        /// Whoever signed the plan may command missions no more.
        case unvouched = 5
    }

    /// A mission plan by name: its signed bytes are a bulk object.
    package struct PlanName: Hashable, Sendable {
        package var object: ObjectID
        package var bytes: UInt32
        package var revision: UInt32

        package init(object: ObjectID, bytes: UInt32, revision: UInt32) {
            self.object = object
            self.bytes = bytes
            self.revision = revision
        }
    }

    package struct Entry: Hashable, Sendable {
        package var robot: NodeID
        /// Its place in the plan's list of roles.
        package var role: UInt8

        package init(robot: NodeID, role: UInt8) {
            self.robot = robot
            self.role = role
        }
    }

    /// Of larger swarms, so many have roles; 900 bytes.
    package static let entriesMax = 300
    /// Signed plans are smaller; whoever names a larger one is not asked for it.
    package static let planBytesMax: UInt32 = 32_768

    private static let noHash = [UInt8](repeating: 0, count: ObjectID.byteCount)

    package var run: UInt32
    package var elapsedTenths: UInt32
    package var reason: Reason
    package var plan: PlanName?
    package var roles: [Entry]

    package init(
        run: UInt32, elapsedTenths: UInt32 = 0, reason: Reason = .person, plan: PlanName? = nil, roles: [Entry] = []
    ) {
        self.run = run
        self.elapsedTenths = elapsedTenths
        self.reason = reason
        self.plan = plan
        self.roles = roles
    }

    /// The role of a robot; nil: it stands by.
    package func role(of robot: NodeID) -> UInt8? {
        var low = 0
        var high = roles.count
        while low < high {
            let middle = (low + high) / 2
            if roles[middle].robot < robot { low = middle + 1 } else { high = middle }
        }
        return low < roles.count && roles[low].robot == robot ? roles[low].role : nil
    }

    func write(to writer: inout ByteWriter) {
        precondition(roles.count <= Self.entriesMax, "\(roles.count) roles in an order")
        precondition(zip(roles, roles.dropFirst()).allSatisfy { $0.robot < $1.robot }, "roles out of order")
        writer.u32(run)
        writer.u32(elapsedTenths)
        writer.u8(reason.rawValue)
        writer.raw(plan?.object.hash ?? Self.noHash)
        writer.u32(plan?.bytes ?? 0)
        writer.u32(plan?.revision ?? 0)
        writer.u16(UInt16(roles.count))
        for entry in roles {
            writer.node(entry.robot)
            writer.u8(entry.role)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        run = try MissionOrder.revision(reading: &reader)
        elapsedTenths = try reader.u32()
        guard let reason = Reason(rawValue: try reader.u8()) else { throw .unknown(.command) }
        self.reason = reason
        let name = PlanName(
            object: try ObjectID(reading: &reader), bytes: try reader.u32(), revision: try reader.serial())
        guard name.bytes <= Self.planBytesMax else { throw .invalid(.payload) }
        guard name.bytes > 0 || name.object.hash == Self.noHash && name.revision == 0 else { throw .invalid(.payload) }
        plan = name.bytes > 0 ? name : nil
        let count = Int(try reader.u16())
        guard count <= Self.entriesMax else { throw .tooMany(.entries, count: count, limit: Self.entriesMax) }
        roles = []
        for _ in 0..<count {
            let entry = Entry(robot: try reader.node(), role: try reader.u8())
            if let last = roles.last, last.robot >= entry.robot { throw .invalid(.entries) }
            roles.append(entry)
        }
    }
}
