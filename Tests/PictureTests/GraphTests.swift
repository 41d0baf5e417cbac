import SkeinPeer
import SkeinPicture
import SkeinSeal
import SkeinWire
import Testing

/// The mesh as a graph, from one report or many.
struct GraphTests {
    private func report(
        _ id: UInt16, root: UInt16 = 1, hops: Int = 0, parent: NodeID = .none, leader: UInt16 = 1, x: Double = 0
    ) -> PeerReport {
        let status = PeerStatus(
            id: NodeID(id), root: NodeID(root), hops: hops, parent: parent, leader: NodeID(leader), leaderReason: .plan,
            plan: PlanNumber(term: 1, number: 1), grantedPercent: 0, grantedMHz: 0, idlePercent: 50, neighbours: 0,
            drops: DropCounters(), isMissionRunning: false, hasArrived: false, xMeters: x, yMeters: 0,
            headingRadians: 0)
        let band = RadioAccount.BandAccount(
            sent: TrafficClass.allCases.map { _ in RadioAccount.Traffic() }, relayed: RadioAccount.Traffic(),
            received: RadioAccount.Traffic(), controlFraction: 0, busyFraction: 0)
        return PeerReport(
            id: NodeID(id), epoch: Epoch(1), now: .zero, startedAt: .zero, status: status,
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false),
            office: OfficeReport(
                term: 1, rootSince: hops == 0 ? .zero : nil, leaderSince: nil, followsSince: nil, treeSince: nil,
                planned: nil, former: nil, mayLead: true, ownEfficiency: nil),
            radio: RadioAccount(control: band, data: band, windowSeconds: 10, beaconFractionMax: 0.02),
            safety: SafetyFigures(
                isStopped: false, isPersisted: true, numberMax: 0, active: [], activeCount: 0, issued: nil, standing: 0,
                goingOn: 1, waiting: 0, unreachable: 0),
            trust: TrustFigures(
                digest: 0, entries: 0, keyNumber: 0, members: 3, revoked: 0, expired: 0, demoted: 0, doubled: 0,
                shunned: 0, doubted: 0, expiresAtSeconds: nil),
            plan: PlanReport(number: .none, root: .none, leaders: [], making: nil))
    }

    private func neighbour(_ id: UInt16, leader: UInt16, hops: Int, parent: NodeID, dBm: Double, x: Double)
        -> NeighbourAccount
    {
        var account = NeighbourAccount(id: NodeID(id), since: .zero, heardAt: .zero, isQuiet: false)
        account.control = .init(
            powerDBm: dBm, efficiency: 2, basis: .measured, isLink: true, outlook: .lasting, heardAt: .zero)
        account.leader = NodeID(leader)
        account.isLeader = leader == id
        account.root = NodeID(1)
        account.hops = hops
        account.parent = parent
        account.place = .init(xMeters: x, yMeters: 0, headingRadians: 0)
        return account
    }

    /// 1 is the root and leads 2 and 3; 3 hangs on 2.
    private func reports() -> [PeerReport] {
        var (one, two, three) = (
            report(1), report(2, hops: 1, parent: NodeID(1), x: 10),
            report(3, hops: 2, parent: NodeID(2), x: 20)
        )
        one.neighbours = [neighbour(2, leader: 1, hops: 1, parent: NodeID(1), dBm: -60, x: 10)]
        two.neighbours = [
            neighbour(1, leader: 1, hops: 0, parent: .none, dBm: -65, x: 0),
            neighbour(3, leader: 1, hops: 2, parent: NodeID(2), dBm: -70, x: 20),
        ]
        three.neighbours = [neighbour(2, leader: 1, hops: 1, parent: NodeID(1), dBm: -71, x: 10)]
        return [three, one, two]
    }

    private func edges(_ graph: SwarmGraph, _ kind: SwarmGraph.Kind) -> [[UInt16]] {
        graph.edges.filter { $0.kind == kind }.map { [$0.from.number, $0.to.number] }
    }

    @Test func `the reports of all make the tree, the subgroups, and each link once with its weaker end`() {
        let graph = SwarmGraph(reports())
        #expect(graph.robots.map(\.id.number) == [1, 2, 3] && graph.robots.allSatisfy { $0.hasReported })
        #expect(graph.robots.map(\.isRoot) == [true, false, false] && graph.robots.map(\.hops) == [0, 1, 2])
        #expect(edges(graph, .tree) == [[2, 1], [3, 2]])
        #expect(edges(graph, .member) == [[2, 1], [3, 1]])
        #expect(edges(graph, .control) == [[1, 2], [2, 3]] && edges(graph, .data).isEmpty)
        #expect(graph.edges.filter { $0.kind == .control }.map(\.powerDBm) == [-65, -71])
        #expect(SwarmGraph(reports().reversed()) == graph, "in whatever order they come")
    }

    @Test func `one robot knows its links and what its neighbours say of themselves`() {
        let graph = SwarmGraph([reports()[2]])
        #expect(graph.robots.map(\.id.number) == [1, 2, 3])
        #expect(graph.robots.map(\.hasReported) == [false, true, false])
        #expect(edges(graph, .tree) == [[2, 1], [3, 2]])
        #expect(graph.robots.map { $0.place?.xMeters } == [0, 10, 20])
        #expect(graph.robots[0].isRoot && graph.robots[0].isLeader)
    }

    @Test func `DOT quotes names, and places robots where they are`() {
        let dot = GraphDOT.text(SwarmGraph(reports())) { $0.number == 1 ? "al\"pha" : "r\($0.number)" }
        #expect(dot.hasPrefix("digraph mesh {") && dot.hasSuffix("}"))
        #expect(dot.contains("r1 [label=\"al\\\"pha\", shape=doublecircle, style=bold, pos=\"0.0,0.0\"];"))
        #expect(dot.contains("r3 -> r2 [color=black, penwidth=2];"))
        #expect(dot.contains("pos=\"240.0,0.0\""))
    }

    @Test func `GeoJSON has longitude before latitude, and no geometry where no place is known`() {
        var unknown = reports()[1]
        unknown.neighbours[0].place = nil
        let origin = FieldOrigin(
            latitudeDegrees: 50, longitudeDegrees: 179.9999, metersPerDegreeLatitude: 111_000,
            metersPerDegreeLongitude: 70_000)
        let text = GraphGeoJSON.text(SwarmGraph([unknown]), origin: origin) { "r\u{7}\($0.number)" }
        #expect(text.contains("\"coordinates\": [179.9999000, 50.0000000]"))
        #expect(text.contains("{\"type\": \"Feature\", \"geometry\": null, \"properties\": {\"name\": \"r\\u00072\""))
        let far = GraphGeoJSON.text(SwarmGraph(reports()), origin: origin) { "r\($0.number)" }
        #expect(far.contains("[-179.9998143, 50.0000000]"), "over the date line: \(far)")
        #expect(far.contains("\"kind\": \"tree\", \"from\": \"r2\", \"to\": \"r1\""))
    }
}
