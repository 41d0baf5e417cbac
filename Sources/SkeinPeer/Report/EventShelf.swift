import DequeModule
import SkeinWire

/// One event as a body keeps it: its number, counted from the body's start, and when it happened.
package struct EventNote: Hashable, Sendable {
    /// From 1 on; never given twice by one body.
    package var number: UInt64
    package var at: Instant
    /// Mesh time then, as far as it was known.
    package var mesh: MeshTime?
    package var event: Event

    package init(number: UInt64, at: Instant, mesh: MeshTime?, event: Event) {
        self.number = number
        self.at = at
        self.mesh = mesh
        self.event = event
    }
}

/// The latest events of one robot, for whoever asks later: a ring kept by the body beside its peer.
package struct EventShelf: Sendable {
    package static let capacity = 512

    /// Ascending by number, without gaps.
    package private(set) var notes: Deque<EventNote> = []
    /// Of the latest one; 0: nothing has happened.
    package private(set) var latest: UInt64 = 0

    package init() {}

    package mutating func keep(_ event: Event, at: Instant, mesh: MeshTime?) {
        latest += 1
        if notes.count == Self.capacity { notes.removeFirst() }
        notes.append(EventNote(number: latest, at: at, mesh: mesh, event: event))
    }

    /// Those with higher numbers that are left, ascending.
    package func after(_ number: UInt64) -> [EventNote] {
        guard let first = notes.first, number < latest else { return [] }
        return Array(notes.dropFirst(number < first.number ? 0 : Int(number - first.number) + 1))
    }
}
