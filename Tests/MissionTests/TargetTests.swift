import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

@Suite struct TargetTests {
    private let tuning = MissionTuning()

    private func localiser() -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.5, headingSigmaRadians: 0.01),
            tuning: tuning)
    }

    private func book() -> TargetBook {
        var random = PeerRandom(seed: 1)
        return TargetBook(tuning: tuning, random: &random)
    }

    private func detection(depth: Double, bearing: Double = 0) -> SensorReading.Detection {
        SensorReading.Detection(
            robot: .none, bearingRadians: bearing, pixelHeight: tuning.camera.focalPixels * tuning.targetMeters / depth)
    }

    private func sighting(_ revision: UInt32, x: Float = 60, sigma: Float = 1) -> Sighting {
        Sighting(revision: revision, xMeters: x, yMeters: 50, sigmaMeters: sigma)
    }

    @Test func `bearing and height place the target`() throws {
        let sight = try #require(
            TargetSight(detection(depth: 12, bearing: 0.5), localiser: localiser(), tuning: tuning))
        let offset = sight.offset(localiser: localiser())
        #expect(abs(offset.xMeters - 12) < 1e-9)
        #expect(abs(offset.lengthMeters - 12 / 0.877_582_561_89) < 1e-6)
    }

    @Test func `a target abeam, or of no height, is not used`() {
        for bad in [detection(depth: 5, bearing: 1.5), detection(depth: -5), detection(depth: 1e6)] {
            #expect(TargetSight(bad, localiser: localiser(), tuning: tuning) == nil)
        }
    }

    @Test func `a robot tells soon after it sees, once, and not again for little`() throws {
        var book = book()
        let localiser = localiser()
        book.seen(detection(depth: 15), localiser: localiser, now: .zero)
        let due = try #require(book.nextDeadline)
        #expect(due - .zero <= tuning.sightingJitterMax)
        let news = book.deadlinePassed(localiser: localiser, now: due)
        let told = try #require(news)
        #expect(told.revision == 1)
        #expect(abs(told.xMeters - 65) < 0.01)
        book.seen(detection(depth: 15), localiser: localiser, now: due + .milliseconds(20))
        #expect(book.nextDeadline == nil)
    }

    @Test func `who hears a sighting in time keeps silent`() throws {
        var book = book()
        let localiser = localiser()
        book.seen(detection(depth: 15), localiser: localiser, now: .zero)
        let isTaken = book.heard(sighting(1, x: 65, sigma: 0.9))
        #expect(isTaken)
        let due = try #require(book.nextDeadline)
        let silence = book.deadlinePassed(localiser: localiser, now: due)
        #expect(silence == nil)
        #expect(book.sighting == sighting(1, x: 65, sigma: 0.9))
    }

    @Test func `all orders of hearing end with the same sighting`() {
        let heard = [sighting(1), sighting(2, sigma: 3), sighting(2, sigma: 2), sighting(2, x: 61, sigma: 2)]
        var ends: [Sighting?] = []
        for first in heard.indices {
            var book = book()
            for step in heard.indices { _ = book.heard(heard[(first + step) % heard.count]) }
            ends.append(book.sighting)
            var reversed = self.book()
            for step in heard.indices { _ = reversed.heard(heard[(first + heard.count - step) % heard.count]) }
            ends.append(reversed.sighting)
        }
        #expect(ends.allSatisfy { $0 == ends[0] })
    }

    @Test func `sightings that nobody can mean are refused`() {
        var book = book()
        for bad in [
            sighting(0), sighting(.max), sighting(1, x: .nan), sighting(1, x: 900), sighting(1, sigma: .infinity),
        ] {
            let isTaken = book.heard(bad)
            #expect(!isTaken)
        }
        #expect(book.sighting == nil)
    }

    @Test func `the sweep visits the whole field and begins again`() {
        var sweep = TargetSweep(tuning: tuning, robot: NodeID(3))
        var pose = Pose(xMeters: 5, yMeters: 5, headingRadians: 0)
        var corners: [Bool] = [false, false, false, false]
        for _ in 0..<200 {
            let goal = sweep.goal(from: FieldPoint(xMeters: pose.xMeters, yMeters: pose.yMeters))
            pose.headingRadians += 0.7
            pose.xMeters = goal.xMeters
            pose.yMeters = goal.yMeters
            sweep.looked(from: pose)
            let corner = (pose.xMeters > 70 ? 1 : 0) + (pose.yMeters > 70 ? 2 : 0)
            corners[corner] = true
        }
        #expect(corners == [true, true, true, true])
    }
}

/// Sightings of a liar.
@Suite struct FalseSightingTests {
    private let tuning = MissionTuning()

    private func localiser() -> Localiser {
        Localiser(
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 0.3, headingSigmaRadians: 0.01),
            tuning: tuning)
    }

    private func book() -> TargetBook {
        var random = PeerRandom(seed: 1)
        return TargetBook(tuning: tuning, random: &random)
    }

    @Test func `what the own camera sees outweighs a surer word, and is told`() throws {
        var book = book()
        let localiser = localiser()
        _ = book.heard(Sighting(revision: 5, xMeters: 20, yMeters: 20, sigmaMeters: 0))
        book.seen(
            SensorReading.Detection(
                robot: .none, bearingRadians: 0, pixelHeight: tuning.camera.focalPixels * tuning.targetMeters / 15),
            localiser: localiser, now: .zero)
        let offset = try #require(book.offset(localiser: localiser)?.offset)
        #expect(abs(offset.xMeters - 15) < 0.01)
        let due = try #require(book.nextDeadline)
        let told = book.deadlinePassed(localiser: localiser, now: due)
        #expect(told?.revision == 6 && abs((told?.xMeters ?? 0) - 65) < 0.01)
    }

    @Test func `a target in plain view that is not there is dropped, and that place is not believed again`() {
        var book = book()
        let localiser = localiser()
        let lie = Sighting(revision: 5, xMeters: 60, yMeters: 50, sigmaMeters: 0.1)
        _ = book.heard(lie)
        for frame in 0..<3 {
            #expect(book.sighting == lie, "frame \(frame)")
            book.sawNothing(localiser: localiser)
        }
        #expect(book.sighting == nil)
        var again = lie
        again.revision = 6
        let isTaken = book.heard(again)
        #expect(!isTaken)
        let truth = Sighting(revision: 6, xMeters: 30, yMeters: 80, sigmaMeters: 1)
        let isTruthTaken = book.heard(truth)
        #expect(isTruthTaken)
        for _ in 0..<9 { book.sawNothing(localiser: localiser) }
        #expect(book.sighting == truth, "it is not in view")
    }

    @Test func `a leap to the end of the numbers is refused`() {
        var book = book()
        let isFarTaken = book.heard(Sighting(revision: .max / 2, xMeters: 60, yMeters: 50, sigmaMeters: 1))
        #expect(!isFarTaken)
        let isNearTaken = book.heard(Sighting(revision: 900, xMeters: 60, yMeters: 50, sigmaMeters: 1))
        #expect(isNearTaken)
    }
}
