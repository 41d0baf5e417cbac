import SkeinWire
import Testing

@testable import SkeinPeer

struct GrantsTests {
    private static func cloud(_ strategy: PlanStrategy = .uoc, delta: Double = 3.5) -> CloudTuning {
        var cloud = CloudTuning()
        cloud.strategy = strategy
        cloud.rateMbpsPerPercent = delta
        return cloud
    }

    /// Robot 50 and what it hears: members' ids with idle share and efficiency.
    private static func table(_ members: [(UInt16, idle: Double, efficiency: Double)], leader: UInt16 = 50)
        -> NeighbourTable
    {
        var table = NeighbourTable(tuning: MeshTuning())
        for (id, idle, efficiency) in members {
            table.hear(
                .sample(
                    interval: 1_000, leader: NodeID(leader), isLeader: false, idlePercent: idle, efficiency: efficiency),
                from: id, now: .zero)
        }
        return table
    }

    private static func share(_ table: NeighbourTable, idle: Double = 0, own: Double = 10, cloud: CloudTuning) -> [Hello
        .Grant]
    {
        Grants.share(us: NodeID(50), idlePercent: idle, ownEfficiency: own, neighbours: table, cloud: cloud)
    }

    @Test(arguments: PlanStrategy.allCases)
    func `no strategy gives away more than the band, nor more than a member has`(strategy: PlanStrategy) {
        var dice = Dice(seed: 4)
        for _ in 0..<200 {
            let members = (0..<(1 + dice.below(30))).map {
                (UInt16($0 * 3), idle: dice.uniform(0, 90), efficiency: dice.uniform(0, 20))
            }
            let delta = dice.below(2) == 0 ? 0.04 : 3.5
            let grants = Self.share(
                Self.table(members), idle: dice.uniform(0, 80), cloud: Self.cloud(strategy, delta: delta))
            #expect(grants.reduce(0) { $0 + Int($1.shareKHz) } <= 20_000)
            #expect(zip(grants, grants.dropFirst()).allSatisfy { $0.member < $1.member })
            for grant in grants where grant.member != NodeID(50) {
                let idle = members.first { $0.0 == grant.member.number }?.idle ?? 0
                #expect(grant.granted.percent <= idle + 0.01)
                #expect(Double(grant.parts) * 20 <= grant.granted.percent + 0.02)
            }
        }
    }

    @Test func `where the band is plenty everybody is granted all it has, the leader as well`() {
        let grants = Self.share(
            Self.table([(1, 40, 12), (60, 39.99, 12)]), idle: 60, cloud: Self.cloud(delta: 0.04))
        #expect(grants.map(\.member) == [NodeID(1), NodeID(50), NodeID(60)])
        #expect(grants.map(\.granted.percent) == [40, 60, 39.99])
        #expect(grants.map(\.parts) == [2, 3, 2], "39.99 % counts as two parts that rounding has touched")
    }

    @Test func `only its own members that lend and can be heard get a share`() {
        var table = Self.table([(1, 40, 12), (2, 0, 12), (3, 40, 0)])
        table.hear(.sample(leader: NodeID(7), isLeader: false), from: 4, now: .zero)
        let grants = Self.share(table, cloud: Self.cloud(delta: 0.04))
        #expect(grants.map(\.member) == [NodeID(1)])
    }

    @Test func `a member that falls silent falls out`() {
        var table = Self.table([(1, 40, 12), (2, 40, 12)])
        table.hear(.sample(interval: 1_000, leader: NodeID(50), isLeader: false), from: 2, now: .at(4))
        _ = table.expire(now: .at(5))
        #expect(Self.share(table, cloud: Self.cloud(delta: 0.04)).map(\.member) == [NodeID(2)])
    }

    @Test func `a crowd of members fits a hello`() {
        var tuning = MeshTuning()
        tuning.neighboursMax = 400
        var table = NeighbourTable(tuning: tuning)
        for id in 0..<300 as Range<UInt16> {
            table.hear(.sample(leader: NodeID(500), isLeader: false), from: id, now: .zero)
        }
        let grants = Grants.share(
            us: NodeID(500), idlePercent: 50, ownEfficiency: 10, neighbours: table, cloud: Self.cloud())
        #expect(grants.count == Hello.membersMax)
        let hello = Hello.sample(leader: NodeID(500), isLeader: true, grants: grants)
        #expect(Message.hello(hello).bytes.count <= Envelope.bodyBytesMax)
    }

    @Test func `absurd claims neither trap nor overflow`() {
        let grants = Self.share(
            Self.table([(1, 655, 65), (2, 655, 0.001), (3, 0.01, 65)]), idle: 1e6, own: 1e9,
            cloud: Self.cloud(delta: 0.04))
        #expect(grants.allSatisfy { $0.shareKHz <= 20_000 })
    }
}
