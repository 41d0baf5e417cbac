import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// How fast a robot may come nearer to what its ring shows.
@Suite struct ProximityTests {
    private let tuning = MissionTuning()
    private let interval: Duration = .milliseconds(200)

    private func range(_ degrees: Double, _ meters: Double) -> SensorReading.Range {
        SensorReading.Range(
            bearingRadians: degrees * .pi / 180, halfAngleRadians: 5 * .pi / 180, meters: meters)
    }

    /// The rest of a ring of 36, with nothing in it, round what is said.
    private func ring(_ ranges: [SensorReading.Range]) -> [SensorReading.Range] {
        ranges + (ranges.count..<max(36, ranges.count)).map { range(Double($0) * 10, .infinity) }
    }

    private func proximity(_ ranges: [SensorReading.Range]) -> Proximity {
        Proximity(ring(ranges), readingInterval: interval, separationMeters: 0.1, tuning: tuning)
    }

    /// Two robots on one line drive at each other as fast as the rule allows, each by what it saw at its own last reading,
    /// whatever the offset of their readings and however far apart they began.
    @Test func `two that obey the rule never meet, whenever each of them looks`() {
        let closing = ClosingSpeed(readingInterval: interval, tuning: tuning)
        for offset in 0..<20 {
            for start in [0.05, 0.4, 1.0, 3.0, 4.7] {
                var gap = start
                var speeds = [0.0, 0.0]
                for tick in 0..<4_000 {
                    // A millisecond each; a period and its delay are 220.
                    if tick % 220 == 0 { speeds[0] = closing.limit(leftMeters: gap) }
                    if tick % 220 == offset * 11 { speeds[1] = closing.limit(leftMeters: gap) }
                    gap -= (speeds[0] + speeds[1]) * 1e-3
                    #expect(gap > 0, "offset \(offset * 11) ms, from \(start) m")
                }
            }
        }
    }

    @Test func `nothing near allows everything, something at the rim nothing toward it`() {
        #expect(proximity([range(0, 5)]).speedMax(toward: 0) == .infinity)
        let touching = proximity([range(0, 0.2)])
        #expect(touching.speedMax(toward: 0) == 0)
        #expect(touching.speedMax(toward: 1) == 0)
        // Behind the cone's edge it is a way off.
        #expect(touching.speedMax(toward: .pi / 2 + 0.1) == .infinity)
        #expect(touching.speedMax(toward: .pi) == .infinity)
    }

    @Test func `the speed grows with the gap, and a sensor that says nonsense counts as something at the rim`() {
        let speeds = [0.4, 0.8, 1.6, 3.2, 4.9].map { proximity([range(0, $0)]).speedMax(toward: 0) }
        #expect(speeds == speeds.sorted() && speeds[0] > 0 && speeds[4] < 7)
        #expect(proximity([range(0, .nan)]).speedMax(toward: 0) == 0)
        #expect(proximity([range(0, -1)]).speedMax(toward: 0) == 0)
        #expect(proximity([range(.nan, 1)]).echoes.isEmpty)
        #expect(proximity([range(0, .infinity)]).echoes.isEmpty)
    }

    @Test func `more ranges than a ring has are left out`() {
        let many = (0..<1_000).map { range(Double($0), 1) }
        #expect(proximity(many).echoes.count == SensorReading.Range.countMax)
    }

    @Test func `an arc is as slow as its slowest direction`() {
        let beside = proximity([range(60, 0.5)])
        #expect(beside.speedMax(from: 0, to: 1) == beside.speedMax(toward: .pi / 3))
        #expect(beside.speedMax(from: 0, to: 1) < beside.speedMax(toward: 0))
    }

    @Test func `what is in the way is passed on the right, and a robot that is shut in waits`() throws {
        var avoidance = Avoidance()
        let ahead = proximity([range(-5, 0.6), range(5, 0.6)])
        let aside = avoidance.direction(toward: 0, speedMax: 6, proximity: ahead)
        #expect((try #require(aside)) < -0.3)
        let free = avoidance.direction(toward: 2, speedMax: 6, proximity: ahead)
        #expect(free == 2)
        let shut = proximity((0..<36).map { range(Double($0) * 10, 0.25) })
        let none = avoidance.direction(toward: 0, speedMax: 6, proximity: shut)
        #expect(none == nil)
    }
}

