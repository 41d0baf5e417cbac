import RealModule
import SkeinTasks
import SkeinWire

/// Where the virtual source is, and how a robot with a nose goes there: a particle of the swarm (mesh-cloud §7), whose
/// global best is gossip.
///
/// - The held claim is the swarm's best as this robot knows it. Better ones are taken from beacons, from the own nose
///   (smell c here: the source is 1/c away), from a fit of own and neighbours' smells, once a step, and on a camera
///   robot from the merged particle swarm. It goes out in every beacon; a lost beacon costs one interval.
/// - A claim must survive the senses. A robot with a nose checks what it hears and, at every reading, what it holds
///   against its own smell, at any distance; a robot without one asks its neighbours' smells, by majority. A false
///   claim is dropped, not relayed, and can neither win by being strong nor by arriving first. So a bad estimate dies
///   where it can be tested, and a robot that gets there and smells less than promised returns to its own best.
/// - If the robot that claimed is lost, the claim lives on in those that hold it: the source does not move.
/// - Near the source the robot aims by its own smells along the way, which do not suffer from what it does not know
///   about its own place; the claim is only where that begins.
/// - Where the aim turns out to be nothing it tries a direction at random, a new one each step, and so gathers smells
///   that say more.
/// - There is no dithering: the rule gives the direction; speed is the limit until the nose says arrived. Its random
///   coefficients change once a step. Where the source is known to within the arrival radius the way there is straight.
struct SourceSearch {
    /// Own smells along the way, for the fit.
    private static let ownSamplesMax = 12
    /// Between two of them: less says nothing new.
    private static let ownSpacingMeters = 1.5
    /// A claim must be this much nearer than the one held, lest two of a kind chase each other round the swarm.
    private static let gain = 0.9
    /// Of own smells against each other: odometry's drift over a few metres.
    private static let ownPositionVariance = 0.02
    /// Within this many arrival radii the aim is taken.
    private static let aimRadii = 3.0
    /// This near to its goal and not arrived, a robot looks elsewhere.
    private static let nothingHereMeters = 1.0
    /// So it does within this part of how far a claim says that the source is from its point, up to the other bound: who
    /// crowds round the best smell so far learns nothing, and keeps others from it.
    private static let nothingHereShare = 0.1
    private static let nothingHereMetersMax = 5.0
    /// Neighbours' smells that are asked about a claim when there is no own nose.
    private static let jurySize = 9
    private static let jurySizeMin = 3

    private let tuning: MissionTuning
    private var random: PeerRandom
    private(set) var range: SmellRange?
    /// Nil as long as nothing was smelled or heard.
    private(set) var held: SourceClaim?
    /// The particle's own best: where, and how far from the source.
    private var ownBest: SourceClaim?
    /// Along the way, in odometry's frame.
    private var ownSamples: [RangeSample] = []
    /// In odometry's frame: where the robot itself smells the source.
    private var aim: SourceFit?
    private var u1 = 0.5
    private var u2 = 0.5

    init(tuning: MissionTuning, random: PeerRandom) {
        self.tuning = tuning
        self.random = random
    }

    /// The last smoothed smell, for the beacon; 0 without a nose.
    var smellPerMeter: Double { range.map { 1 / $0.rangeMeters } ?? 0 }

    /// The held claim as it travels.
    var best: Smell { held?.smell ?? .none }

    /// What the nose says here; `sigmaFractionMin` is the error it must at least be granted.
    private func sample(_ range: SmellRange, localiser: Localiser, sigmaFractionMin: Double) -> RangeSample {
        RangeSample(
            point: localiser.position, rangeMeters: range.rangeMeters,
            sigmaFraction: max(range.sigmaFraction, sigmaFractionMin),
            positionVariance: localiser.positionVariance)
    }

    /// What a claim is held against. A nose may be a constant fraction wrong, and odometry as well, which no filter
    /// shows: a robot that has driven far is no witness against a claim that it almost confirms.
    private func witness(_ range: SmellRange, localiser: Localiser) -> RangeSample {
        var witness = sample(range, localiser: localiser, sigmaFractionMin: tuning.smellSigmaFraction)
        let drift = tuning.driftSigmaFraction * localiser.drivenMeters
        witness.positionVariance += drift * drift
        return witness
    }

