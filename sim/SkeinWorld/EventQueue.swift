/// Something that will happen in the world: plain data, so that the heap moves words and counts no references. What an
/// event is about lies with the robot it names.
package struct WorldEvent: Sendable {
    package enum Kind: UInt8, Sendable {
        /// A robot is switched on.
        case boot
        /// A peer's own deadline.
        case wake
        /// Bodies are looked at: completion, radio geometry, limits.
        case tick
        case sense
        case sampleProcessor
        case controlAttempt, controlEnd, dataEnd
        case unitDone, planDone, persisted, kept
        case faultBegin, faultEnd
        case resume
        /// The operator stops the fleet.
        case stopCommand
        /// An operator submits a job, or does not want it any more.
        case workOrder, workCancel
        /// Somebody who wants the swarm to fail.
        case adversaryTurn
    }

    /// Nanoseconds since the world began.
    package var time: Int64
    /// The robot it concerns; −1: none.
    package var robot: Int32
    /// Tells an event that was overtaken from one that still counts; its meaning depends on the kind.
    package var stamp: UInt32
    package var kind: Kind
    /// Set by the queue.
    fileprivate(set) var order: UInt64 = 0

    package init(_ kind: Kind, at time: Int64, robot: Int = -1, stamp: UInt32 = 0) {
        self.time = time
        self.robot = Int32(robot)
        self.stamp = stamp
        self.kind = kind
    }
}

/// The future, by time and then by insertion. A 4-ary heap: half the depth of a binary one, and four children lie in two
/// cache lines.
package struct EventQueue: Sendable {
    private var heap: [WorldEvent] = []
    private var inserted: UInt64 = 0

    package init() { heap.reserveCapacity(4_096) }

    package var count: Int { heap.count }

    /// When the next event is due; nil: nothing will happen.
    package var nextTime: Int64? { heap.first?.time }

    package mutating func push(_ event: WorldEvent) {
        var event = event
        inserted += 1
        event.order = inserted
        heap.append(event)
        heap.withUnsafeMutableBufferPointer { slots in
            var place = slots.count - 1
            while place > 0 {
                let parent = (place - 1) >> 2
                guard Self.precedes(event, slots[parent]) else { break }
                slots[place] = slots[parent]
                place = parent
            }
            slots[place] = event
        }
    }

    package mutating func pop() -> WorldEvent? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap.withUnsafeMutableBufferPointer { slots in
            let count = slots.count
            var place = 0
            while true {
                let child = place << 2 + 1
                guard child < count else { break }
                var least = child
                for other in (child + 1)..<max(child + 1, min(child + 4, count))
                where Self.precedes(slots[other], slots[least]) {
                    least = other
                }
                guard Self.precedes(slots[least], last) else { break }
                slots[place] = slots[least]
                place = least
            }
            slots[place] = last
        }
        return first
    }

    @inline(__always)
    private static func precedes(_ left: WorldEvent, _ right: WorldEvent) -> Bool {
        left.time != right.time ? left.time < right.time : left.order < right.order
    }
}
