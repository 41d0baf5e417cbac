import RealModule
import SkeinTasks
import SkeinWire

/// What has changed an estimate, in the order in which it was true, with what it was after each: so that what comes late
/// is put where it belongs and all after it is done again.
///
/// Time is odometry's: the sum of the intervals it has covered. From `floor` on states count; what lies before serves only
/// to carry a fix that is older than the last merged task along the way the robot has driven.
struct LocaliserLog {
    /// Two steps of readings at 50 Hz, each with all sensors.
    static let entriesMax = 320

    /// One thing that changes the estimate.
    enum Change {
        case moved(Motion)
        case compass(Double)
        case satellite(FieldPoint, variance: Double)
        case fix(PositionFix)
        /// Somebody has been told the estimate.
        case told
        /// So much is added to what both do not know, square metres and radians.
        case reset(position: Double, heading: Double)
    }

    struct State {
        var split: SplitEstimate
        var alone: DeadReckoning
        /// Odometry alone.
        var track: FieldPoint

        var estimate: PoseEstimate { split.estimate }
    }

    struct Entry {
        var at: Duration
        var change: Change
        var after: State
    }

    private(set) var entries: [Entry] = []
    /// The state that entry `floor` changed.
    private var base: State
    private(set) var floor = 0
    private(set) var time = Duration.zero
    /// How many entries there were when the newest frame was taken, and when that was from which the task in flight is computed.
    private(set) var frame: Int?
    private(set) var flight: Int?

    init(_ state: State) { base = state }

    var state: State { state(before: entries.count) }
    /// When the state before entry `index` was.
    func time(before index: Int) -> Duration { index > 0 ? entries[index - 1].at : .zero }

    /// As it was before entry `index`.
    func state(before index: Int) -> State { index > floor ? entries[index - 1].after : base }

    // MARK: In

    /// At the end.
    mutating func append(_ change: Change, lasting: Duration, tuning: MissionTuning) {
        time += lasting
        entries.append(Entry(at: time, change: change, after: change.applied(to: state, tuning: tuning)))
    }

    /// Where what was true at `at` belongs, or nil: before the floor. A motion that was under way is divided.
    mutating func place(for at: Duration, ageMax: Duration, tuning: MissionTuning) -> Int? {
        guard time - at <= ageMax else { return nil }
        var index = entries.count
        while index > floor, entries[index - 1].at > at { index -= 1 }
        guard index < entries.count else { return index }
        guard index > floor || startOfMotion(index).map({ $0 <= at }) ?? false else { return nil }
        return divided(index, at: at, tuning: tuning)
    }

    private func startOfMotion(_ index: Int) -> Duration? {
        guard case .moved(let motion) = entries[index].change else { return nil }
        return entries[index].at - .fromSeconds(motion.durationSeconds)
    }

    /// Noise that is white: each part's variance is its share of the whole, so that the sum is what it was.
    private mutating func divided(_ index: Int, at: Duration, tuning: MissionTuning) -> Int {
        guard case .moved(let motion) = entries[index].change, let start = startOfMotion(index), at > start,
            at < entries[index].at
        else { return index }
        let whole = motion.durationSeconds
        let first = min(max((at - start).inSeconds, 0), whole)
        guard first > 0, first < whole else { return index }
        func part(_ seconds: Double) -> Motion {
            var part = motion
            part.durationSeconds = seconds
            part.speedVariance *= whole / seconds
            part.turnVariance *= whole / seconds
            return part
        }
        entries[index].change = .moved(part(whole - first))
        // A frame before the motion stays before both parts.
        let mark = frame
        insert(.moved(part(first)), at: at, index: index, tuning: tuning)
        if mark == index { frame = mark }
        return index + 1
    }

    mutating func insert(_ change: Change, at: Duration, index: Int, tuning: MissionTuning) {
        entries.insert(Entry(at: at, change: change, after: base), at: index)
        if let mark = frame, mark >= index { frame = mark + 1 }
        // What the task in flight was computed from has not got it.
        if let mark = flight, mark > index { flight = mark + 1 }
        replay(from: index, tuning: tuning)
    }

    private mutating func replay(from index: Int, tuning: MissionTuning) {
        var state = state(before: index)
        for place in index..<entries.count {
            state = entries[place].change.applied(to: state, tuning: tuning)
            entries[place].after = state
        }
    }

    /// How the robot has moved by its odometry from then until the floor: for what is older than that.
    func wayToFloor(from at: Duration) -> FieldPoint? {
        guard floor > 0, let index = entries[..<floor].firstIndex(where: { $0.at > at }) else { return nil }
        var from = index > 0 ? entries[index - 1].after.track : entries[index].after.track
        if let start = startOfMotion(index), index > 0, case .moved(let motion) = entries[index].change {
            let share = min(max((at - start).inSeconds / motion.durationSeconds, 0), 1)
            from = from + share * (entries[index].after.track - from)
        }
        return base.track - from
    }

