import RealModule
import SkeinTasks
import SkeinWire

/// Where the physical target is: the own camera's sight, and the swarm's sighting, which is flooded.
///
/// - The first camera that knows the target tells everybody after a short random wait; whoever hears a sighting first
///   keeps silent. It is told again, one revision higher, by a robot that knows it noticeably better, at most once in
///   `sightingSpacingMin` and until `sigmaMetersMin`: a handful of floods in all.
/// - The higher revision wins, of equal ones the surer, then the one with the smaller coordinates, so that all robots
///   end with the same one whatever order they hear them in. Two that tell at once cost one flood too many.
/// - What a robot sees itself outweighs what it is told: it goes by its own sight where the two differ by more than their
///   errors, and tells the swarm. Told of a target in plain view that its frames do not show, it drops the sighting, and
///   believes nobody who tells of that place again.
/// - A flood that is lost: beacons carry the revision, and the mesh asks again; meanwhile the robot's own sight or
///   search.
struct TargetBook {
    /// Below this no sighting is improved: the arrival radius is ten times as large.
    private static let sigmaMetersMin = 0.4
    /// A revision from the air at the end of the numbers would end the book.
    private static let revisionMax: UInt32 = .max / 2
    /// Chi-square, two degrees, 99.9 %.
    private static let gate = 13.8
    /// Frames in a row that should have shown the target where it was told to be.
    private static let absencesMax = 3
    private static let refutedMax = 4
    /// Nearer than this to a refuted place is the same lie.
    private static let refutedMeters = 4.0

    private let tuning: MissionTuning
    private let jitter: Duration
    private(set) var sight: TargetSight?
    /// The swarm's.
    private(set) var sighting: Sighting?
    /// Where it was told to be, and is not.
    private var refuted: [FieldPoint] = []
    private var absences = 0
    private var tellsAt: Instant?
    private var toldAt: Instant?

    init(tuning: MissionTuning, random: inout PeerRandom) {
        self.tuning = tuning
        jitter = random.jitter(upTo: tuning.sightingJitterMax)
    }

    var nextDeadline: Instant? { tellsAt }

    mutating func seen(_ detection: SensorReading.Detection, localiser: Localiser, now: Instant) {
        if sight == nil {
            sight = TargetSight(detection, localiser: localiser, tuning: tuning)
        } else {
            sight?.seen(detection, localiser: localiser, tuning: tuning)
        }
        guard tellsAt == nil, news(localiser: localiser) != nil else { return }
        let spaced = toldAt.map { $0 + tuning.sightingSpacingMin } ?? now
        tellsAt = max(now, spaced) + jitter
    }

    /// The sighting to flood now, if it is time and still news.
    mutating func deadlinePassed(localiser: Localiser, now: Instant) -> Sighting? {
        guard let due = tellsAt, now >= due else { return nil }
        tellsAt = nil
        guard let news = news(localiser: localiser) else { return nil }
        toldAt = now
        sighting = news
        return news
    }

    /// What this robot knows better than the swarm.
    private func news(localiser: Localiser) -> Sighting? {
        guard let sight else { return nil }
        let relative = sight.sigmaMeters(localiser: localiser, tuning: tuning)
        let own = localiser.positionSigmaMeters
        let sigma = (relative * relative + own * own).squareRoot()
        let place = localiser.position + sight.offset(localiser: localiser)
        guard place.isFinite, tuning.arena.contains(place, margins: 2) else { return nil }
        if let known = sighting, !contradicts(known, localiser: localiser) {
            let knownSigma = Double(known.sigmaMeters)
            guard knownSigma > Self.sigmaMetersMin, sigma < tuning.sightingGain * knownSigma else { return nil }
        }
        guard sighting.map({ $0.revision < Self.revisionMax }) ?? true else { return nil }
        return Sighting(
            revision: (sighting?.revision ?? 0) + 1, xMeters: Float(place.xMeters), yMeters: Float(place.yMeters),
            sigmaMeters: Float(sigma))
    }

