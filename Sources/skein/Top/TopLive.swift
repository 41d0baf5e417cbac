import Glibc
import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinView
import SkeinWire

/// The dashboard on a terminal: the feed's picture to the view, the view's wishes to the feed.
final class TopLive {
    var watch: TopWatch
    private let live: LiveView
    private var dueAt: Instant
    private let readonly: Bool?

    /// Nil where stdout is no terminal that can be drawn on.
    init?(_ watch: TopWatch, output: Int32 = STDOUT_FILENO, readonly: Bool? = nil, color: ColorChoice = .auto) {
        var surroundings = LiveView.surroundings
        switch color {
        case .auto: break
        case .always: if surroundings.palette == .none { surroundings.palette = .sixteen }
        case .never: surroundings.palette = .none
        }
        var state = ViewState(isReadOnly: readonly ?? true)
        state.refresh = watch.interval
        guard let live = LiveView(output: output, state: state, surroundings: surroundings) else { return nil }
        self.live = live
        self.watch = watch
        self.readonly = readonly
        dueAt = watch.now
    }

    /// Until somebody quits.
    func run() { while turn(atMost: .seconds(1)) {} }

    /// Takes what has come, draws what is due, does what keys want, and waits for more, at most so long. False when somebody has quit:
    /// the terminal is what it was then.
    func turn(atMost span: Duration) -> Bool {
        watch.feed.pause(live.state.isPaused, now: watch.now)
        watch.advance()
        for line in watch.feed.takeNews() { live.say(line) }
        let now = watch.now
        if now >= dueAt {
            let snapshot = watch.look(patient: true)
            if readonly == nil { live.state.isReadOnly = Self.isReadOnly(snapshot) }
            live.show(snapshot)
            dueAt = max(dueAt + live.state.refresh, watch.now)
        }
        let until = min(now + span, min(dueAt, watch.feed.nextDeadline))
        for outcome in live.wait(for: watch.feed.descriptors, atMost: max(until - watch.now, .zero)) {
            switch outcome {
            case .woken: break
            case .ended(let number): live.die(of: number)
            case .action(.quit):
                live.close()
                return false
            case .action(let action): carryOut(action)
            }
        }
        return true
    }

    func close() { live.close() }

    /// Who does not lead only looks, unless told otherwise; a laboratory is there to be played with.
    private static func isReadOnly(_ snapshot: Snapshot) -> Bool {
        guard snapshot.mode == .live else { return true }
        guard let me = snapshot.me else { return false }
        return me.role != .root && me.role != .leader
    }

    private func carryOut(_ action: ViewAction) {
        switch action {
        case .quit: break
        case .stop: send(.stop, "EMERGENCY STOP")
        // The view has seen to it that a name of the fleet was typed.
        case .release:
            guard let number = watch.picture.stopLast else { return live.say("no stop is in force", .warning) }
            send(.release(number: number), "release of stop \(number)")
        case .copy(let matter): copy(matter)
        case .export(let file): export(to: file)
        }
    }

    private func send(_ order: OperatorCommand, _ words: String) {
        if watch.feed.send(order) {
            live.say("\(words) sent", .alarm)
        } else {
            live.say("\(words) NOT SENT: no daemon answers", .alarm)
        }
    }

    private func copy(_ matter: CopyMatter) {
        let snapshot = watch.picture.snapshot(at: watch.feed.time(at: watch.now))
        let value: JSONValue? =
            switch matter {
            case .everything: watch.value(snapshot)
            case .robot(let robot):
                snapshot.robots.first { $0.id == robot }.map { SnapshotJSON.robot($0, watch.picture.name) }
            case .work(let key): snapshot.tasks.first { $0.key == key }.map(SnapshotJSON.work)
            }
        guard let value else { return live.say("gone", .warning) }
        live.copy(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self))
        live.say("copied")
    }

    private func export(to file: String?) {
        let file = file ?? "skein-top.txt"
        do throws(FileError) {
            try OutputFile.write(Array((live.lines.joined(separator: "\n") + "\n").utf8), to: file)
            live.say("wrote \(file)")
        } catch { live.say("\(error)", .warning) }
    }
}
