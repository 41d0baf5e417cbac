import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

@Suite struct SourceTests {
    private let source = FieldPoint(xMeters: 40, yMeters: 55)

    private func samples(_ points: [FieldPoint], dice: inout Dice, fraction: Double = 0.03) -> [RangeSample] {
        points.map { point in
            RangeSample(
                point: point, rangeMeters: (point - source).lengthMeters * (1 + fraction * dice.bell()),
                sigmaFraction: fraction, positionVariance: 0.04)
        }
    }

    private func scattered(_ count: Int, dice: inout Dice) -> [FieldPoint] {
        (0..<count).map { _ in
            source + FieldPoint(xMeters: dice.uniform(-15, 15), yMeters: dice.uniform(-15, 15))
        }
    }

    @Test func `scattered noses find the source within their own sigma`() throws {
        var dice = Dice(seed: 1)
        var squares = 0.0
        for _ in 0..<200 {
            let fit = try #require(SourceFit(samples(scattered(12, dice: &dice), dice: &dice), gustFraction: 0))
            let error = (fit.point - source).lengthMeters / fit.sigmaMeters
            squares += error * error
        }
        #expect(squares / 200 < 2)
    }

    @Test func `two mad noses among fourteen do not pull`() throws {
        var dice = Dice(seed: 2)
        var wrong = 0
        for _ in 0..<100 {
            var noses = samples(scattered(14, dice: &dice), dice: &dice)
            noses[3].rangeMeters = 0.5
            noses[7].rangeMeters = 60
            // No fit is an answer; a wrong one is not.
            if let fit = SourceFit(noses, gustFraction: 0), (fit.point - source).lengthMeters > 2 { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func `noses in a line have a mirror image and claim nothing`() {
        var dice = Dice(seed: 3)
        let line = (0..<10).map { FieldPoint(xMeters: 30 + 2 * Double($0), yMeters: 40) }
        #expect(SourceFit(samples(line, dice: &dice), gustFraction: 0) == nil)
    }

    @Test func `few noses claim nothing`() {
        var dice = Dice(seed: 4)
        let few = samples(scattered(SourceFit.samplesMin - 1, dice: &dice), dice: &dice)
        #expect(SourceFit(few, gustFraction: 0) == nil)
    }

    @Test func `a claim is contradicted by who stands there and smells nothing`() {
        let claim = SourceClaim(point: source, sigmaMeters: 0.3)
        func witness(at distance: Double, smelling range: Double) -> RangeSample {
            RangeSample(
                point: source + FieldPoint(xMeters: distance, yMeters: 0), rangeMeters: range, sigmaFraction: 0.05,
                positionVariance: 0.1)
        }
        #expect(claim.isContradicted(by: witness(at: 0.5, smelling: 12)))
        #expect(claim.isContradicted(by: witness(at: 50, smelling: 25)))
        #expect(!claim.isContradicted(by: witness(at: 50, smelling: 52)))
        #expect(!claim.isContradicted(by: witness(at: 5, smelling: 5.4)))
    }

    @Test func `nobody is believed to know better than the bound, nor beyond the field`() throws {
        let tuning = MissionTuning()
        let strong = try #require(SourceClaim(Smell(xMeters: 3, yMeters: 4, perMeter: 19), tuning: tuning))
        #expect(strong.sigmaMeters == tuning.sourceSigmaMetersMin)
        #expect(SourceClaim(Smell(xMeters: 3, yMeters: 4, perMeter: 1e9), tuning: tuning) == nil)
        #expect(SourceClaim(Smell(xMeters: 400, yMeters: 4, perMeter: 1), tuning: tuning) == nil)
        #expect(SourceClaim(.none, tuning: tuning) == nil)
    }

    @Test func `at rest the nose's readings average`() {
        var dice = Dice(seed: 5)
        let error = SmellError(white: 0.05, gust: 0)
        var range = SmellRange(perMeter: 0.1, error: error, track: .zero)
        for _ in 0..<100 {
            range.smelled(
                perMeter: 0.1 * (1 + 0.05 * dice.bell()), error: error, seconds: 0.2, track: .zero, belief: nil)
        }
        #expect(abs(range.rangeMeters - 10) < 0.2)
        #expect(range.sigmaMeters < 0.1)
    }

    @Test func `a belief that misleads the nose on the way is dropped`() {
        let error = SmellError(white: 0.02, gust: 0)
        var range = SmellRange(perMeter: 1 / 20.0, error: error, track: .zero)
        // Believed ahead, while in truth it is behind.
        for step in 1...20 {
            let driven = 1.2 * Double(step)
            range.smelled(
                perMeter: 1 / (20 + driven), error: error, seconds: 0.2, track: FieldPoint(xMeters: driven, yMeters: 0),
                belief: .init(offset: FieldPoint(xMeters: 20 - driven, yMeters: 0), sigmaMeters: 0.5))
            #expect(abs(range.rangeMeters - 20 - driven) < 3)
        }
    }

    @Test func `own smells correct a claim that is metres off`() {
        var dice = Dice(seed: 6)
        let claim = SourceClaim(point: source + FieldPoint(xMeters: 3, yMeters: -4), sigmaMeters: 0.5)
        let way = (0..<12).map { step in
            let along = 1.5 * Double(step)
            return source + FieldPoint(xMeters: -18 + along, yMeters: -12 + along * along / 30)
        }
        let found = SourceFit.refined(
            claim, ownVariance: 9, samples: samples(way, dice: &dice, fraction: 0.02),
            gustFraction: 0)
        #expect((found.point - source).lengthMeters < 1)
    }
}
