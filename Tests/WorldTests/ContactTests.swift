import RealModule
import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinWorld

struct ContactTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private func contacts(
        obstacles: [Obstacle] = [], robots: Int, mission: MissionTuning = MissionTuning()
    ) throws -> Contacts {
        try #require(
            Contacts(
                Scene(
                    physicalTarget: .zero, virtualTarget: .zero, obstacles: obstacles, isSolid: true, mission: mission),
                robots: robots))
    }

    @Test func `two that pass through each other between two looks touch once, and stand where they met`() throws {
        var contacts = try contacts(robots: 2)
        let there = [true, true]
        #expect(contacts.looked([point(10, 10), point(10.6, 10)], isThere: there).isEmpty)
        let halts = contacts.looked([point(10.5, 10), point(10.1, 10)], isThere: there)
        #expect(contacts.figures.robotContacts == 1)
        #expect(halts.map(\.robot) == [0, 1])
        let gap = halts[0].place.distance(to: halts[1].place)
        #expect(abs(gap - 0.3) < 1e-3)
        _ = contacts.looked(halts.map(\.place), isThere: there)
        #expect(contacts.figures.robotContacts == 1)
        _ = contacts.looked([point(10, 10), point(11, 10)], isThere: there)
        _ = contacts.looked([point(10.4, 10), point(10.6, 10)], isThere: there)
        #expect(contacts.figures.robotContacts == 2)
    }

    @Test func `bodies that keep apart touch nobody, and one that is not there neither`() throws {
        var contacts = try contacts(robots: 2)
        _ = contacts.looked([point(10, 10), point(10.4, 10)], isThere: [true, true])
        _ = contacts.looked([point(10.05, 10), point(10.45, 10)], isThere: [true, true])
        #expect(contacts.figures.robotContacts == 0)
        #expect(abs((contacts.figures.gapMetersMin ?? 0) - 0.1) < 1e-9)
        _ = contacts.looked([point(10, 10), point(10, 10)], isThere: [true, false])
        #expect(contacts.figures.robotContacts == 0)
    }

    @Test func `a wall stops a body, and a fence counts who crosses it`() throws {
        let wall = Obstacle(
            FieldPolygon(wallFrom: point(20, 0), to: point(20, 40), thicknessMeters: 0.2), lossDB: 10)
        var mission = MissionTuning()
        mission.field.exclusions = [.circle(FieldCircle(centre: point(50, 50), radiusMeters: 1))]
        var contacts = try contacts(obstacles: [wall], robots: 1, mission: mission)
        _ = contacts.looked([point(19.6, 10)], isThere: [true])
        let halts = contacts.looked([point(19.8, 10)], isThere: [true])
        #expect(contacts.figures.obstacleContacts == 1)
        #expect(halts.first?.place == point(19.6, 10))
        _ = contacts.looked([point(50, 48.5)], isThere: [true])
        _ = contacts.looked([point(50, 49.5)], isThere: [true])
        _ = contacts.looked([point(50, 49.6)], isThere: [true])
        #expect(contacts.figures.fenceCrossings == 1)
    }

    @Test func `the ring shows the nearest thing in each cone, seen from the body's middle`() {
        let scene = Scene(
            physicalTarget: .zero, virtualTarget: .zero,
            obstacles: [Obstacle(FieldPolygon(low: point(52, 40), high: point(53, 60)), lossDB: 0)], isSolid: true)
        var config = SensorConfig()
        config.rangeSigmaFraction = 0
        config.rangeSigmaMeters = 0
        let body = Body(
            at: point(50, 50), headingRadians: .pi / 2, arena: Arena(), noise: ActuatorNoise(),
            dice: Dice(seed: 1, stream: .body))
        var dice = Dice(seed: 1, stream: .ranges)
        let ranges = RangeRing.ranges(
            0, body: body, places: [point(50, 50), point(50, 51.15), point(48, 50)], isVisible: [true, true, false],
            scene: scene, config: config, dice: &dice)
        #expect(ranges.count == 36)
        // Ahead, north, a robot whose rim is a metre off; east, to the right, the wall at two; west nobody who is there.
        #expect(abs(ranges[0].meters - 1) < 1e-9)
        #expect(abs(ranges[27].meters - 2) < 1e-9)
        #expect(ranges[9].meters == scene.rangeMetersMax)
        // Round the wall's perpendicular cones see it farther off, never nearer than it is.
        #expect(ranges[24].meters > 2 && ranges[24].meters < 2.5)
    }

    @Test func `an obstacle costs radio its loss and hides what is behind it from cameras`() {
        let box = Obstacle(FieldPolygon(low: point(10, 0), high: point(11, 10)), lossDB: 12)
        var field = LinkField(robots: 3, config: MediumConfig(), seed: 1)
        let places = [point(8, 5), point(13, 5), point(8, 9.9)]
        field.refresh(places)
        let open = field.heard(1, from: 0)?.controlDBm ?? 0
        field.stand([box])
        field.refresh(places)
        let shadowed = field.heard(1, from: 0)?.controlDBm ?? 0
        #expect(abs(open - shadowed - 12) < 1e-9)
        #expect(field.heard(2, from: 0)?.controlDBm != nil)
        #expect(box.blocks(places[0], places[1]) && !box.blocks(places[0], places[2]))
    }

    @Test func `boxes that the seed draws leave room for targets, robots and ways between them`() {
        var config = WorldConfig(seed: 4, robots: 60)
        config.isSolid = true
        config.drawnObstacles.count = 20
        let layout = Layout(config)
        #expect(layout.obstacles.count == 20)
        for (index, one) in layout.obstacles.enumerated() {
            #expect(one.distanceMeters(to: layout.physicalTarget) >= 5)
            #expect(one.distanceMeters(to: layout.virtualTarget) >= 5)
            for other in layout.obstacles[(index + 1)...] {
                #expect(other.polygon.points.allSatisfy { one.distanceMeters(to: $0) >= 2.99 })
            }
            for place in layout.places { #expect(one.distanceMeters(to: place) >= 0.5) }
        }
        for first in layout.places.indices {
            for second in layout.places.indices where second > first {
                #expect(layout.places[first].distance(to: layout.places[second]) >= 1)
            }
        }
    }

    @Test func `gusts are the same for everybody at one place and time, and vary by their sigma`() throws {
        var config = SensorConfig()
        config.gustSigma = 0.3
        let gusts = try #require(Gusts(config, seed: 7))
        let again = try #require(Gusts(config, seed: 7))
        var sum = 0.0
        var squares = 0.0
        var count = 0.0
        for x in 0..<40 {
            for time in 0..<40 {
                let place = point(Double(x) * 31, Double(x * x % 17) * 29)
                let factor = gusts.factor(at: place, now: Int64(time) * 3_100_000_000)
                #expect(factor == again.factor(at: place, now: Int64(time) * 3_100_000_000))
                sum += Double.log(factor)
                squares += Double.log(factor) * Double.log(factor)
                count += 1
            }
        }
        let sigma = (squares / count - (sum / count) * (sum / count)).squareRoot()
        #expect(abs(sigma - 0.3) < 0.06)
        #expect(Gusts(SensorConfig(), seed: 7) == nil)
    }

    @Test func `a small swarm with bodies comes to its targets among boxes, and nobody touches anything`() {
        var config = WorldConfig(seed: 2, robots: 16)
        config.isSolid = true
        config.cameras = .count(4)
        config.arena = Arena(xMetersMin: 0, xMetersMax: 40, yMetersMin: 0, yMetersMax: 40)
        config.targetDistanceMeters = 15
        config.drawnObstacles.count = 4
        config.drawnObstacles.sizeMetersMax = 4
        var world = World(config)
        let result = world.run()
        #expect(result.completed)
        #expect(result.contacts?.total == 0, "\(String(describing: result.contacts))")
        #expect((result.contacts?.gapMetersMin ?? 0) > 0)
    }
}
