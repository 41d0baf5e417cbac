import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinWorld

/// Who has no key of the fleet gets nothing taken, whatever it has heard. `skein sim run sim/scenarios/outsiders.toml` makes a
/// million tries of it.
struct OutsiderTests {
    private static func config(_ tricks: [OutsiderTrick], seed: UInt64) -> WorldConfig {
        var config = Field.world(
            seed: seed,
            [
                Field.outsider(tricks, at: (15, 15), bands: [.data], ratePerSecond: nil),
                Field.outsider(tricks, at: (30, 30), ratePerSecond: 100),
            ])
        // Robots that have forgotten everything are whom old recordings are for.
        config.faults = [Fault(at: .seconds(1), kind: .restart(after: .seconds(3)), target: .robots([5, 11, 17, 23]))]
        config.missionLimit = .seconds(7)
        return config
    }

    @Test(arguments: [OutsiderTrick.replay, .flip, .truncate, .forge, .flood])
    func `no robot takes what a stranger has made or kept`(trick: OutsiderTrick) throws {
        let result = Field.fly(Self.config([trick], seed: 1))
        let figures = result.adversary
        let tries = try #require(figures.tries.first { $0.name == trick.rawValue })
        #expect(tries.count > 20_000, "\(tries)")
        #expect(figures.acceptedTotal == 0, "\(figures.acceptedFirst)")
        #expect(figures.taken > 5_000, "the swarm spoke meanwhile: \(figures.taken)")
    }

    @Test func `a wormhole carries what was truly said, once`() {
        let figures = Field.fly(
            Field.world(
                seed: 2, sideMeters: 60,
                [Field.outsider([.wormhole], at: (10, 30), other: (50, 30), ratePerSecond: 500)])
        ).adversary
        #expect(figures.triesTotal > 1_000)
        #expect(figures.carried > 0)
        #expect(figures.acceptedTotal == 0, "\(figures.acceptedFirst)")
    }

    @Test func `a mission completes among strangers who leave the air some room`() {
        let result = Field.fly(
            Field.world(
                seed: 3, [Field.outsider([.replay, .flip, .truncate, .forge], at: (22, 22), ratePerSecond: 100)]))
        #expect(result.completed)
        #expect(result.adversary.acceptedTotal == 0, "\(result.adversary.acceptedFirst)")
    }

    @Test func `without adversaries all figures are zero and the run is as it was`() {
        let result = Field.fly(Field.world(seed: 4, []))
        #expect(result.adversary == AdversaryFigures())
        #expect(result.completed)
    }

    @Test func `one seed is one run, adversaries included`() {
        let one = Field.fly(Self.config(OutsiderTrick.allCases.filter { $0 != .wormhole }, seed: 5))
        let other = Field.fly(Self.config(OutsiderTrick.allCases.filter { $0 != .wormhole }, seed: 5))
        #expect(one.digest == other.digest)
        #expect(one.adversary == other.adversary)
    }
}

/// What strangers make is never what the fleet has made.
struct ForgeryTests {
    private let keys = FleetKeys(robots: 8, seed: 1)

    private func message(_ number: UInt32, by robot: Int) -> [UInt8] {
        var seal = keys.seal(robot: robot, epoch: Epoch(1))
        return seal.close(
            .routeRequest(RouteRequest(request: number, target: NodeID(2))), to: .none, via: .none, next: .none,
            timeToLive: 8)
    }

    @Test func `every forgery differs from what it is made of, and no robot's seal lets one in`() {
        var dice = Dice(seed: 7, stream: .adversaries)
        let forgery = Forgery(fleet: keys.fleetKey.fleet, robots: 8, dice: &dice)
        let heard = (0..<16).map { message(UInt32($0), by: 1 + $0 % 7) }
        var seal = keys.seal(robot: 0, epoch: Epoch(1))
        for turn in 0..<20_000 {
            let one = heard[dice.below(heard.count)]
            let made =
                switch turn % 4 {
                case 0: Forgery.flipped(one, &dice)
                case 1: Forgery.truncated(one, &dice)
                case 2: forgery.forged(one, heard[dice.below(heard.count)], &dice)
                default: forgery.minimal(&dice)
                }
            #expect(!heard.contains(made), "turn \(turn)")
            #expect(seal.open(made, from: 9) == nil, "turn \(turn)")
        }
        #expect(seal.open(heard[0], from: 9) != nil, "the fleet's own is let in")
    }
}