/// What the safety table adds for bodies, fences and links: each row and each limit by itself.
@Suite struct SafetyLimitTests {
    private let ahead = Setpoint(speedMetersPerSecond: 6, turnRadiansPerSecond: 0)

    private func situation(x: Double = 50, heading: Double = 0) -> Safety.Situation {
        Safety.Situation(
            pose: Pose(xMeters: x, yMeters: 50, headingRadians: heading), isSilent: false, isOrdered: true,
            isHeld: false)
    }

    private func near(_ degrees: Double, _ meters: Double) -> Proximity {
        Proximity(
            (0..<36).map { sensor in
                SensorReading.Range(
                    bearingRadians: (degrees + Double(sensor) * 10) * .pi / 180, halfAngleRadians: 5 * .pi / 180,
                    meters: sensor == 0 ? meters : .infinity)
            }, readingInterval: .milliseconds(200), separationMeters: 0.1, tuning: MissionTuning())
    }

    @Test func `a ring that has fallen silent stops the robot`() {
        var blind = situation()
        blind.isBlind = true
        #expect(Safety.limited(ahead, in: blind, tuning: MissionTuning()) == .stop)
    }

    @Test func `a lost link stops the robot where the rule says so`() {
        var unlinked = situation()
        unlinked.isUnlinked = true
        #expect(Safety.limited(ahead, in: unlinked, tuning: MissionTuning()) == .stop)
    }

    @Test func `beyond a fence whose rule is to stop the robot stands`() {
        var tuning = MissionTuning()
        tuning.field.exclusions = [
            .circle(FieldCircle(centre: FieldPoint(xMeters: 50, yMeters: 50), radiusMeters: 5))
        ]
        #expect(Safety.limited(ahead, in: situation(), tuning: tuning).speedMetersPerSecond > 0)
        tuning.rules.fence = .stop
        #expect(Safety.limited(ahead, in: situation(), tuning: tuning) == .stop)
        #expect(Safety.limited(ahead, in: situation(x: 60), tuning: tuning) != .stop)
    }

    @Test func `the mission's speed limit holds`() {
        var tuning = MissionTuning()
        tuning.rules.speedMetersPerSecondMax = 2
        #expect(Safety.limited(ahead, in: situation(), tuning: tuning).speedMetersPerSecond == 2)
    }

    @Test func `whatever is wished for, the gap in front bounds the speed, and one beside an arc too`() {
        var close = situation()
        close.proximity = near(0, 1)
        let slow = Safety.limited(ahead, in: close, tuning: MissionTuning()).speedMetersPerSecond
        #expect(slow > 0 && slow < 1.1)
        close.proximity = near(0, 0.2)
        #expect(Safety.limited(ahead, in: close, tuning: MissionTuning()).speedMetersPerSecond == 0)
        close.proximity = near(60, 0.2)
        let turning = Setpoint(speedMetersPerSecond: 6, turnRadiansPerSecond: 5)
        #expect(Safety.limited(turning, in: close, tuning: MissionTuning()).speedMetersPerSecond == 0)
        // Backward the front does not count.
        close.proximity = near(0, 0.2)
        let back = Setpoint(speedMetersPerSecond: -1, turnRadiansPerSecond: 0)
        #expect(Safety.limited(back, in: close, tuning: MissionTuning()).speedMetersPerSecond == -1)
    }

    @Test func `a robot is slow before a fence by its stopping distance and by what it does not know of its place`() {
        var tuning = MissionTuning()
        tuning.field.exclusions = [
            .circle(FieldCircle(centre: FieldPoint(xMeters: 60, yMeters: 50), radiusMeters: 5))
        ]
        func speed(_ x: Double, sigma: Double, heading: Double = 0) -> Double {
            var here = situation(x: x, heading: heading)
            here.positionSigmaMeters = sigma
            return Safety.limited(ahead, in: here, tuning: tuning).speedMetersPerSecond
        }
        #expect(speed(30, sigma: 0.1) == 6)
        #expect(speed(53, sigma: 0.1) < 5)
        #expect(speed(53, sigma: 0.1) > 0)
        #expect(speed(53, sigma: 2) == 0)
        #expect(speed(54.8, sigma: 0.1) == 0)
        // Away from it the way is free, from inside too.
        #expect(speed(54.8, sigma: 0.1, heading: .pi) == 6)
        #expect(speed(57, sigma: 0.1, heading: .pi) == 6)
        // Never so fast that the way to the next setpoint and the braking end beyond the line.
        for step in 0..<50 {
            let x = 50 + Double(step) * 0.1
            let fast = speed(x, sigma: 0)
            let end = x + fast * 0.22 + fast * fast / (2 * tuning.brakingMetersPerSecondSquared)
            #expect(end <= 55 || fast == 0, "from \(x) m")
        }
    }
}

