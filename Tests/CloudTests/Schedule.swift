import SkeinWire

/// Happenings in order of time, and of insertion among equals: a binary heap.
struct Schedule<Happening> {
    private var heap: [(at: Instant, order: Int, happening: Happening)] = []
    private var inserted = 0

    var nextAt: Instant? { heap.first?.at }

    mutating func add(_ happening: Happening, at: Instant) {
        heap.append((at, inserted, happening))
        inserted += 1
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (Instant, Happening)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, least) {
                    least = child
                }
                if least == parent { break }
                heap.swapAt(parent, least)
                parent = least
            }
        }
        return (first.at, first.happening)
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
    }
}
