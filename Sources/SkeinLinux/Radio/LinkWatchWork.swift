import SkeinWire
import Synchronization

/// The thread behind `LinkWatch`, and what the two share: a slot per interface under a lock each, and a counter that wakes it.
package final class LinkWatchWork: Sendable {
    /// What is asked on the thread.
    package typealias Read = (_ name: String, _ wantsNeighbours: Bool, _ now: Instant) throws(NetlinkError) ->
        RadioReader.Answer

    /// An interface's state; the table is in `LinkWatch`.
    struct State {
        enum Kind { case unknown, radio, wired }

        var kind = Kind.unknown
        var reading: LinkReading?
        /// The thread has been asked and has not answered.
        var isAsked = false
        var askedAt: Instant?
        /// Somebody here is called by an address that does not tell its hardware.
        var wantsNeighbours = false
        var trouble: NetlinkError?
        /// Counts `startOver`: an answer to a question from before is of an interface that may be gone.
        var round = 0

        /// Whether the thread is to be rung for.
        mutating func asks(now: Instant) -> Bool {
            guard !isAsked, askedAt.map({ now - $0 >= LinkWatch.refreshInterval }) ?? true else { return false }
            isAsked = true
            askedAt = now
            return true
        }

        mutating func startOver() {
            kind = .unknown
            isAsked = true
            round += 1
        }
    }

    final class Slot: Sendable {
        let name: String
        let state = Mutex(State())
        init(_ name: String) { self.name = name }
    }

    let slots: [Slot]
    private let clock: @Sendable () -> Instant
    private let makeRead: @Sendable () -> Read
    private let bell: EventCounter
    private let isOver = Atomic(false)

    init(
        interfaces: [String], clock: @escaping @Sendable () -> Instant, makeRead: @escaping @Sendable () -> Read
    ) throws(SystemError) {
        slots = interfaces.map(Slot.init)
        self.clock = clock
        self.makeRead = makeRead
        bell = try EventCounter()
    }

    func ring() { bell.signal() }

    func stop() {
        isOver.store(true, ordering: .releasing)
        ring()
    }

    /// The thread, until `stop`.
    func run() {
        let read = makeRead()
        while true {
            bell.wait(milliseconds: -1)
            if isOver.load(ordering: .acquiring) { return }
            for slot in slots { answer(slot, read) }
        }
    }

    private func answer(_ slot: Slot, _ read: Read) {
        let asked = slot.state.withLock { $0 }
        guard asked.isAsked else { return }
        let previous = asked.reading
        // The age of a reading counts from before the question: whatever the driver took, it is no younger.
        let now = clock()
        var kind = State.Kind.unknown
        var reading: LinkReading?
        var trouble: NetlinkError?
        do {
            switch try read(slot.name, asked.wantsNeighbours, now) {
            case .absent: break
            case .wired: kind = .wired
            case .heard(let interface, let stations, let survey, let neighbours):
                kind = .radio
                reading = LinkReading(
                    at: now, interface: interface, stations: stations, survey: survey, neighbours: neighbours,
                    previous: previous)
            }
        } catch {
            trouble = error
            reading = previous
        }
        slot.state.withLock {
            // Asked anew meanwhile, and rung for: the next round answers.
            guard $0.round == asked.round else { return }
            $0.kind = kind
            $0.reading = reading
            $0.trouble = trouble
            $0.isAsked = false
        }
    }
}
