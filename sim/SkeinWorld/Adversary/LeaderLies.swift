import SkeinWire

/// Lies of those who lead.
enum LeaderLies {
    // MARK: Plans and orders

    /// The same robots under other leaders; without two leaders to choose from, one robot fewer.
    static func otherPlan(_ part: PlanPart) -> PlanPart {
        var other = part
        let leaders = part.leaders.map(\.id)
        for index in other.entries.indices where !leaders.contains(other.entries[index].robot) && leaders.count > 1 {
            other.entries[index].owner = (other.entries[index].owner + 1) % UInt8(leaders.count)
        }
        if other == part, !other.entries.isEmpty { other.entries.removeLast() }
        return other
    }

    static func otherOrder(_ order: MissionOrder) -> MissionOrder {
        var other = order
        other.command = order.command == .start ? .organise : .start
        return other
    }

    static func placingTwice(_ message: Message) -> Message {
        guard case .plan(var part) = message, let first = part.entries.first,
            part.entries.count < PlanPart.entriesMax
        else { return message }
        part.entries.append(first)
        return .plan(part)
    }

    /// A plan of one leader for all, by the rules.
    static func ownAll(_ message: Message, us: NodeID, robots: Int) -> Message {
        guard case .plan(var part) = message, part.root == us else { return message }
        part.leaders = [PlanPart.Leader(id: us, efficiency: EfficiencyField(bitsPerSecondPerHz: 10))]
        part.entries = (0..<min(robots, PlanPart.entriesMax)).map {
            PlanPart.Entry(robot: NodeID(UInt16($0)), owner: 0)
        }
        return .plan(part)
    }

    // MARK: Grants

    static func overGranting(_ message: Message) -> Message {
        guard case .hello(var hello) = message, hello.isLeader, !hello.grants.isEmpty else { return message }
        for index in hello.grants.indices {
            hello.grants[index].shareKHz = UInt16(Self.threeBandsKHz / hello.grants.count)
        }
        return .hello(hello)
    }

    private static let threeBandsKHz = 60_000

    static func grantingTwice(_ message: Message) -> Message {
        guard case .hello(var hello) = message, hello.isLeader, let first = hello.grants.first,
            hello.grants.count < Hello.membersMax
        else { return message }
        hello.grants.append(first)
        return .hello(hello)
    }

    // MARK: Black holes

    static func matchingNobody(_ message: Message, us: NodeID) -> Message {
        switch message {
        case .match(var match):
            match.placements = []
            match.pending = 0
            return .match(match)
        case .claimReply(var reply):
            reply.placements = []
            return .claimReply(reply)
        default: return offering(message, us: us)
        }
    }

    static func matchingGhosts(_ message: Message, us: NodeID, robots: Int) -> Message {
        switch message {
        case .match(var match):
            match.placements = ghosts(match.placements, us: us, robots: robots)
            return .match(match)
        case .claimReply(var reply):
            reply.placements = ghosts(reply.placements, us: us, robots: robots)
            return .claimReply(reply)
        default: return offering(message, us: us)
        }
    }

    private static func ghosts(_ placements: [Placement], us: NodeID, robots: Int) -> [Placement] {
        let model = Placement(
            helper: us, leader: us, parts: 4, shareKHz: 5_000, efficiency: EfficiencyField(bitsPerSecondPerHz: 10))
        return (placements.isEmpty ? [model] : placements).enumerated().map { index, placement in
            var ghost = placement
            ghost.helper = NodeID(UInt16(min(robots + index, Int(NodeID.none.number) - 1)))
            return ghost
        }
    }

    /// Its beacon says that it has parts to give.
    private static func offering(_ message: Message, us: NodeID) -> Message {
        guard case .beacon(var beacon) = message else { return message }
        for index in beacon.leaders.indices where beacon.leaders[index].leader == us {
            beacon.leaders[index].freeParts = .max
        }
        return .beacon(beacon)
    }
}
