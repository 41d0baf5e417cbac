/// The beacon of the data band: who leads, who belongs, what it can lend. A leader's hello carries the shares of its
/// 20 MHz that it has granted to its members, itself included. Never relayed.
///
///     interval_ms u16 | flags u8 (1 leads, 2 leaving, 4 stopped, 8 has bulk to send, 16 with a share, 32 with kernels)
///     | leader u16 | plan u64 | idle u16 (1/100 %) | efficiency u16
///     | busy parts u8 | sequence u16 | stops u32
///     | n u8 | n × (member u16, granted u16 (1/100 %), share u16 (kHz), parts u8)
///     | [16: bulk share u16 (kHz)] | [32: n u8 | n × kernel]
package struct Hello: Hashable, Sendable {
    package static let membersMax = 120
    package static let kernelsMax = 10
    /// Others must be able to show it as evidence: with all members there is no room for all kernels. A longer one is refused.
    package static let bytesMax = Demotion.messageBytesMax - Envelope.headerBytes - Envelope.signatureBytes
    /// Without members and kernels, with a bulk share.
    private static let leastBytes = 28
    private static let grantBytes = 7

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
    /// The sender has objects to send, and wants a share of its leader's band for them.
    package var hasBulk = false
    /// A leader's: what each member that has bulk may use of the band that is not granted; nil: nobody has any.
    package var bulkShareKHz: UInt16?
    /// The registered kernels that the sender computes for others.
    package var kernels: [KernelName] = []

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

    /// Of the kernels that a robot computes, the first that a hello with so many grants has room for.
    package static func kernels(_ offered: [KernelName], besideGrants grants: Int) -> [KernelName] {
        var left = bytesMax - leastBytes - grants * grantBytes
        return Array(
            offered.prefix(kernelsMax).prefix { kernel in
                left -= kernel.byteCount
                return left >= 0
            })
    }

    func write(to writer: inout ByteWriter) {
        writer.u16(intervalMilliseconds)
        let flags: [Bool] = [isLeader, isLeaving, isStopped, hasBulk, bulkShareKHz != nil, !kernels.isEmpty]
        writer.u8(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
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
        if let bulkShareKHz { writer.u16(bulkShareKHz) }
        guard !kernels.isEmpty else { return }
        writer.count(kernels.count, limit: Self.kernelsMax)
        for kernel in kernels { kernel.write(to: &writer) }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let bodyBytes = reader.remaining
        intervalMilliseconds = try reader.u16()
        guard intervalMilliseconds > 0 else { throw .invalid(.interval) }
        let flags = try reader.u8()
        guard flags <= 63 else { throw .invalid(.role) }
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
        hasBulk = flags & 8 != 0
        if flags & 16 != 0 { bulkShareKHz = try reader.u16() }
        guard flags & 32 != 0 else { return }
        let count = try reader.count(.kernels, limit: Self.kernelsMax)
        guard count > 0 else { throw .invalid(.kernels) }
        for _ in 0..<count { kernels.append(try KernelName(reading: &reader)) }
        guard bodyBytes - reader.remaining <= Self.bytesMax else { throw .invalid(.bodyLength) }
    }
}