    // MARK: Frames and tasks

    /// False: it was taken before the floor.
    mutating func frameTaken(at: Duration, ageMax: Duration, tuning: MissionTuning) -> Bool {
        guard let index = place(for: at, ageMax: ageMax, tuning: tuning) else { return false }
        if let flight, index < flight { return false }
        frame = index
        return true
    }

    mutating func taskBegins() -> SplitEstimate? {
        flight = frame
        frame = nil
        return flight.map { state(before: $0).split }
    }

    mutating func taskEnds() { flight = nil }

    /// The posterior takes the place of what the task was computed from, unless what comes of it now is refused. The neighbours
    /// are told of it.
    mutating func merge(
        _ posterior: PoseEstimate, tuning: MissionTuning, isCredible: (PoseEstimate, DeadReckoning) -> Bool
    ) -> Bool {
        guard let mark = flight else { return false }
        flight = nil
        var start = state(before: mark)
        start.split = SplitEstimate(posterior)
        var states: [State] = []
        states.reserveCapacity(entries.count - mark)
        var state = start
        for entry in entries[mark...] {
            state = entry.change.applied(to: state, tuning: tuning)
            states.append(state)
        }
        guard isCredible(state.estimate, state.alone) else { return false }
        base = start
        floor = mark
        for (index, state) in states.enumerated() { entries[mark + index].after = state }
        return true
    }

    /// Forgets what is older than that and no frame needs; too many entries are too many, whoever needs them.
    mutating func trim(olderThan age: Duration) {
        if entries.count > Self.entriesMax {
            frame = nil
            flight = nil
        }
        let needed = [flight, frame].compactMap { $0 }.min() ?? entries.count
        var count = 0
        while count < min(needed, entries.count),
            time - entries[count].at > age || entries.count - count > Self.entriesMax
        {
            count += 1
        }
        guard count > 0 else { return }
        if count > floor { base = entries[count - 1].after }
        floor = max(0, floor - count)
        frame = frame.map { $0 - count }
        flight = flight.map { $0 - count }
        entries.removeFirst(count)
    }
}

extension LocaliserLog.Change {
    func applied(to state: LocaliserLog.State, tuning: MissionTuning) -> LocaliserLog.State {
        var next = state
        let split = applied(to: state.split, tuning: tuning)
        if split.estimate.isSane { next.split = split }
        let alone = aloneApplied(to: state.alone.estimate, tuning: tuning)
        switch self {
        case .moved(let motion):
            let forward = motion.speedMetersPerSecond * motion.durationSeconds
            // Half way along the arc, as the filter's next step would have it.
            let heading =
                state.estimate.pose.headingRadians + motion.turnRadiansPerSecond * motion.durationSeconds / 2
            next.alone.update(alone, meters: abs(forward))
            next.track =
                state.track
                + FieldPoint(xMeters: forward * Double.cos(heading), yMeters: forward * Double.sin(heading))
        case .compass, .reset: next.alone.update(alone, meters: 0)
        case .satellite: next.alone.fixed(alone)
        case .fix, .told: break
        }
        return next
    }

    private func applied(to split: SplitEstimate, tuning: MissionTuning) -> SplitEstimate {
        switch self {
        case .moved(let motion): return split.propagated(motion)
        case .compass(let radians):
            return split.updated(compassRadians: radians, variance: Self.compassVariance(tuning))
        case .satellite(let point, let variance): return split.updated(dgps: point, variance: variance)
        case .fix(let fix):
            guard case .fused(let fused) = fix.received(by: split) else { return split }
            return fused
        case .told: return split.afterTelling
        case .reset(let position, let heading): return split.widened(position: position, heading: heading)
        }
    }

    /// Without any neighbour's word.
    private func aloneApplied(to estimate: PoseEstimate, tuning: MissionTuning) -> PoseEstimate {
        var result = estimate
        switch self {
        case .moved(let motion): result = estimate.propagated(motion)
        case .compass(let radians):
            result = estimate.updated(compassRadians: radians, variance: Self.compassVariance(tuning))
        case .satellite(let point, let variance): result = estimate.updated(dgps: point, variance: variance)
        case .fix, .told: break
        case .reset(let position, let heading):
            result.covariance = result.covariance + .diagonal(position, position, heading)
        }
        return result.isSane ? result : estimate
    }

    private static func compassVariance(_ tuning: MissionTuning) -> Double {
        tuning.compassSigmaRadians * tuning.compassSigmaRadians
    }
}
