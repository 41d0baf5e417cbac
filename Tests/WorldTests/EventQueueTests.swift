import SkeinWorld
import Testing

struct EventQueueTests {
    @Test func `events come by time, and those of one time in order of insertion`() {
        var dice = Dice(seed: 1, stream: .medium)
        var queue = EventQueue()
        for number in 0..<5_000 {
            queue.push(WorldEvent(.wake, at: Int64(dice.below(200)), robot: number))
        }
        var last: (time: Int64, robot: Int32) = (-1, -1)
        var count = 0
        while let event = queue.pop() {
            #expect((last.time, last.robot) < (event.time, event.robot))
            last = (event.time, event.robot)
            count += 1
        }
        #expect(count == 5_000)
    }

    @Test func `pushing between pops keeps the order`() {
        var dice = Dice(seed: 2, stream: .medium)
        var queue = EventQueue()
        queue.push(WorldEvent(.tick, at: 0))
        var now: Int64 = 0
        for _ in 0..<5_000 {
            guard let event = queue.pop() else { break }
            #expect(event.time >= now)
            now = event.time
            queue.push(WorldEvent(.wake, at: now + Int64(dice.below(50))))
            if queue.count < 100 { queue.push(WorldEvent(.wake, at: now + Int64(dice.below(500)))) }
        }
    }
}