/// Ways through a field with something in it.
@Suite struct WayTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private func grid(_ obstacles: [FieldPolygon]) -> FieldGrid {
        var field = MissionField()
        field.obstacles = obstacles
        return FieldGrid(field: field, roomMeters: 0.4, fenceMeters: 1)
    }

    @Test func `an open field has straight ways and costs nothing`() {
        let open = grid([])
        #expect(open.isEmpty && open.isOpen(from: point(0, 0), to: point(100, 100)))
    }

    @Test func `a way leads round a yard that is closed on the side of the goal`() {
        let yard = FieldPolygon(points: [
            point(40, 40), point(60, 40), point(60, 60), point(40, 60), point(40, 59), point(59, 59), point(59, 41),
            point(40, 41),
        ])
        let grid = grid([yard])
        let (start, goal) = (point(50, 50), point(80, 50))
        #expect(!grid.isOpen(from: start, to: goal))
        let way = WayFinder.way(from: start, to: goal, grid: grid)
        #expect(way.last == goal)
        #expect(way.count <= WayFinder.cornersMax)
        var here = start
        var meters = 0.0
        for corner in way {
            for share in 0...40 {
                let passed = here + (Double(share) / 40) * (corner - here)
                #expect(yard.distanceMeters(to: passed) > 0.1, "at \(passed)")
            }
            meters += (corner - here).lengthMeters
            here = corner
        }
        // Out of the mouth, round a corner, and back: 10 + 10 + 20 + 20 and some.
        #expect(meters < 75)
    }

    @Test func `where there is no way it ends as near as there is one, within its bound`() {
        let box = FieldPolygon(points: [
            point(70, 40), point(90, 40), point(90, 60), point(70, 60), point(70, 40.1), point(71, 41), point(71, 59),
            point(89, 59), point(89, 41), point(70, 40.05),
        ])
        let grid = grid([box])
        let way = WayFinder.way(from: point(10, 50), to: point(80, 50), grid: grid)
        #expect(!way.isEmpty)
        #expect(way.allSatisfy { !box.contains($0) || ($0 - point(80, 50)).lengthMeters < 1 })
    }

    @Test func `what the ring finds closes a square, and looking through it opens it again`() {
        var grid = grid([])
        for _ in 0..<3 { grid.hit(point(50, 50)) }
        #expect(!grid.isOpen(from: point(40, 50), to: point(60, 50)))
        for _ in 0..<3 { grid.clear(from: point(48.9, 50), to: point(60, 50), echoes: []) }
        #expect(grid.isOpen(from: point(40, 50), to: point(60, 50)))
    }

    @Test func `looking along a wall, or from far off, is no looking through it`() {
        var grid = grid([])
        for _ in 0..<3 { grid.hit(point(50, 50)) }
        let echo = grid.cell(at: point(50, 51))
        for _ in 0..<9 {
            grid.clear(from: point(48.9, 50), to: point(60, 50), echoes: [echo])
            grid.clear(from: point(40, 50), to: point(60, 50), echoes: [])
        }
        #expect(!grid.isOpen(from: point(40, 50), to: point(60, 50)))
    }

    @Test func `any field has no more squares than the bound`() {
        var field = MissionField()
        field.arena = Arena(xMetersMin: 0, xMetersMax: 10_000, yMetersMin: 0, yMetersMax: 3)
        field.obstacles = [FieldPolygon(low: point(5, 1), high: point(6, 2))]
        let grid = FieldGrid(field: field, roomMeters: 0.4, fenceMeters: 1)
        #expect(grid.columns <= FieldGrid.cellsPerSideMax && grid.rows <= FieldGrid.cellsPerSideMax)
    }

    @Test func `relays stand at equal distances, as many as the radio needs`() {
        #expect(RelayPlaces.count(apart: 10, reachMeters: 24) == 0)
        #expect(RelayPlaces.count(apart: 50, reachMeters: 24) == 2)
        let places = (0..<2).map { RelayPlaces.place(rank: $0, count: 2, from: .zero, to: point(60, 0)) }
        #expect(places == [point(20, 0), point(40, 0)])
        #expect(RelayPlaces.place(rank: 9, count: 0, from: point(1, 1), to: .zero) == point(1, 1))
    }
}