    /// `interval`: since the last reading.
    mutating func smelled(perMeter: Double, interval: Duration, localiser: Localiser) {
        guard SmellRange.isSane(perMeter: perMeter) else { return }
        let error = tuning.smellError
        var range = range ?? SmellRange(perMeter: perMeter, error: error, track: localiser.track)
        if self.range != nil {
            range.smelled(
                perMeter: perMeter, error: error, seconds: interval.inSeconds, track: localiser.track,
                belief: belief(localiser))
        }
        self.range = range
        remember(range, localiser: localiser)
        let here = witness(range, localiser: localiser)
        if let claim = held, claim.isContradicted(by: here) { held = nil }
        if ownBest.map({ range.rangeMeters < $0.sigmaMeters }) ?? true {
            ownBest = SourceClaim(point: here.point, sigmaMeters: range.rangeMeters)
        }
        if let own = ownBest { take(own) }
        takeAim(range, localiser: localiser)
    }

    /// Where the source is believed to be relative to the robot, if that is believed to be known.
    private func belief(_ localiser: Localiser) -> SmellRange.Belief? {
        if let aim { return .init(offset: aim.point - localiser.track, sigmaMeters: aim.sigmaMeters) }
        guard let held, held.sigmaMeters <= tuning.arrivalRadiusMeters else { return nil }
        let variance = held.sigmaMeters * held.sigmaMeters + 2 * localiser.positionVariance
        return .init(offset: held.point - localiser.position, sigmaMeters: variance.squareRoot())
    }

    private mutating func remember(_ range: SmellRange, localiser: Localiser) {
        var sample = sample(range, localiser: localiser, sigmaFractionMin: tuning.smellToldError)
        sample.point = localiser.track
        sample.positionVariance = Self.ownPositionVariance
        // The last one moves along until it is far enough from the one before.
        if let before = ownSamples.dropLast().last,
            (before.point - sample.point).lengthMeters < Self.ownSpacingMeters
        {
            ownSamples[ownSamples.count - 1] = sample
            return
        }
        if ownSamples.count == Self.ownSamplesMax { ownSamples.removeFirst() }
        ownSamples.append(sample)
    }

    private mutating func takeAim(_ range: SmellRange, localiser: Localiser) {
        guard let held, range.rangeMeters <= Self.aimRadii * tuning.arrivalRadiusMeters else {
            aim = nil
            return
        }
        let here = SourceClaim(
            point: held.point - localiser.position + localiser.track, sigmaMeters: held.sigmaMeters)
        aim = SourceFit.refined(
            here, ownVariance: localiser.positionVariance, samples: ownSamples,
            gustFraction: tuning.gustSigmaFraction)
    }

    /// A claim from a beacon.
    mutating func heard(_ smell: Smell, localiser: Localiser, picture: NeighbourPicture) {
        guard let claim = SourceClaim(smell, tuning: tuning), isNearer(claim) else { return }
        offer(claim, localiser: localiser, picture: picture)
    }

    /// A claim from anywhere: taken if it is nearer than the one held and nobody who smells contradicts it.
    mutating func offer(_ claim: SourceClaim, localiser: Localiser, picture: NeighbourPicture) {
        guard isNearer(claim), !isFalse(claim, localiser: localiser, picture: picture) else { return }
        held = claim
    }

    private func isNearer(_ claim: SourceClaim) -> Bool {
        held.map { claim.sigmaMeters < Self.gain * $0.sigmaMeters } ?? true
    }

    private mutating func take(_ claim: SourceClaim) {
        if isNearer(claim) { held = claim }
    }

    private func isFalse(_ claim: SourceClaim, localiser: Localiser, picture: NeighbourPicture) -> Bool {
        if let range { return claim.isContradicted(by: witness(range, localiser: localiser)) }
        let jury = picture.smells(countMax: Self.jurySize)
        guard jury.count >= Self.jurySizeMin else { return false }
        return 2 * jury.count { claim.isContradicted(by: $0) } > jury.count
    }

