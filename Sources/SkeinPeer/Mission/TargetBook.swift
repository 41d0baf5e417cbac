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
/// - A flood that is lost: beacons carry the revision, and the mesh asks again; meanwhile the robot's own sight or
///   search.
struct TargetBook {
    /// Below this no sighting is improved: the arrival radius is ten times as large.
    private static let sigmaMetersMin = 0.4
    /// A revision from the air at the end of the numbers would end the book.
    private static let revisionMax: UInt32 = .max / 2

    private let tuning: MissionTuning
    private let jitter: Duration
    private(set) var sight: TargetSight?
    /// The swarm's.
    private(set) var sighting: Sighting?
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
        if let known = sighting {
            let knownSigma = Double(known.sigmaMeters)
            guard knownSigma > Self.sigmaMetersMin, sigma < tuning.sightingGain * knownSigma,
                known.revision < Self.revisionMax
            else { return nil }
        }
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
        sighting = heard
        return true
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
            let place = FieldPoint(xMeters: Double(sighting.xMeters), yMeters: Double(sighting.yMeters))
            let own = localiser.positionSigmaMeters
            let told = Double(sighting.sigmaMeters)
            result = (place - localiser.position, (told * told + own * own).squareRoot())
        }
        if let sight {
            let sigma = sight.sigmaMeters(localiser: localiser, tuning: tuning)
            if result.map({ sigma < $0.sigmaMeters }) ?? true {
                result = (sight.offset(localiser: localiser), sigma)
            }
        }
        return result
    }
}
