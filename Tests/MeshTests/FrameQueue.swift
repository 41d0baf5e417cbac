import SkeinPeer
import SkeinWire

/// What is on its way to a robot, soonest first; of two at once the one that set out first. A binary heap.
struct FrameQueue {
    struct Item {
        var at: Instant
        var order: UInt64
        var robot: Int
        /// The robot's boot it is for: what was on its way to an earlier one is lost with it.
        var boot: UInt32
        var inputs: [Input]
    }

    private var items: [Item] = []
    private var count: UInt64 = 0

    var nextAt: Instant { items.first?.at ?? .distantFuture }

    mutating func push(_ inputs: [Input], to robot: Int, boot: UInt32, at: Instant) {
        count += 1
        items.append(Item(at: at, order: count, robot: robot, boot: boot, inputs: inputs))
        var child = items.count - 1
        while child > 0, isSooner(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Item {
        items.swapAt(0, items.count - 1)
        let first = items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && isSooner(child, least) {
                least = child
            }
            guard least != parent else { return first }
            items.swapAt(parent, least)
            parent = least
        }
    }

    private func isSooner(_ one: Int, _ other: Int) -> Bool {
        (items[one].at, items[one].order) < (items[other].at, items[other].order)
    }
}