    /// Another robot's sighting; whether it was taken.
    mutating func heard(_ heard: Sighting) -> Bool {
        guard heard.revision > 0, heard.revision <= Self.revisionMax, heard.sigmaMeters.isFinite,
            tuning.arena.contains(
                FieldPoint(xMeters: Double(heard.xMeters), yMeters: Double(heard.yMeters)), margins: 2)
        else { return false }
        if let known = sighting, !Self.outranks(heard, known) { return false }
        guard heard.revision <= (sighting?.revision ?? 0) + Bulletins.sightingLeapMax else { return false }
        guard !refuted.contains(where: { (heard.place - $0).lengthMeters < Self.refutedMeters }) else { return false }
        sighting = heard
        absences = 0
        return true
    }

    /// A frame without the target. Where the swarm's is said to be in plain view, and a few frames do not show it, it is
    /// not there, and whoever says so again is not believed.
    mutating func sawNothing(localiser: Localiser) {
        guard let sighting else { return }
        let offset = sighting.place - localiser.position
        let bearing = Pose.wrapped(
            Double.atan2(y: offset.yMeters, x: offset.xMeters) - localiser.headingRadians)
        let sigma = localiser.positionSigmaMeters + told(sighting)
        guard offset.lengthMeters <= tuning.sightMetersMax / 2, offset.lengthMeters >= max(1, 4 * sigma),
            abs(bearing) <= tuning.sightHalfAngleRadians / 2
        else { return }
        absences += 1
        guard absences >= Self.absencesMax else { return }
        if refuted.count == Self.refutedMax { refuted.removeFirst() }
        refuted.append(sighting.place)
        self.sighting = nil
        absences = 0
    }

    /// As sure as a sighting can be meant: nobody is so sure that its word outweighs every camera's.
    private func told(_ sighting: Sighting) -> Double { max(Double(sighting.sigmaMeters), Self.sigmaMetersMin) }

    /// Whether the own camera has the target elsewhere.
    private func contradicts(_ sighting: Sighting, localiser: Localiser) -> Bool {
        guard let sight else { return false }
        let apart = sighting.place - localiser.position - sight.offset(localiser: localiser)
        let own = sight.sigmaMeters(localiser: localiser, tuning: tuning)
        let here = localiser.positionSigmaMeters
        // The sigmas are those of both axes together.
        let variance = (own * own + here * here + told(sighting) * told(sighting)) / 2
        return apart.lengthMeters * apart.lengthMeters > Self.gate * variance
    }

    private static func outranks(_ left: Sighting, _ right: Sighting) -> Bool {
        if left.revision != right.revision { return left.revision > right.revision }
        if left.sigmaMeters != right.sigmaMeters { return left.sigmaMeters < right.sigmaMeters }
        return (left.xMeters, left.yMeters) < (right.xMeters, right.yMeters)
    }

    /// From the robot to the target and how surely, metres; nil when nobody knows. The surer of both sources.
    func offset(localiser: Localiser) -> (offset: FieldPoint, sigmaMeters: Double)? {
        var result: (offset: FieldPoint, sigmaMeters: Double)?
        if let sighting {
            let own = localiser.positionSigmaMeters
            let told = told(sighting)
            result = (sighting.place - localiser.position, (told * told + own * own).squareRoot())
        }
        if let sight {
            let sigma = sight.sigmaMeters(localiser: localiser, tuning: tuning)
            let isElsewhere = sighting.map { contradicts($0, localiser: localiser) } ?? false
            if isElsewhere || result.map({ sigma < $0.sigmaMeters }) ?? true {
                result = (sight.offset(localiser: localiser), sigma)
            }
        }
        return result
    }
}

extension Sighting {
    fileprivate var place: FieldPoint { FieldPoint(xMeters: Double(xMeters), yMeters: Double(yMeters)) }
}
