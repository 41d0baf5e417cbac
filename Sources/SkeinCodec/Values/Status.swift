import SkeinPeer
import SkeinSeal
import SkeinWire

extension DropCounters: Coded {
    /// A count for each reason, in the order of `DropReason`. A stranger may count one up beyond what an `Int` here holds.
    package func write(to writer: inout ByteWriter) {
        writer.list(DropReason.allCases.map { min(self[$0], Int(UInt32.max)) }, limit: DropReason.allCases.count)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let counts = try reader.list(of: Int.self, limit: DropReason.allCases.count)
        guard let counters = DropCounters(counts: counts) else { throw .invalid(.entries) }
        self = counters
    }
}

extension PeerStatus: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        writer.node(root)
        writer.optional(hops)
        writer.node(parent)
        writer.node(leader)
        writer.raw(leaderReason)
        plan.write(to: &writer)
        writer.double(grantedPercent)
        writer.double(grantedMHz)
        writer.double(idlePercent)
        neighbours.write(to: &writer)
        drops.write(to: &writer)
        writer.flag(isMissionRunning)
        writer.flag(hasArrived)
        writer.double(xMeters)
        writer.double(yMeters)
        writer.double(headingRadians)
        clock.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            id: try reader.node(), root: try reader.node(), hops: try reader.optional(Int.self),
            parent: try reader.node(), leader: try reader.node(), leaderReason: try reader.raw(LeaderReason.self),
            plan: try PlanNumber(reading: &reader), grantedPercent: try reader.double(),
            grantedMHz: try reader.double(), idlePercent: try reader.double(), neighbours: try Int(reading: &reader),
            drops: try DropCounters(reading: &reader), isMissionRunning: try reader.flag(),
            hasArrived: try reader.flag(), xMeters: try reader.double(), yMeters: try reader.double(),
            headingRadians: try reader.double(), clock: try ClockStatus(reading: &reader))
    }
}