    /// Once a step: new coefficients for the particle, and a fit, unless the held claim is as good as claims get.
    mutating func stepBegan(localiser: Localiser, picture: NeighbourPicture) {
        u1 = random.unit()
        u2 = random.unit()
        if range == nil, let claim = held, isFalse(claim, localiser: localiser, picture: picture) { held = nil }
        let known = held?.sigmaMeters ?? .infinity
        guard range != nil, known > 2 * tuning.sourceSigmaMetersMin else { return }
        let own = ownSamples.map { sample in
            var placed = sample
            placed.point = sample.point - localiser.track + localiser.position
            placed.positionVariance = localiser.positionVariance
            return placed
        }
        let samples = own + picture.smells(countMax: SourceFit.samplesMax - own.count)
        guard let fit = SourceFit(samples, gustFraction: tuning.gustSigmaFraction),
            tuning.arena.contains(fit.point, margins: 1)
        else { return }
        offer(
            SourceClaim(point: fit.point, sigmaMeters: max(fit.sigmaMeters, tuning.sourceSigmaMetersMin)),
            localiser: localiser, picture: picture)
    }

    /// What a camera robot's helpers found. The misfit says how well the place explains the smells; how far it may be
    /// off follows from the same samples' geometry: it is claimed only where a fit of them agrees.
    mutating func merged(_ found: PsoBest, localiser: Localiser, picture: NeighbourPicture) {
        guard found.sampleCount >= SourceFit.samplesMin, found.misfitPerSample <= Self.misfitPerSampleMax,
            let fit = SourceFit(
                picture.smells(countMax: SourceFit.samplesMax), gustFraction: tuning.gustSigmaFraction),
            (fit.point - found.position).lengthMeters <= max(1, 2 * fit.sigmaMeters)
        else { return }
        let apart = (fit.point - found.position).lengthMeters
        let sigma = (fit.sigmaMeters * fit.sigmaMeters + apart * apart).squareRoot()
        offer(
            SourceClaim(point: found.position, sigmaMeters: max(sigma, tuning.sourceSigmaMetersMin)),
            localiser: localiser, picture: picture)
    }

    /// Near the truth the misfit is the mean squared log ratio; 0.03 is 17 % per nose, errors of place included [R].
    private static let misfitPerSampleMax = 0.03

    /// Where the source is believed to be; nil when nothing is known.
    func place(localiser: Localiser) -> FieldPoint? {
        guard let held else { return nil }
        return aim.map { $0.point - localiser.track + localiser.position } ?? held.point
    }

    /// The swarm knows the place to within the arrival radius, or the robot smells it itself: where it smelled most so far has
    /// nothing to add. In gusts that is where a gust was weakest, and would lead away again.
    private var isKnown: Bool { aim != nil || held.map { $0.sigmaMeters <= tuning.arrivalRadiusMeters } ?? false }

    /// Where to go, metres per second in the field's frame; nil when nothing is known. Only the direction is meant.
    func velocity(localiser: Localiser) -> FieldPoint? {
        guard let goal = place(localiser: localiser) else { return nil }
        let position = localiser.position
        let claimed = aim == nil ? held.map { Self.nothingHereShare * $0.sigmaMeters } ?? 0 : 0
        let reach = max(Self.nothingHereMeters, min(Self.nothingHereMetersMax, claimed))
        if let range, (goal - position).lengthMeters < reach, range.rangeMeters > tuning.arrivalRadiusMeters {
            return FieldPoint(
                xMeters: Double.cos(2 * .pi * u1), yMeters: Double.sin(2 * .pi * u1))
        }
        if isKnown { return goal - position }
        let rule = SwarmRule(
            inertia: tuning.inertia, ownPull: tuning.ownPull, swarmPull: tuning.swarmPull,
            speedMax: tuning.speedMetersPerSecondMax)
        return rule.velocity(
            after: localiser.velocity, at: position, ownBest: ownBest?.point ?? position, swarmBest: goal, u1: u1,
            u2: u2)
    }

    /// Surely within `radiusMeters` of the source, by the own nose.
    func isWithin(_ radiusMeters: Double, sigmas: Double) -> Bool {
        guard let range else { return false }
        return range.rangeMeters + sigmas * range.sigmaMeters <= radiusMeters
    }
}
