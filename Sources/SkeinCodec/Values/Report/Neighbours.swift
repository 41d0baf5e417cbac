import SkeinPeer
import SkeinWire

extension NeighbourAccount: Coded {
    /// One bit each; a bit that says more of what another denies is refused.
    private struct Flags: OptionSet {
        var rawValue: UInt8
        static let quiet = Flags(rawValue: 1)
        static let leader = Flags(rawValue: 2)
        static let mayLead = Flags(rawValue: 4)
        static let stopKnown = Flags(rawValue: 8)
        static let stopped = Flags(rawValue: 16)
        static let rooted = Flags(rawValue: 32)

        static let all: Flags = [.quiet, .leader, .mayLead, .stopKnown, .stopped, .rooted]
    }

    private var flags: Flags {
        var flags: Flags = []
        if isQuiet { flags.insert(.quiet) }
        if isLeader { flags.insert(.leader) }
        if mayLead { flags.insert(.mayLead) }
        if let isStopped { flags.formUnion(isStopped ? [.stopKnown, .stopped] : .stopKnown) }
        if hops != nil { flags.insert(.rooted) }
        return flags
    }

    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        writer.u8(flags.rawValue)
        writer.optional(control)
        writer.optional(data)
        since.write(to: &writer)
        heardAt.write(to: &writer)
        writer.optional(roundTrip)
        writer.node(leader)
        writer.optional(expectedDBm)
        writer.node(root)
        writer.u8(UInt8(clamping: hops ?? 0))
        writer.node(parent)
        writer.optional(idlePercent)
        writer.optional(busyParts.map { UInt8(clamping: $0) })
        writer.optional(place)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let id = try reader.node()
        let flags = Flags(rawValue: try reader.u8())
        guard flags.isSubset(of: .all), !flags.contains(.stopped) || flags.contains(.stopKnown) else {
            throw .invalid(.kind)
        }
        let control = try reader.optional(BandLink.self)
        let data = try reader.optional(BandLink.self)
        self.init(
            id: id, since: try Instant(reading: &reader), heardAt: try Instant(reading: &reader),
            isQuiet: flags.contains(.quiet))
        self.control = control
        self.data = data
        isLeader = flags.contains(.leader)
        mayLead = flags.contains(.mayLead)
        isStopped = flags.contains(.stopKnown) ? flags.contains(.stopped) : nil
        roundTrip = try reader.optional(Duration.self)
        leader = try reader.node()
        expectedDBm = try reader.optional(Double.self)
        root = try reader.node()
        let hops = Int(try reader.u8())
        guard flags.contains(.rooted) || hops == 0 else { throw .invalid(.number) }
        self.hops = flags.contains(.rooted) ? hops : nil
        parent = try reader.node()
        idlePercent = try reader.optional(Double.self)
        busyParts = try reader.optional(UInt8.self).map { Int($0) }
        place = try reader.optional(Place.self)
    }
}

extension NeighbourAccount.BandLink: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(powerDBm)
        writer.double(efficiency)
        writer.raw(basis)
        writer.flag(isLink)
        writer.raw(outlook)
        heardAt.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            powerDBm: try reader.double(), efficiency: try reader.double(), basis: try reader.raw(LinkBasis.self),
            isLink: try reader.flag(), outlook: try reader.raw(Outlook.self), heardAt: try Instant(reading: &reader))
    }
}

extension NeighbourAccount.Place: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(xMeters)
        writer.double(yMeters)
        writer.double(headingRadians)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            xMeters: try reader.double(), yMeters: try reader.double(), headingRadians: try reader.double())
    }
}

extension MemberAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(member)
        writer.double(grantedPercent)
        writer.double(grantedMHz)
        writer.u8(UInt8(clamping: parts))
        writer.u8(UInt8(clamping: reservedParts))
        writer.double(idlePercent)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            member: try reader.node(), grantedPercent: try reader.double(), grantedMHz: try reader.double(),
            parts: Int(try reader.u8()), reservedParts: Int(try reader.u8()), idlePercent: try reader.double())
    }
}

extension RouteAccount: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(destination)
        writer.node(next)
        writer.optional(rule?.rawValue)
        writer.optional(hops.map { UInt8(clamping: $0) })
        writer.optional(learnedAt)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let destination = try reader.node()
        let next = try reader.node()
        let rule: HopRule? = try reader.flag() ? try reader.raw(HopRule.self) : nil
        self.init(
            destination: destination, next: next, rule: rule, hops: try reader.optional(UInt8.self).map { Int($0) },
            learnedAt: try reader.optional(Instant.self))
    }
}
