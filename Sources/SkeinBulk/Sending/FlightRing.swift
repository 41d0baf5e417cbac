import SkeinWire

/// Chunks that are under way, in the order of their serials. Those that have arrived stay until all before them are judged.
struct FlightRing {
    struct Flight {
        var sentAt: Instant
        var chunk: UInt16
    }

    private var ring: [Flight] = []
    /// The serial of the first, and the next one to be given.
    private(set) var front: UInt32 = 1
    private(set) var next: UInt32 = 1

    var count: Int { Int(next - front) }
    var isEmpty: Bool { next == front }

    /// Holds a serial of a chunk that is still under way.
    func contains(_ serial: UInt32) -> Bool { serial >= front && serial < next }

    subscript(serial: UInt32) -> Flight { ring[Int(serial) & (ring.count - 1)] }

    var first: Flight? { isEmpty ? nil : self[front] }

    mutating func push(_ chunk: Int, now: Instant) -> UInt32 {
        precondition(next < .max, "as many chunks as a transfer can count")
        if count == ring.count { grow() }
        ring[Int(next) & (ring.count - 1)] = Flight(sentAt: now, chunk: UInt16(chunk))
        next += 1
        return next - 1
    }

    mutating func pop() {
        precondition(!isEmpty, "nothing is under way")
        front += 1
    }

    private mutating func grow() {
        let size = max(32, ring.count * 2)
        var larger = [Flight](repeating: Flight(sentAt: .zero, chunk: 0), count: size)
        var serial = front
        while serial < next {
            larger[Int(serial) & (size - 1)] = self[serial]
            serial += 1
        }
        ring = larger
    }
}
