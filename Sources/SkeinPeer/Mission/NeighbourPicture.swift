import SkeinTasks
import SkeinWire

/// What the robots around last said of themselves in their beacons: where they are, how they move, what they smell. A
/// lost beacon leaves the one before; a robot not heard for `neighbourSilenceMax` is forgotten; a full table forgets
/// the one heard longest ago. O(neighbours).
struct NeighbourPicture {
    static let entriesMax = 48

    struct Entry {
        var robot: NodeID
        var estimate: PoseEstimate
        var speedMetersPerSecond: Double
        var turnRadiansPerSecond: Double
        /// 1/m; nil without a nose.
        var smellPerMeter: Double?
        var heardAt: Instant
        /// This very broadcast has served a task already.
        var hasServed = false
    }

    private let tuning: MissionTuning
    /// Ascending by robot.
    private(set) var entries: [Entry] = []

    init(tuning: MissionTuning) { self.tuning = tuning }

    /// From the air: numbers that no robot sends are left out.
    mutating func heard(_ sender: NodeID, fields: BeaconFields, now: Instant) {
        guard var estimate = fields.pose.estimate,
            abs(fields.speedMetersPerSecond) <= Motion.speedMetersPerSecondMax,
            abs(fields.turnRadiansPerSecond) <= Motion.turnRadiansPerSecondMax
        else { return }
        // Nobody knows better than a satellite receiver does, whatever it claims.
        let varianceMin = tuning.satelliteSigmaMeters * tuning.satelliteSigmaMeters
        estimate.covariance.xx = max(estimate.covariance.xx, varianceMin)
        estimate.covariance.yy = max(estimate.covariance.yy, varianceMin)
        let smell = fields.smellPerMeter
        let entry = Entry(
            robot: sender, estimate: estimate, speedMetersPerSecond: fields.speedMetersPerSecond,
            turnRadiansPerSecond: fields.turnRadiansPerSecond,
            smellPerMeter: SmellRange.isSane(perMeter: smell) ? smell : nil, heardAt: now)
        forget(now: now)
        let index = firstIndex(of: sender)
        if index < entries.count, entries[index].robot == sender {
            entries[index] = entry
            return
        }
        entries.insert(entry, at: index)
        guard entries.count > Self.entriesMax else { return }
        var oldest = entries.startIndex
        for other in entries.indices where entries[other].heardAt < entries[oldest].heardAt { oldest = other }
        entries.remove(at: oldest)
    }

    mutating func forget(now: Instant) {
        entries.removeAll { now - $0.heardAt > tuning.neighbourSilenceMax }
    }

    func entry(of robot: NodeID) -> Entry? {
        let index = firstIndex(of: robot)
        guard index < entries.count, entries[index].robot == robot else { return nil }
        return entries[index]
    }

    private func firstIndex(of robot: NodeID) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].robot < robot { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The announced motion from the broadcast until `now`.
    func motion(of entry: Entry, until now: Instant) -> Motion {
        tuning.announced(
            speed: entry.speedMetersPerSecond, turn: entry.turnRadiansPerSecond, lasting: now - entry.heardAt)
    }

    /// The robots of a frame that have said where they are.
    func rays(of detections: [SensorReading.Detection], now: Instant) -> [EkfRay] {
        var rays: [EkfRay] = []
        for detection in detections.prefix(Self.entriesMax) {
            guard let entry = entry(of: detection.robot), now - entry.heardAt <= tuning.neighbourSilenceMax else {
                continue
            }
            rays.append(
                EkfRay(
                    node: entry.robot, estimate: entry.estimate, motion: motion(of: entry, until: now),
                    isRepeated: entry.hasServed,
                    detection: EkfDetection(
                        bearingRadians: detection.bearingRadians, pixelHeight: detection.pixelHeight)))
        }
        return rays
    }

    /// These broadcasts have served a task; those that came since have not.
    mutating func markServed(_ rays: [EkfRay], frameAt: Instant) {
        for ray in rays {
            let index = firstIndex(of: ray.node)
            guard index < entries.count, entries[index].robot == ray.node, entries[index].heardAt <= frameAt else {
                continue
            }
            entries[index].hasServed = true
        }
    }

    /// What the neighbours smell and where, the strongest first: those say most about where the source is.
    func smells(countMax: Int) -> [RangeSample] {
        var samples: [RangeSample] = []
        for entry in entries {
            guard let smell = entry.smellPerMeter else { continue }
            samples.append(
                RangeSample(
                    point: FieldPoint(
                        xMeters: entry.estimate.pose.xMeters, yMeters: entry.estimate.pose.yMeters),
                    rangeMeters: 1 / smell, sigmaFraction: tuning.smellToldError,
                    positionVariance: (entry.estimate.covariance.xx + entry.estimate.covariance.yy) / 2))
        }
        // Ties keep the order of the robots: the sort is stable.
        samples.sort { $0.rangeMeters < $1.rangeMeters }
        return Array(samples.prefix(countMax))
    }
}

/// The mission's part of a beacon.
struct BeaconFields: Hashable {
    var pose: PoseField
    var speedMetersPerSecond: Double
    var turnRadiansPerSecond: Double
    /// 1/m; 0 without a nose.
    var smellPerMeter: Double
    var best: Smell
}

extension BeaconFields {
    init(_ beacon: Beacon) {
        self.init(
            pose: beacon.pose, speedMetersPerSecond: Double(beacon.speedMetersPerSecond),
            turnRadiansPerSecond: Double(beacon.turnRadiansPerSecond), smellPerMeter: Double(beacon.smell),
            best: beacon.best)
    }
}
