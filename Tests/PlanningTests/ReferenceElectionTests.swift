import Testing

@testable import SkeinPeer

struct ReferenceElectionTests {
    @Test(arguments: ContributionFile.shared.instances)
    func `leaders and owners are those of the reference instances`(instance: ContributionFile.Instance) {
        let election = ReferenceElection(ContributionFile.shared.graph(instance))
        #expect(election.leaders == instance.leadersReference)
        #expect(election.owner == instance.ownerReference)
    }

    @Test func `as many leaders are elected as in the reference layouts`() {
        let file = NavigationFile.shared
        #expect(file.setups.count == 50)
        for setup in file.setups {
            let election = ReferenceElection(file.graph(setup))
            #expect(election.leaders.count == setup.leaderCountReference, "setup \(setup.seed)")
        }
    }

    @Test(arguments: ContributionFile.shared.instances)
    func `leaders are within 1.6 times the exact minimum`(instance: ContributionFile.Instance) {
        let election = ReferenceElection(ContributionFile.shared.graph(instance))
        #expect(Double(election.leaders.count) <= 1.6 * Double(instance.reference.minimumLeaders))
    }

    @Test func `of equal candidates the one heard best leads, then the lowest index`() {
        let alone = [[DataLink]](repeating: [], count: 4)
        let hears: (Int, Double) -> ControlLink = { ControlLink(robot: $0, powerDBm: $1) }
        let graph = PlanGraph(
            start: 0, idlePercent: [0, 0, 0, 0],
            control: [[hears(1, -70), hears(3, -50), hears(2, -50)], [], [], []], data: alone,
            bandwidthMHz: 20, rateMbpsPerPercent: 1)
        #expect(ReferenceElection(graph).leaders == [0, 2, 3, 1])
    }

    @Test func `whom no leader hears starts a subgroup, the one that covers most first`() {
        let covers: (Int) -> DataLink = { DataLink(robot: $0, powerDBm: -60, bitsPerSecondPerHertz: 10) }
        let graph = PlanGraph(
            start: 0, idlePercent: [50, 50, 50, 50],
            control: [[], [], [], []], data: [[], [covers(2)], [covers(1), covers(3)], [covers(2)]],
            bandwidthMHz: 20, rateMbpsPerPercent: 1)
        #expect(ReferenceElection(graph).leaders == [0, 2])
        #expect(ReferenceElection(graph).owner == [0, 2, 2, 2])
    }
}
