import SkeinPeer
import SkeinWire

extension NeighbourAccount {
    var schema: Skein_Neighbour {
        var neighbour = Skein_Neighbour()
        neighbour.robot = UInt32(id.number)
        if let control { neighbour.control = control.schema }
        if let data { neighbour.data = data.schema }
        neighbour.sinceAtNs = since.nanoseconds
        neighbour.heardAtNs = heardAt.nanoseconds
        neighbour.quiet = isQuiet
        if let roundTrip { neighbour.roundTripNs = roundTrip.nanoseconds }
        if let leader = leader.present { neighbour.leader = leader }
        neighbour.leads = isLeader
        neighbour.mayLead = mayLead
        if let expectedDBm { neighbour.expectedDbm = expectedDBm }
        if let root = root.present { neighbour.root = root }
        if let hops { neighbour.hops = UInt32(clamping: hops) }
        if let parent = parent.present { neighbour.parent = parent }
        if let idlePercent { neighbour.idlePercent = idlePercent }
        if let busyParts { neighbour.busyParts = UInt32(clamping: busyParts) }
        if let place {
            neighbour.place.xM = place.xMeters
            neighbour.place.yM = place.yMeters
            neighbour.place.headingRad = place.headingRadians
        }
        if let isStopped { neighbour.stopped = isStopped }
        return neighbour
    }

    init(_ neighbour: Skein_Neighbour) throws(LogFault) {
        self.init(
            id: try LogCheck.node(neighbour.robot, "neighbour.robot"),
            since: try LogCheck.instant(neighbour.sinceAtNs, "neighbour.since_at_ns"),
            heardAt: try LogCheck.instant(neighbour.heardAtNs, "neighbour.heard_at_ns"), isQuiet: neighbour.quiet)
        control = neighbour.hasControl ? try BandLink(neighbour.control) : nil
        data = neighbour.hasData ? try BandLink(neighbour.data) : nil
        roundTrip =
            neighbour.hasRoundTripNs ? try LogCheck.span(neighbour.roundTripNs, "neighbour.round_trip_ns") : nil
        leader = try LogCheck.node(neighbour.hasLeader, neighbour.leader, "neighbour.leader")
        isLeader = neighbour.leads
        mayLead = neighbour.mayLead
        expectedDBm =
            neighbour.hasExpectedDbm ? try LogCheck.double(neighbour.expectedDbm, "neighbour.expected_dbm") : nil
        root = try LogCheck.node(neighbour.hasRoot, neighbour.root, "neighbour.root")
        hops = neighbour.hasHops ? Int(neighbour.hops) : nil
        parent = try LogCheck.node(neighbour.hasParent, neighbour.parent, "neighbour.parent")
        idlePercent =
            neighbour.hasIdlePercent ? try LogCheck.double(neighbour.idlePercent, "neighbour.idle_percent") : nil
        busyParts = neighbour.hasBusyParts ? Int(neighbour.busyParts) : nil
        if neighbour.hasPlace {
            place = Place(
                xMeters: try LogCheck.double(neighbour.place.xM, "place.x_m"),
                yMeters: try LogCheck.double(neighbour.place.yM, "place.y_m"),
                headingRadians: try LogCheck.double(neighbour.place.headingRad, "place.heading_rad"))
        }
        isStopped = neighbour.hasStopped ? neighbour.stopped : nil
    }
}

extension NeighbourAccount.BandLink {
    fileprivate var schema: Skein_Link {
        var link = Skein_Link()
        link.powerDbm = powerDBm
        link.efficiencyBitsPerSPerHz = efficiency
        link.basis = LogEnum.number(basis)
        link.bothWays = isLink
        link.outlook = LogEnum.number(outlook)
        link.heardAtNs = heardAt.nanoseconds
        return link
    }

    fileprivate init(_ link: Skein_Link) throws(LogFault) {
        self.init(
            powerDBm: try LogCheck.double(link.powerDbm, "link.power_dbm"),
            efficiency: try LogCheck.double(link.efficiencyBitsPerSPerHz, "link.efficiency_bits_per_s_per_hz"),
            basis: try LogEnum.value(link.basis, "link.basis"), isLink: link.bothWays,
            outlook: try LogEnum.value(link.outlook, "link.outlook"),
            heardAt: try LogCheck.instant(link.heardAtNs, "link.heard_at_ns"))
    }
}

extension MemberAccount {
    var schema: Skein_Member {
        var member = Skein_Member()
        member.robot = UInt32(self.member.number)
        member.grantedPercent = grantedPercent
        member.grantedMhz = grantedMHz
        member.parts = UInt32(clamping: parts)
        member.reservedParts = UInt32(clamping: reservedParts)
        member.idlePercent = idlePercent
        return member
    }

    init(_ member: Skein_Member) throws(LogFault) {
        self.init(
            member: try LogCheck.node(member.robot, "member.robot"),
            grantedPercent: try LogCheck.double(member.grantedPercent, "member.granted_percent"),
            grantedMHz: try LogCheck.double(member.grantedMhz, "member.granted_mhz"), parts: Int(member.parts),
            reservedParts: Int(member.reservedParts),
            idlePercent: try LogCheck.double(member.idlePercent, "member.idle_percent"))
    }
}

extension RouteAccount {
    var schema: Skein_Route {
        var route = Skein_Route()
        route.destination = UInt32(destination.number)
        if let next = next.present { route.next = next }
        if let rule { route.rule = LogEnum.number(rule) }
        if let hops { route.hops = UInt32(clamping: hops) }
        if let learnedAt { route.learnedAtNs = learnedAt.nanoseconds }
        return route
    }

    init(_ route: Skein_Route) throws(LogFault) {
        self.init(
            destination: try LogCheck.node(route.destination, "route.destination"),
            next: try LogCheck.node(route.hasNext, route.next, "route.next"),
            rule: try LogEnum.optional(route.rule, "route.rule"), hops: route.hasHops ? Int(route.hops) : nil,
            learnedAt: try LogCheck.optional(route.hasLearnedAtNs, route.learnedAtNs, "route.learned_at_ns"))
    }
}