/// Areas of a field.
@Suite struct FieldTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    @Test func `a concave polygon has its inside, its distance and its rays, whichever way round`() {
        let corners = [point(0, 0), point(10, 0), point(10, 10), point(5, 5), point(0, 10)]
        for polygon in [FieldPolygon(points: corners), FieldPolygon(points: corners.reversed())] {
            #expect(polygon.invalidity == nil)
            #expect(polygon.contains(point(2, 2)) && !polygon.contains(point(5, 8)))
            #expect(abs(polygon.distanceMeters(to: point(5, 1)) + 1) < 1e-9)
            #expect(abs(polygon.distanceMeters(to: point(13, 4)) - 3) < 1e-9)
            #expect(polygon.rayMeters(from: point(-5, 1), direction: point(1, 0)) == 5)
            #expect(polygon.rayMeters(from: point(-5, 1), direction: point(-1, 0)) == nil)
            #expect(polygon.blocks(point(-1, 1), point(11, 1)) && !polygon.blocks(point(4, 9), point(6, 9)))
        }
    }

    @Test func `what is no polygon is refused with a reason`() {
        let bow = [point(0, 0), point(10, 10), point(10, 0), point(0, 12)]
        #expect(FieldPolygon(points: bow).invalidity?.contains("cross") == true)
        #expect(FieldPolygon(points: [point(0, 0), point(1, 1)]).invalidity != nil)
        #expect(FieldPolygon(points: [point(0, 0), point(1, 1), point(2, 2)]).invalidity != nil)
        #expect(FieldPolygon(points: [point(0, 0), point(.nan, 1), point(2, 0)]).invalidity != nil)
        let many = (0...FieldPolygon.pointsMax).map { point(Double($0), Double($0 * $0)) }
        #expect(FieldPolygon(points: many).invalidity != nil)
        var field = MissionField()
        field.obstacles = [FieldPolygon(points: bow)]
        #expect(field.invalidity != nil)
        var tuning = MissionTuning()
        tuning.field = field
        #expect(tuning.invalidity != nil)
    }

    @Test func `a robot may be in any fence and in no zone`() {
        var field = MissionField()
        #expect(field.contains(point(99, 99)) && !field.contains(point(101, 50)))
        field.inclusions = [
            .circle(FieldCircle(centre: point(20, 20), radiusMeters: 10)),
            .polygon(FieldPolygon(low: point(50, 50), high: point(60, 60))),
        ]
        #expect(field.contains(point(20, 25)) && field.contains(point(55, 55)) && !field.contains(point(40, 40)))
        field.exclusions = [.circle(FieldCircle(centre: point(20, 20), radiusMeters: 2))]
        #expect(!field.contains(point(20, 21)))
        #expect(abs(field.fenceMeters(from: point(20, 25)) - 3) < 1e-9)
    }
}

/// What a robot does that hears nobody.
@Suite struct LinkWatchTests {
    private func watch(_ policy: MissionRules.LinkLoss) -> LinkWatch {
        var rules = MissionRules()
        rules.linkLoss = policy
        var watch = LinkWatch(rules: rules)
        watch.heard(now: .zero)
        return watch
    }

    private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }

    @Test func `a link is lost after the rule's time, and what then happens is the rule's`() {
        for policy in [MissionRules.LinkLoss.stop, .returnHome, .proceed(for: .seconds(10))] {
            #expect(watch(policy).order(now: at(5)) == .goOn)
        }
        #expect(watch(.stop).order(now: at(6)) == .stand)
        #expect(watch(.returnHome).order(now: at(6)) == .goHome)
        #expect(watch(.proceed(for: .seconds(10))).order(now: at(15)) == .goOn)
        #expect(watch(.proceed(for: .seconds(10))).order(now: at(16)) == .stand)
    }

    @Test func `one word of anybody mends it`() {
        var lost = watch(.stop)
        lost.heard(now: at(100))
        #expect(lost.order(now: at(105)) == .goOn)
    }
}
