import SkeinWire
import Testing

@testable import SkeinPeer

/// What a leader makes of helpers that requesters do not want again.
struct ComplaintTests {
    private let helper = NodeID(7)

    private func seconds(_ count: Int) -> Instant { .zero + .seconds(count) }

    @Test func `one requester's word moves nobody, two do`() {
        var complaints = Complaints()
        for second in 0..<3 { complaints.hear([helper], from: NodeID(1), now: seconds(second)) }
        #expect(complaints.heeded(now: seconds(3)).isEmpty)
        complaints.hear([helper], from: NodeID(2), now: seconds(3))
        #expect(complaints.heeded(now: seconds(3)) == [helper])
    }

    @Test func `a complaint that is not said again is forgotten`() {
        var complaints = Complaints()
        for robot in [1, 2] as [UInt16] { complaints.hear([helper], from: NodeID(robot), now: seconds(0)) }
        complaints.hear([helper], from: NodeID(1), now: seconds(15))
        #expect(complaints.heeded(now: seconds(19)) == [helper])
        #expect(complaints.heeded(now: seconds(20)).isEmpty, "the second voice is silent")
    }

    @Test func `nobody complains of itself, and the table stays small`() {
        var complaints = Complaints()
        complaints.hear([NodeID(1)], from: NodeID(1), now: .zero)
        complaints.hear([NodeID(1)], from: NodeID(2), now: .zero)
        #expect(complaints.heeded(now: .zero).isEmpty)
        for robot in 10..<1_000 as Range<UInt16> { complaints.hear([helper], from: NodeID(robot), now: seconds(1)) }
        #expect(complaints.heeded(now: seconds(1)) == [helper], "what came first has made room")
    }

    /// Two free members, the one complained of with far more to lend.
    @Test func `who is complained of is given last, to a third requester as well, and not withheld`() {
        var desk = Desk(id: NodeID(0), tuning: CloudTuning())
        let honest = offer(NodeID(8), idlePercent: 40)
        desk.setMembers([offer(helper, idlePercent: 100), honest])
        for robot in [1, 2] as [UInt16] {
            _ = desk.receive(request(of: robot, parts: 1, excluded: [helper]), now: .zero)
        }
        _ = desk.deadlinePassed(now: seconds(1))
        let first = matched(&desk, request(of: 3, parts: 1, excluded: []), at: seconds(2))
        #expect(first.map(\.helper) == [honest.helper])
        let both = matched(&desk, request(of: 4, parts: 6, excluded: []), at: seconds(4))
        #expect(both.map(\.helper).contains(helper))
    }

    private func offer(_ helper: NodeID, idlePercent: Double) -> MemberOffer {
        MemberOffer(
            helper: helper, parts: 5, idlePercent: idlePercent, shareKHz: 10_000,
            efficiency: EfficiencyField(bitsPerSecondPerHz: 5), busyParts: 0)
    }

    private func request(of robot: UInt16, parts: UInt8, excluded: [NodeID]) -> Request {
        Request(
            task: TaskID(requester: NodeID(robot), number: 1), attempt: 1, parts: parts, unitBytes: 300,
            deadlineMilliseconds: 900, smell: 0, excluded: excluded)
    }

    private func matched(_ desk: inout Desk, _ request: Request, at now: Instant) -> [Placement] {
        _ = desk.receive(request, now: now)
        return desk.deadlinePassed(now: now + .milliseconds(20)).flatMap { action -> [Placement] in
            guard case .match(let match, _) = action else { return [] }
            return match.placements
        }
    }
}
