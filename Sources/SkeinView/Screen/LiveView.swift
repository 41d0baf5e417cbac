import Glibc
import SkeinWire

/// The dashboard on a terminal: takes snapshots as they come, draws them as often as is wanted and as the line allows,
/// turns keys into what they do to the view, and gives whoever runs it the actions to carry out.
package final class LiveView {
    package enum Outcome: Hashable, Sendable {
        case action(ViewAction)
        /// One of the descriptors has something.
        case woken
        /// The program is to end: close the view, then die of this signal.
        case ended(Int32)
    }

    package var state: ViewState
    private let screen: Screen
    private var latest: Snapshot?
    private var latestAt: Instant
    /// What is shown: the latest, or what was when the view was paused.
    private var shown: Snapshot?
    private var shownAt: Instant
    private var paintedAt: Instant?
    private var isChanged = true
    private var budget = PaintBudget()

    /// Nil where the descriptor is no terminal that can be drawn on.
    package init?(output: Int32, state: ViewState, surroundings: Surroundings = LiveView.surroundings) {
        guard let screen = Screen(output: output, surroundings: surroundings) else { return nil }
        self.screen = screen
        self.state = state
        latestAt = Self.now
        shownAt = latestAt
    }

    package static var surroundings: Surroundings {
        Surroundings { name in getenv(name).map { String(cString: $0) } ?? "" }
    }

    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package func show(_ snapshot: Snapshot) {
        latest = snapshot
        latestAt = Self.now
        takeLatest()
    }

    private func takeLatest() {
        guard !state.isPaused || shown == nil, let latest else { return }
        shown = latest
        shownAt = latestAt
    }

    package func say(_ text: String, _ severity: Severity = .calm) {
        state.say(text, severity, Self.now)
        isChanged = true
    }

    /// As text to the terminal's clipboard.
    package func copy(_ text: String) { screen.copy(text) }

    /// What is on the screen.
    package var lines: [String] { grid().lines }

    /// Draws what is due, then waits for keys and descriptors, at most so long; returns what there is to be done.
    package func wait(for descriptors: [Int32], atMost span: Duration) -> [Outcome] {
        let end = Self.now + span
        while true {
            paintIfDue()
            let now = Self.now
            let outcomes = outcomes(screen.wait(for: descriptors, atMost: min(end, nextPaint(after: now)) - now))
            if !outcomes.isEmpty || Self.now >= end {
                paintIfDue()
                return outcomes
            }
        }
    }

    private func outcomes(_ occurrences: [Screen.Occurrence]) -> [Outcome] {
        var outcomes: [Outcome] = []
        for occurrence in occurrences {
            switch occurrence {
            case .key(let key):
                isChanged = true
                let action = ViewKeys.press(
                    key, &state, shown ?? Self.nothing, size: screen.size, now: Self.now)
                takeLatest()
                if let action { outcomes.append(.action(action)) }
            case .changed: isChanged = true
            case .woken: outcomes.append(.woken)
            case .ended(let number): outcomes.append(.ended(number))
            }
        }
        return outcomes
    }

    private static let nothing = Snapshot(
        mode: .live, source: "", time: .zero, mesh: .init(known: 0, heard: 0, silent: 0, leaders: 0),
        safety: .init(state: .unknown))

    private func nextPaint(after now: Instant) -> Instant {
        isChanged ? now : (paintedAt ?? now) + state.refresh
    }

    private func grid() -> Grid {
        let size = screen.size
        return Dashboard.grid(
            shown ?? Self.nothing, state, columns: size.columns, rows: size.rows,
            charset: screen.surroundings.charset)
    }

    private func paintIfDue() {
        let now = Self.now
        guard isChanged || now >= (paintedAt ?? now) + state.refresh else { return }
        if let until = state.message?.until, now >= until { state.message = nil }
        if let until = state.stopArmedUntil, now >= until { state.stopArmedUntil = nil }
        state.shownAge = now - shownAt
        let grid = grid()
        paintedAt = now
        // What somebody asked for by a key is worth the bytes, and no reason to stand still afterwards.
        guard isChanged || budget.allows(bytes: screen.cost(grid), atSeconds: now.seconds) else {
            return
        }
        isChanged = false
        screen.paint(grid)
    }

    package func close() { screen.close() }

    /// Closes, and dies of a signal as whoever sent it expects.
    package func die(of number: Int32) -> Never {
        close()
        ScreenSignals.die(of: number)
    }
}
