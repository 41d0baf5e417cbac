import SkeinPeer
import SkeinView
import SkeinWire

/// A robot that tells of itself, and what it has told last.
struct Witness: Sendable {
    let id: NodeID
    private(set) var report: PeerReport?
    /// By the watcher's clock.
    private(set) var reportedAt = Instant.zero
    private(set) var rates: RadioRates?
    private(set) var accounts: [PeerAccount] = []
    private(set) var accountsAt = Instant.zero
    private(set) var safety: SafetyReport?
    private(set) var safetyAt = Instant.zero
    private(set) var body: BodyAccount?
    /// Of the last event taken.
    private(set) var eventLast: UInt64 = 0
    /// Since when it cannot be asked; nil: it can, or nobody has tried.
    private(set) var mutedAt: Instant?
    /// Seconds of its clock in one of the watcher's.
    private(set) var pace: Double?
    /// Steps of the mission it has told the end of, and those that failed; the latest verdict.
    private(set) var steps = 0
    private(set) var failedSteps = 0
    private(set) var lastStepFailed = false
    /// When programs of registered kernels failed here last, by its own clock; the kernel's failures that were told.
    private(set) var programFailedAt: Instant?
    private(set) var lostStandings: [(robot: NodeID, loss: StandingLoss)] = []

    /// What rates are counted from.
    private var base: (report: PeerReport, at: Instant)?
    /// Control traffic's share of the air, the latest last.
    private(set) var controlHistory: [Double] = []
    private(set) var busyHistory: [[Double]] = [[], []]

    private static let rateSpanMin: Duration = .milliseconds(900)
    static let historyMax = 32

    init(id: NodeID) { self.id = id }

    /// How old its word is.
    func age(at now: Instant) -> Duration { now - reportedAt }

    func isFresh(at now: Instant) -> Bool {
        report != nil && mutedAt == nil && age(at: now) <= SwarmPicture.staleAfter
    }

    /// How long ago something was by its own clock.
    func age(of instant: Instant, at now: Instant) -> Duration {
        (report.map { $0.now - instant } ?? .zero) + age(at: now)
    }

    mutating func take(_ report: PeerReport, at now: Instant) {
        if let last = self.report, last.epoch != report.epoch {
            base = nil
            rates = nil
            eventLast = 0
            (steps, failedSteps, lastStepFailed) = (0, 0, false)
        }
        if let base, report.now - base.report.now >= Self.rateSpanMin {
            rates = RadioRates(from: base.report, to: report)
            let watched = (now - base.at).inSeconds
            if watched > 0 { pace = (report.now - base.report.now).inSeconds / watched }
            self.base = (report, now)
            Self.append(report.radio.control.controlFraction, to: &controlHistory)
            for band in Band.allCases {
                Self.append(report.radio[band].busyFraction, to: &busyHistory[Int(band.rawValue)])
            }
        } else if base == nil {
            base = (report, now)
        }
        self.report = report
        reportedAt = now
        mutedAt = nil
    }

    private static func append(_ value: Double, to history: inout [Double]) {
        if history.count >= historyMax { history.removeFirst() }
        history.append(value)
    }

    mutating func take(_ accounts: [PeerAccount], at now: Instant) {
        self.accounts = accounts
        accountsAt = now
    }

    mutating func take(_ safety: SafetyReport, at now: Instant) {
        self.safety = safety
        safetyAt = now
    }

    mutating func take(_ body: BodyAccount) { self.body = body }

    mutating func note(answers: Bool, at now: Instant) {
        if answers { mutedAt = nil } else if mutedAt == nil { mutedAt = now }
    }

    mutating func take(_ note: EventNote) {
        eventLast = note.number
        switch note.event {
        case .stepEnded(_, let verdict):
            steps += 1
            lastStepFailed = verdict != .completed
            if lastStepFailed { failedSteps += 1 }
        case .job(.failed): programFailedAt = note.at
        case .standingLost(let robot, let loss):
            lostStandings.removeAll { $0.robot == robot }
            lostStandings.append((robot, loss))
            if lostStandings.count > 16 { lostStandings.removeFirst() }
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .stepStarted,
            .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused, .sightingTaken, .fixFused,
            .localisation,
            .orderStarted, .orderEnded, .left, .robotLeft, .trustLearned, .expelled, .keyDoubled, .stopped, .job,
            .mission,
            .clockStepped, .released:
            break
        }
    }
}
