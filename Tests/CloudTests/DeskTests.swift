import SkeinPeer
import SkeinWire
import Testing

/// A leader's rules, one by one. Robot 10 leads, 11 to 13 lead elsewhere; 20 and up help; 1 to 9 ask.
@Suite struct DeskTests {
    private static let tuning = CloudTuning()

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    private func offer(
        _ helper: UInt16, idle: Double = 50, shareKHz: UInt16 = 5_000, busy: Int = 0, efficiency: Double = 8
    ) -> MemberOffer {
        MemberOffer(
            helper: NodeID(helper), parts: Int(idle / 20), idlePercent: idle, shareKHz: shareKHz,
            efficiency: EfficiencyField(bitsPerSecondPerHz: efficiency), busyParts: busy)
    }

    private func request(
        _ requester: UInt16, parts: UInt8, attempt: UInt8 = 1, milliseconds: UInt16 = 1_000, excluded: [UInt16] = []
    ) -> Request {
        Request(
            task: TaskID(requester: NodeID(requester), number: 7), attempt: attempt, parts: parts, unitBytes: 1_000,
            deadlineMilliseconds: milliseconds, smell: 0, excluded: excluded.map { NodeID($0) })
    }

    private func desk(_ members: [MemberOffer], leaders: [LeaderAdvert] = []) -> Desk {
        var desk = Desk(id: NodeID(10), tuning: Self.tuning)
        desk.setMembers(members)
        desk.setLeaders(leaders)
        return desk
    }

    private func advert(_ leader: UInt16, hops: Int = 1, free: Int) -> LeaderAdvert {
        LeaderAdvert(leader: NodeID(leader), hops: hops, freeParts: free)
    }

    /// "requester: helper×parts …, pending"
    private func matches(_ actions: [DeskAction]) -> [String] {
        actions.compactMap {
            guard case .match(let match, let to) = $0 else { return nil }
            let helpers = match.placements.map { "\($0.helper.number)×\($0.parts)" }
            return "\(to.number): \(helpers.joined(separator: " ")), \(match.pending)"
        }
    }

    private func claims(_ actions: [DeskAction]) -> [(leader: UInt16, claim: Claim)] {
        actions.compactMap {
            guard case .claim(let claim, let to) = $0 else { return nil }
            return (to.number, claim)
        }
    }

