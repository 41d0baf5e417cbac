import SkeinTasks
import SkeinWire

/// A camera robot's steps: what it asks its helpers, and whether it may move.
///
/// - Each frame's detections are joined with what the neighbours had said by then; the newest waits for the next step.
/// - A step begins: the task is built from the frame and submitted. Without a fresh frame it is built without
///   detections: the source is still searched for.
/// - A step ends with the next one's beginning. If its task was merged by then the robot may move during the next step,
///   else it stands (mesh-cloud §6). The first step after the start moves on credit. A word that comes late but before
///   the following step ends still frees or holds the robot.
/// - A robot that nobody has helped for three steps would stand for ever where nobody is: from then on it moves in every
///   second step, the pace at which its own processor can do the whole task, on odometry and what it computed itself.
struct CameraWork {
    private struct Frame {
        var rays: [EkfRay]
        var takenAt: Instant
    }

    private struct Flight {
        var step: UInt32
        var task: NavigationTask
        var frameAt: Instant
    }

    private let tuning: MissionTuning
    private var frame: Frame?
    private var flight: Flight?
    private(set) var step: UInt32 = 0
    /// Whether the last step's task was merged; `.pending` until it is known.
    private var verdict = Verdict.merged
    private(set) var mayMove = true
    /// Steps failed in a row.
    private var failures = 0
    private static let strandedFailures = 3
    /// Nobody has helped for some steps.
    var isStranded: Bool { failures >= Self.strandedFailures }

    private enum Verdict { case pending, merged, failed }

    init(tuning: MissionTuning) { self.tuning = tuning }

    mutating func frameTaken(rays: [EkfRay], now: Instant) { frame = Frame(rays: rays, takenAt: now) }

    /// The start signal: what was before does not count.
    mutating func started() {
        verdict = .merged
        mayMove = true
        flight = nil
    }

    /// Not asking this step; then nothing has failed when the next one begins.
    mutating func stepSkipped(localiser: inout Localiser) {
        abandon(&localiser)
        verdict = .merged
        mayMove = true
        failures = 0
    }

    mutating func stepBegan(
        localiser: inout Localiser, picture: inout NeighbourPicture, guess: FieldPoint?, seed: UInt64, now: Instant
    ) -> NavigationTask {
        // Two steps without a word from the ledger are two failed steps.
        failures = verdict == .merged ? 0 : failures + 1
        mayMove = verdict == .merged || isStranded && failures % 2 == 1
        verdict = .pending
        abandon(&localiser)
        step += 1
        if let taken = frame, now - taken.takenAt > tuning.frameAgeMax { frame = nil }
        if frame == nil {
            localiser.frameTaken()
            frame = Frame(rays: [], takenAt: now)
        }
        guard let taken = frame else { preconditionFailure("step \(step) has no frame") }
        frame = nil
        // The localiser may have dropped the snapshot; then the detections have nothing to be held against.
        let own = localiser.taskBegins()
        let localisation = EkfStep(
            own: own?.estimate ?? localiser.estimate, independent: own?.independent ?? .zero, motion: .none,
            camera: tuning.camera, rays: own == nil ? [] : taken.rays)
        let arena = tuning.arena
        let samples = picture.smells(countMax: PsoSearch.samplesMax).map { sample in
            PsoSample(
                xMeters: Float(sample.point.xMeters), yMeters: Float(sample.point.yMeters),
                concentration: Float(1 / sample.rangeMeters))
        }
        let search = PsoSearch(
            seed: seed,
            box: PsoBox(
                low: FieldPoint(xMeters: arena.xMetersMin, yMeters: arena.yMetersMin),
                high: FieldPoint(xMeters: arena.xMetersMax, yMeters: arena.yMetersMax)),
            guess: guess, samples: samples)
        let task = NavigationTask(localisation: localisation, search: search)
        picture.markServed(localisation.rays, frameAt: taken.takenAt)
        flight = Flight(step: step, task: task, frameAt: taken.takenAt)
        return task
    }

    private mutating func abandon(_ localiser: inout Localiser) {
        guard flight != nil else { return }
        flight = nil
        localiser.taskFailed()
    }

    /// What a merged task brought.
    struct Merged {
        var fixes: [(node: NodeID, fix: PositionFix)]
        var source: PsoBest?
        var frameAt: Instant
    }

    /// How a step's task ended; nil unless there is something to pass on. Words about older steps only move the
    /// verdict.
    mutating func taskEnded(
        step ended: UInt32, results: [[UInt8]?], completed: Bool, localiser: inout Localiser
    ) -> Merged? {
        guard ended == step, let taken = flight else {
            if step > 0, ended == step - 1, verdict == .pending { mayMove = completed }
            return nil
        }
        flight = nil
        guard completed, results.count == NavigationTask.partCount else {
            verdict = .failed
            localiser.taskFailed()
            return nil
        }
        do throws(KernelError) {
            let outcome = try taken.task.merge(results)
            verdict = .merged
            let localisation = outcome.localisation
            localiser.detectionsJudged(used: localisation.neighbours.count, gatedOut: localisation.gatedOut)
            // A posterior that is no estimate is not taken: the robot goes on by odometry, and tells nobody.
            guard localiser.taskMerged(outcome.localisation.own) else {
                return Merged(fixes: [], source: outcome.source, frameAt: taken.frameAt)
            }
            return Merged(
                fixes: taken.task.star.fixes(of: outcome.localisation), source: outcome.source, frameAt: taken.frameAt)
        } catch {
            verdict = .failed
            localiser.taskFailed()
            return nil
        }
    }
}
