import Glibc
import SkeinWorld
import Synchronization

/// Flies missions on several threads at once. Missions share nothing, so who flies which changes no result.
enum Fleet {
    struct Mission: Sendable {
        var setupIndex: Int?
        var seed: UInt64
        var config: WorldConfig
    }

    /// What the threads share.
    private final class Board: Sendable {
        struct State {
            var next = 0
            var runs: [SweepFigures.Run] = []
            var failedSteps = 0
            var unfinished = 0
        }

        let missions: [Mission]
        let state = Mutex(State())
        let begun = Clock.monotonic()

        init(_ missions: [Mission]) { self.missions = missions }

        /// Nil when there is nothing left to begin.
        func take() -> Mission? {
            guard !Interruption.isNoted else { return nil }
            return state.withLock { state in
                guard state.next < missions.count else { return nil }
                state.next += 1
                return missions[state.next - 1]
            }
        }

        func hand(_ run: SweepFigures.Run) {
            state.withLock { state in
                state.runs.append(run)
                state.failedSteps += run.result.failedSteps
                state.unfinished += run.result.completed ? 0 : 1
                let seconds = Clock.seconds(since: begun)
                let left = seconds / Double(state.runs.count) * Double(missions.count - state.runs.count)
                Console.progress(
                    Interruption.isNoted
                        ? "interrupted: waiting for the missions in hand"
                        : "\(state.runs.count)/\(missions.count) missions, \(state.failedSteps) failed steps, "
                            + "\(state.unfinished) unfinished, \(left.rounded(to: 0)) s left")
            }
        }
    }

    /// Enough for deep recursion nowhere, and for the debugger's sake.
    private static let stackBytes = 16 << 20

    /// The finished ones, in no order; fewer than asked for after an interruption.
    static func fly(_ missions: [Mission], jobs: Int) -> [SweepFigures.Run] {
        let board = Board(missions)
        var threads: [pthread_t] = []
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        for _ in 0..<min(jobs, missions.count) {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(board).toOpaque()
            let status = pthread_create(
                &thread, &attributes,
                { argument in
                    guard let argument else { return nil }
                    let board = Unmanaged<Board>.fromOpaque(argument).takeRetainedValue()
                    while let mission = board.take() { board.hand(Fleet.fly(mission)) }
                    return nil
                }, argument)
            guard status == 0 else {
                Unmanaged<Board>.fromOpaque(argument).release()
                break
            }
            threads.append(thread)
        }
        pthread_attr_destroy(&attributes)
        // Without a single thread the missions are flown here.
        while threads.isEmpty, let mission = board.take() { board.hand(fly(mission)) }
        for thread in threads { pthread_join(thread, nil) }
        Console.progress("")
        return board.state.withLock { $0.runs }
    }

    private static func fly(_ mission: Mission) -> SweepFigures.Run {
        var config = mission.config
        config.seed = mission.seed
        let begun = Clock.monotonic()
        var world = World(config, stopwatch: Clock.thread)
        var result = world.run()
        // Of thousands of missions only the figures are kept.
        result.trajectories = []
        return .init(setupIndex: mission.setupIndex, result: result, wallSeconds: Clock.seconds(since: begun))
    }
}