    private func serve(_ desk: inout Desk, _ requests: [Request], at now: Instant = .zero) -> [DeskAction] {
        for request in requests { #expect(desk.receive(request, now: now).isEmpty) }
        #expect(desk.nextDeadline <= now + Self.tuning.batchWindow)
        return desk.deadlinePassed(now: now + Self.tuning.batchWindow)
    }

    @Test func `requests wait for the batch window, and the fewest parts are served first`() {
        var desk = desk([offer(20), offer(21)])
        #expect(desk.receive(request(1, parts: 4), now: .zero).isEmpty)
        #expect(desk.receive(request(2, parts: 3), now: milliseconds(6)).isEmpty)
        #expect(desk.deadlinePassed(now: milliseconds(9)).isEmpty)
        #expect(matches(desk.deadlinePassed(now: milliseconds(10))) == ["2: 20×2 21×1, 0", "1: 21×1, 0"])
    }

    @Test func `parts are spread over the members that are done first`() {
        var desk = desk([offer(20, idle: 41), offer(21, idle: 60), offer(22, idle: 25), offer(23, idle: 80)])
        #expect(matches(serve(&desk, [request(1, parts: 3)])) == ["1: 20×1 21×1 23×1, 0"])
    }

    @Test func `among equals the less busy, then the better link, then the lower number is taken`() {
        var desk = desk([offer(20, busy: 1), offer(21, efficiency: 7), offer(22), offer(23)])
        #expect(matches(serve(&desk, [request(1, parts: 1)])) == ["1: 22×1, 0"])
        #expect(matches(serve(&desk, [request(2, parts: 1)], at: milliseconds(10))) == ["2: 23×1, 0"])
    }

    @Test func `neither the requester nor excluded helpers are placed`() {
        var desk = desk([offer(1), offer(20), offer(21)])
        #expect(matches(serve(&desk, [request(1, parts: 6, excluded: [20])])) == ["1: 21×2, 0"])
    }

    @Test func `a member whose share cannot carry a unit in a tenth of a second lends nothing`() {
        // 8 000 bits in 0.1 s are 80 kb/s: 10 kHz at 8 b/s/Hz carry one unit, 9 kHz none, 20 kHz two.
        var desk = desk([
            offer(20, shareKHz: 9), offer(21, shareKHz: 10), offer(22, shareKHz: 20), offer(23, efficiency: 0),
        ])
        #expect(matches(serve(&desk, [request(1, parts: 8)])) == ["1: 21×1 22×2, 0"])
    }

    @Test func `nothing is reserved beyond a member's parts, and a slot is free again when its part should be done`() {
        var desk = desk([offer(20, idle: 40)])
        #expect(desk.freeParts(now: .zero) == 2)
        #expect(matches(serve(&desk, [request(1, parts: 2), request(2, parts: 2)])) == ["1: 20×2, 0", "2: , 0"])
        #expect(desk.freeParts(now: milliseconds(600)) == 0)
        #expect(desk.freeParts(now: milliseconds(660)) == 2)
    }

    @Test func `a member that would be late is passed over`() {
        var desk = desk([offer(20, idle: 25), offer(21, idle: 60)])
        #expect(matches(serve(&desk, [request(1, parts: 2, milliseconds: 300)])) == ["1: 21×1, 0"])
    }

    @Test func `the same request again gets the same answer, and nothing is reserved twice`() {
        var desk = desk([offer(20), offer(21)])
        let first = serve(&desk, [request(1, parts: 2)])
        #expect(desk.receive(request(1, parts: 2), now: milliseconds(60)) == first)
        #expect(desk.freeParts(now: milliseconds(60)) == 2)
    }

    @Test func `a higher attempt asks anew, a lower one is ignored`() {
        var desk = desk([offer(20), offer(21)])
        _ = serve(&desk, [request(1, parts: 2)])
        let second = serve(
            &desk, [request(1, parts: 1, attempt: 2, milliseconds: 930, excluded: [20])], at: milliseconds(60))
        #expect(matches(second) == ["1: 21×1, 0"])
        #expect(desk.receive(request(1, parts: 2), now: milliseconds(80)).isEmpty)
        #expect(desk.nextDeadline == .distantFuture)
    }

    @Test func `what is short is claimed from the nearest leaders that say they have it`() {
        var desk = desk(
            [offer(20, idle: 20)],
            leaders: [advert(11, free: 0), advert(12, free: 2), advert(13, hops: 3, free: 9), advert(10, free: 50)])
        let actions = serve(&desk, [request(1, parts: 4, excluded: [30])])
        #expect(matches(actions) == ["1: 20×1, 3"])
        #expect(claims(actions).map(\.leader) == [12, 13])
        #expect(claims(actions).map(\.claim.parts) == [2, 1])
        #expect(claims(actions).allSatisfy { $0.claim.excluded == [NodeID(30)] })
    }

    @Test func `what other leaders lend is passed on as it comes`() {
        var desk = desk([], leaders: [advert(11, free: 1), advert(12, free: 5)])
        let claimed = claims(serve(&desk, [request(1, parts: 3)]))
        func reply(_ index: Int, _ helper: UInt16, parts: UInt8) -> ClaimReply {
            ClaimReply(
                task: claimed[index].claim.task, claim: claimed[index].claim.claim,
                placements: [
                    Placement(
                        helper: NodeID(helper), leader: NodeID(claimed[index].leader), parts: parts, shareKHz: 5_000,
                        efficiency: EfficiencyField(bitsPerSecondPerHz: 8))
                ])
        }
        let second = desk.receive(reply(1, 30, parts: 2), from: NodeID(12), now: milliseconds(20))
        #expect(matches(second) == ["1: 30×2, 1"])
        #expect(desk.receive(reply(1, 30, parts: 2), from: NodeID(12), now: milliseconds(21)).isEmpty, "again")
        #expect(desk.receive(reply(0, 31, parts: 1), from: NodeID(13), now: milliseconds(22)).isEmpty, "another's")
        let first = desk.receive(reply(0, 31, parts: 9), from: NodeID(11), now: milliseconds(23))
        #expect(matches(first) == ["1: 31×1, 0"], "no more than claimed")
        #expect(
            matches(desk.receive(request(1, parts: 3), now: milliseconds(30))) == ["1: 30×2 31×1, 0"],
            "a requester that missed them gets all")
    }

    @Test func `a silent leader is passed over for the next, asked once more at last, then given up`() {
        var desk = desk([], leaders: [advert(11, free: 3), advert(12, free: 0)])
        let first = claims(serve(&desk, [request(1, parts: 3)]))
        #expect(first.map(\.leader) == [11])
        #expect(desk.nextDeadline == milliseconds(65), "10 ms batch, 10 ms batch there, 30 ms and 15 ms for the hop")
        #expect(claims(desk.deadlinePassed(now: milliseconds(65))).map(\.leader) == [12])
        let again = claims(desk.deadlinePassed(now: milliseconds(120)))
        #expect(again.map(\.leader) == [11])
        #expect(again.first?.claim.claim == first.first?.claim.claim, "the same claim is not reserved twice")
        #expect(claims(desk.deadlinePassed(now: milliseconds(175))).map(\.leader) == [12])
        #expect(matches(desk.deadlinePassed(now: milliseconds(230))) == ["1: , 0"])
        #expect(desk.nextDeadline == .distantFuture)
    }

