import SkeinPeer
import SkeinScenarios
import SkeinSeal
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinWorld

/// Robots that have the fleet's keys, and lie.
struct InsiderTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `two of three keep a poisoning helper's results out, and its requesters shun it`(seed: UInt64) throws {
        let result = Field.fly(try Field.shipped("poison", seed: seed))
        #expect(result.adversary.poisonedSent > 0)
        #expect(result.adversary.poisonedAccepted == 0)
        #expect(result.adversary.liarsShunned == result.adversary.liars)
        #expect(result.adversary.honestShunned.isEmpty)
        #expect(result.completed)
    }

    @Test func `the poison is good: who takes the first answer takes it`() throws {
        var config = try Field.shipped("poison", seed: 1)
        config.peer.cloud.check = .acceptOne
        #expect(Field.fly(config).adversary.poisonedAccepted > 0)
    }

    @Test(
        arguments: [
            (InsiderLie.overGrants, InsiderConfig.Target.leader), (.grantsTwice, .leader), (.twoFacedPlans, .root),
            (.placesTwice, .root),
        ])
    func `who leads against the rules is demoted by everybody within three seconds, and the mission completes`(
        lie: InsiderLie, target: InsiderConfig.Target
    ) throws {
        var config = try Scenario.reference.world(seed: 3)
        config.medium.lossFraction = 0.01
        config.adversaries = [Field.insider([lie], target, at: .seconds(1))]
        let result = Field.fly(config)
        #expect(result.completed, "\(lie): \(result.completionSeconds.map { "\($0) s" } ?? "never")")
        #expect(result.adversary.honestDemoted.isEmpty)
        let demotion = try #require(result.adversary.demotions.first { $0.isLiar }, "\(lie)")
        #expect(demotion.knownTo == demotion.of)
        #expect(try #require(demotion.lastSeconds) <= 3, "\(demotion)")
    }

    /// Orders are given once, before the mission: the operator has told a liar to begin, and nobody follows it.
    @Test func `who gives these one order and those another is demoted before anybody moves`() throws {
        var config = try Scenario.reference.world(seed: 3)
        config.medium.lossFraction = 0.01
        config.adversaries = [Field.insider([.twoFacedOrders], .robots([config.start]))]
        let result = Field.fly(config)
        #expect(result.adversary.demotions.map(\.robot) == [config.start])
        #expect(result.adversary.honestDemoted.isEmpty)
    }

    @Test(arguments: [
        [InsiderLie.claimsIdle], [.claimsIdle, .neverAnswers], [.hidesIdle], [.claimsIdle, .refuses], [.strongLinks],
    ])
    func `one robot in ten that lies about its processor or its links fails no more than one step in a hundred`(
        lies: [InsiderLie]
    ) throws {
        var config = try Scenario.reference.world(seed: 2)
        config.medium.lossFraction = 0.01
        config.adversaries = [Field.insider(lies, .share(0.1))]
        let result = Field.fly(config)
        #expect(result.completed)
        #expect(result.adversary.liars.count == 10 && result.adversary.liedAtSeconds != nil)
        #expect(result.failureFractionRobotSteps <= 0.01, "\(result.failedSteps) of \(result.robotSteps)")
        #expect(result.adversary.honestDemoted.isEmpty && result.adversary.honestShunned.isEmpty)
    }
}

/// What a liar makes of its peer's messages is signed with its key, and of one row.
struct LyingSealTests {
    private let keys = FleetKeys(robots: 4, seed: 1)

    private func search(_ seal: inout Seal, request: UInt32) -> [UInt8] {
        seal.close(
            .routeRequest(RouteRequest(request: request, target: NodeID(2))), to: .none, via: .none, next: .none,
            timeToLive: 8)
    }

    @Test func `what is not changed goes out as it is, what is changed is let in by others`() throws {
        var peer = keys.seal(robot: 1, epoch: Epoch(1))
        var liar = LyingSeal(keys.seal(robot: 1, epoch: Epoch(1)))
        var other = keys.seal(robot: 0, epoch: Epoch(1))
        other.prove(NodeID(1), Epoch(1), floors: [0, 0, 0, 0, 0])
        let honest = search(&peer, request: 1)
        let spoken = try #require(liar.spoken(honest))
        #expect(liar.resealed(honest, spoken, saying: [spoken.message]) == [honest])
        let told = Message.routeRequest(RouteRequest(request: 9, target: NodeID(3)))
        let changed = liar.resealed(honest, spoken, saying: [told])[0]
        #expect(other.open(changed, from: 1)?.message == told)
        #expect(other.open(honest, from: 1)?.isFresh != true, "one counter, one message")
    }

    @Test func `messages of the liar's own stand in one row with its peer's`() throws {
        var peer = keys.seal(robot: 1, epoch: Epoch(1))
        var liar = LyingSeal(keys.seal(robot: 1, epoch: Epoch(1)))
        var other = keys.seal(robot: 0, epoch: Epoch(1))
        other.prove(NodeID(1), Epoch(1), floors: [0, 0, 0, 0, 0])
        var sent: [[UInt8]] = []
        for number in 0..<20 as Range<UInt32> {
            let honest = search(&peer, request: number)
            let spoken = try #require(liar.spoken(honest))
            sent += liar.resealed(honest, spoken, saying: [spoken.message])
            sent.append(
                liar.flooded(.routeRequest(RouteRequest(request: 1_000 + number, target: NodeID(3))), timeToLive: 8))
            // A neighbour that missed the first gets it again, under the counter it had.
            #expect(liar.resealed(honest, spoken, saying: [spoken.message])[0] == sent[sent.count - 2])
        }
        for datagram in sent { #expect(other.open(datagram, from: 1)?.isFresh == true) }
    }

    @Test func `others' messages pass as they are`() {
        var peer = keys.seal(robot: 2, epoch: Epoch(1))
        let liar = LyingSeal(keys.seal(robot: 1, epoch: Epoch(1)))
        #expect(liar.spoken(search(&peer, request: 1)) == nil)
    }
}
