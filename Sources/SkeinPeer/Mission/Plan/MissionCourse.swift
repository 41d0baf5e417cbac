import SkeinTasks
import SkeinWire

/// Which run of which plan this robot is in, for how long, and what of the plan's rules holds now. Orders move it
/// (`MissionRunner.orderHeard`); time, the battery and the mesh do the rest.
struct MissionCourse {
    /// Above the limit by this much a battery is no longer low: one that is relieved of its load recovers a little [R].
    private static let batteryGain = 0.05

    /// Of the order that began the run; 0: none has.
    private(set) var run: UInt32 = 0
    var part: MissionPart?
    /// The order in force names a plan that is not here.
    var isWithoutPlan = false
    /// Why it is over, as far as this robot knows.
    var ended: MissionBrief.Reason?
    private var secondsBefore = 0.0
    private var since: Instant?

    private(set) var isBatteryLow = false
    private(set) var batteryFraction: Double?
    private(set) var isSplit = false
    private var fewSince: Instant?
    var rules = RuleWatch()

    // MARK: Time

    /// Mission time.
    func seconds(at now: Instant) -> Double {
        secondsBefore + (since.map { max(0, (now - $0).inSeconds) } ?? 0)
    }

    mutating func begin(run: UInt32, elapsed: Double, now: Instant) {
        self.run = run
        secondsBefore = elapsed
        since = now
        ended = nil
    }

    /// A run that this robot has not been in is known of, and does not move.
    mutating func join(run: UInt32, elapsed: Double) {
        self.run = run
        secondsBefore = elapsed
        since = nil
        ended = nil
    }

    mutating func pause(now: Instant) {
        secondsBefore = seconds(at: now)
        since = nil
    }

    mutating func resume(now: Instant) { if since == nil { since = now } }

    var deadlinePlan: Double? { part?.plan.deadlineSeconds }

    /// The plan's deadline has passed.
    func isOverdue(at now: Instant) -> Bool { deadlinePlan.map { seconds(at: now) >= $0 } ?? false }

    // MARK: Rules

    mutating func sensed(_ reading: SensorReading) {
        guard let fraction = reading.batteryFraction else { return }
        batteryFraction = fraction
        guard let limit = part?.plan.rules.lowBatteryFraction else { return isBatteryLow = false }
        if fraction < limit { isBatteryLow = true }
        if fraction >= limit + Self.batteryGain || limit == 0 { isBatteryLow = false }
    }

    /// How many robots there are in this robot's tree.
    mutating func regionHeard(robots: Int, now: Instant) {
        guard let partition = part?.plan.partition, partition.robotsMin > 0, robots < partition.robotsMin else {
            (fewSince, isSplit) = (nil, false)
            return
        }
        let since = fewSince ?? now
        fewSince = since
        isSplit = (now - since).inSeconds >= partition.afterSeconds
    }

    /// What the rules leave of the mission now; to stop is stronger than to return.
    var action: MissionRules.Action {
        guard let rules = part?.plan.rules else { return .proceed }
        let inForce = (isBatteryLow ? [rules.lowBattery] : []) + (isSplit ? [rules.partition] : [])
        if inForce.contains(.stop) { return .stop }
        return inForce.contains(.returnHome) ? .returnHome : .proceed
    }
}