    @Test func `a leader found empty is left alone for a while by all requests`() {
        var desk = desk([], leaders: [advert(11, free: 3)])
        let claimed = claims(serve(&desk, [request(1, parts: 3)]))
        let empty = ClaimReply(task: claimed[0].claim.task, claim: claimed[0].claim.claim, placements: [])
        #expect(matches(desk.receive(empty, from: NodeID(11), now: milliseconds(20))) == ["1: , 0"])
        desk.setLeaders([advert(11, free: 3)])
        #expect(claims(serve(&desk, [request(2, parts: 3)], at: milliseconds(30))).isEmpty)
        #expect(claims(serve(&desk, [request(3, parts: 3)], at: milliseconds(170))).count == 1)
    }

    @Test func `what one request claims of a leader the next does not count on, whatever its old advert says`() {
        var desk = desk([], leaders: [advert(11, free: 3), advert(12, free: 4)])
        #expect(claims(serve(&desk, [request(1, parts: 3)])).map(\.leader) == [11])
        desk.setLeaders([advert(11, free: 3), advert(12, free: 4)])
        #expect(claims(serve(&desk, [request(2, parts: 3)], at: milliseconds(20))).map(\.leader) == [12])
    }

    @Test func `a claim is answered from the own members, and again the same when it comes again`() {
        var desk = desk([offer(20), offer(21)])
        let claim = Claim(
            task: TaskID(requester: NodeID(1), number: 7), claim: 3, parts: 3, unitBytes: 1_000,
            deadlineMilliseconds: 900, excluded: [])
        #expect(desk.receive(claim, from: NodeID(11), now: .zero).isEmpty)
        #expect(desk.receive(claim, from: NodeID(11), now: milliseconds(1)).isEmpty)
        let actions = desk.deadlinePassed(now: milliseconds(10))
        guard case .claimReply(let reply, NodeID(11))? = actions.first else {
            Issue.record("no reply in \(actions)")
            return
        }
        #expect(reply.claim == 3 && reply.placements.map(\.parts) == [2, 1])
        #expect(reply.placements.allSatisfy { $0.leader == NodeID(10) })
        #expect(desk.receive(claim, from: NodeID(11), now: milliseconds(50)) == actions)
        #expect(desk.freeParts(now: milliseconds(50)) == 1)
    }

    @Test func `own requests come before other leaders' claims`() {
        var desk = desk([offer(20)])
        let claim = Claim(
            task: TaskID(requester: NodeID(2), number: 7), claim: 3, parts: 1, unitBytes: 1_000,
            deadlineMilliseconds: 900, excluded: [])
        _ = desk.receive(claim, from: NodeID(11), now: .zero)
        let actions = serve(&desk, [request(1, parts: 2)])
        #expect(matches(actions) == ["1: 20×2, 0"])
        #expect(actions.last == .claimReply(ClaimReply(task: claim.task, claim: 3, placements: []), to: NodeID(11)))
    }

    @Test func `a member that has left is not placed; its slots are as taken as before when it returns`() {
        var desk = desk([offer(20), offer(21)])
        _ = serve(&desk, [request(1, parts: 2)])
        desk.setMembers([offer(20)])
        #expect(matches(serve(&desk, [request(2, parts: 3)], at: milliseconds(10))) == ["2: 20×1, 0"])
        desk.setMembers([offer(20), offer(21)])
        #expect(matches(serve(&desk, [request(3, parts: 3)], at: milliseconds(20))) == ["3: 21×1, 0"])
    }

    @Test func `a request without time left gets nothing`() {
        var desk = desk([offer(20)], leaders: [advert(11, free: 3)])
        let actions = serve(&desk, [request(1, parts: 2, milliseconds: 25)])
        #expect(matches(actions) == ["1: , 0"])
        #expect(claims(actions).isEmpty)
    }

    @Test func `tables are bounded: the next task is told at once that there is nothing`() {
        var desk = desk([offer(20)])
        var turnedAway: [String] = []
        for requester in 100..<300 as Range<UInt16> {
            turnedAway += matches(desk.receive(request(requester, parts: 1), now: .zero))
        }
        #expect(turnedAway.count == 72)
        #expect(turnedAway.last == "299: , 0")
    }
}
