/// The beacon of the data band: who leads, who belongs, what it can lend. A leader's hello carries the shares of its
/// 20 MHz that it has granted to its members, itself included. Never relayed.
///
///     interval_ms u16 | flags u8 (1 leads, 2 leaving, 4 stopped) | leader u16 | plan u64 | idle u16 (1/100 %) | efficiency u16
///     | busy parts u8 | sequence u16 | stops u32
///     | n u8 | n × (member u16, granted u16 (1/100 %), share u16 (kHz), parts u8)
package struct Hello: Hashable, Sendable {
    package static let membersMax = 120

    /// What a leader has promised a member and may take from it.
    package struct Grant: Hashable, Sendable {
        package var member: NodeID
        package var granted: PercentField
        package var shareKHz: UInt16
        /// Whole parts the grant can carry.
        package var parts: UInt8
        package init(member: NodeID, granted: PercentField, shareKHz: UInt16, parts: UInt8) {
            self.member = member
            self.granted = granted
            self.shareKHz = shareKHz
            self.parts = parts
        }
    }

    package var intervalMilliseconds: UInt16
    package var isLeader: Bool
    /// The sender's last word: it is about to be switched off.
    package var isLeaving: Bool
    /// The sender stands: an emergency stop is in force.
    package var isStopped: Bool
    package var leader: NodeID
    package var plan: PlanNumber
    package var idle: PercentField
    /// Of the directed link leader → sender, as the sender measures it.
    package var efficiency: EfficiencyField
    package var busyParts: UInt8
    package var sequence: UInt16
    /// Digest of the stops and releases that the sender knows; 0: of none.
    package var stopDigest: UInt32
    package var grants: [Grant]

    package init(
        intervalMilliseconds: UInt16, isLeader: Bool, isLeaving: Bool, isStopped: Bool = false, leader: NodeID,
        plan: PlanNumber,
        idle: PercentField, efficiency: EfficiencyField, busyParts: UInt8, sequence: UInt16, stopDigest: UInt32 = 0,
        grants: [Grant]
    ) {
        self.intervalMilliseconds = intervalMilliseconds
        self.isLeader = isLeader
        self.isLeaving = isLeaving
        self.isStopped = isStopped
        self.leader = leader
        self.plan = plan
        self.idle = idle
        self.efficiency = efficiency
        self.busyParts = busyParts
        self.sequence = sequence
        self.stopDigest = stopDigest
        self.grants = grants
    }

    func write(to writer: inout ByteWriter) {
        writer.u16(intervalMilliseconds)
        writer.u8((isLeader ? 1 : 0) | (isLeaving ? 2 : 0) | (isStopped ? 4 : 0))
        writer.node(leader)
        plan.write(to: &writer)
        writer.u16(idle.hundredths)
        writer.u16(efficiency.thousandths)
        writer.u8(busyParts)
        writer.u16(sequence)
        writer.u32(stopDigest)
        writer.count(grants.count, limit: Self.membersMax)
        for grant in grants {
            writer.node(grant.member)
            writer.u16(grant.granted.hundredths)
            writer.u16(grant.shareKHz)
            writer.u8(grant.parts)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        intervalMilliseconds = try reader.u16()
        guard intervalMilliseconds > 0 else { throw .invalid(.interval) }
        let flags = try reader.u8()
        guard flags <= 7 else { throw .invalid(.role) }
        isLeader = flags & 1 != 0
        isLeaving = flags & 2 != 0
        isStopped = flags & 4 != 0
        leader = try reader.node()
        plan = try PlanNumber(reading: &reader)
        idle = PercentField(hundredths: try reader.u16())
        efficiency = EfficiencyField(thousandths: try reader.u16())
        busyParts = try reader.u8()
        sequence = try reader.u16()
        stopDigest = try reader.u32()
        grants = []
        for _ in 0..<(try reader.count(.members, limit: Self.membersMax)) {
            grants.append(
                Grant(
                    member: try reader.node(), granted: PercentField(hundredths: try reader.u16()),
                    shareKHz: try reader.u16(), parts: try reader.u8()))
        }
    }
}
