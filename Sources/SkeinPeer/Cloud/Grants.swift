import SkeinWire

/// How a leader shares its 20 MHz among the members it hears and itself, by the chosen strategy. Made anew before every
/// hello, from what the members' own hellos say; a member that falls silent falls out by itself.
enum Grants {
    static func share(
        us: NodeID, idlePercent: Double, ownEfficiency: Double, neighbours: NeighbourTable, cloud: CloudTuning
    ) -> [Hello.Grant] {
        var lenders: [BandShare.Lender] = []
        func add(_ robot: NodeID, idlePercent: Double, efficiency: Double) {
            guard idlePercent > 0, efficiency > 0 else { return }
            lenders.append(
                BandShare.Lender(
                    robot: Int(robot.number), idlePercent: idlePercent,
                    percentPerMHz: efficiency / cloud.rateMbpsPerPercent))
        }
        var isOwnListed = false
        for neighbour in neighbours.all {
            if !isOwnListed, us < neighbour.id {
                add(us, idlePercent: idlePercent, efficiency: ownEfficiency)
                isOwnListed = true
            }
            guard neighbour.isDataLink, let hello = neighbour.hello, hello.leader == us else { continue }
            add(neighbour.id, idlePercent: hello.idlePercent, efficiency: hello.efficiency.bitsPerSecondPerHz)
        }
        if !isOwnListed { add(us, idlePercent: idlePercent, efficiency: ownEfficiency) }
        let share = BandShare(cloud.strategy, lenders: lenders, bandwidthMHz: cloud.bandwidthMHz)
        return zip(share.lenders, share.grantedMHz).prefix(Hello.membersMax).map { lender, megahertz in
            let granted = lender.percent(atMHz: megahertz)
            return Hello.Grant(
                member: NodeID(UInt16(lender.robot)), granted: PercentField(percent: granted),
                shareKHz: UInt16((megahertz * 1_000).rounded(.down)),
                parts: UInt8(clamping: Int((granted + Self.roundingPercent) / cloud.partPercent)))
        }
    }

    /// A grant of 39.9999 % is one of two whole parts that rounding has touched.
    private static let roundingPercent = 0.01
}
