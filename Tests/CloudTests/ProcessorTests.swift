import SkeinPeer
import Testing

struct ProcessorTests {
    private func id(_ number: UInt64) -> ComputationID { ComputationID(number) }

    /// A processor with units 1… submitted at once, each of this cost, with a share of 20 %.
    private func processor(capacityPercent: Double, units: Int, costMilliseconds: Int) -> Processor {
        var processor = Processor(capacityPercent: capacityPercent)
        for number in 1...units {
            let isTaken = processor.submit(
                id(UInt64(number)), output: [1], cost: .milliseconds(costMilliseconds), sharePercent: 20, now: 0)
            #expect(isTaken)
        }
        return processor
    }

    @Test func `a unit alone gets the whole capacity`() {
        var processor = processor(capacityPercent: 50, units: 1, costMilliseconds: 100)
        #expect(processor.nextEnd == 200_000_000)
        let early = processor.takeFinished(now: 199_999_999)
        let finished = processor.takeFinished(now: 200_000_000)
        #expect(early.isEmpty && finished.map(\.id) == [id(1)])
        #expect(finished.map(\.computed) == [.milliseconds(200)] && processor.isIdle)
    }

    @Test func `units side by side share by their shares, and none gets less than its own`() {
        var processor = processor(capacityPercent: 60, units: 2, costMilliseconds: 60)
        #expect(processor.nextEnd == 200_000_000)
        let finished = processor.takeFinished(now: 200_000_000)
        #expect(finished.map(\.id) == [id(1), id(2)])
    }

    @Test func `a unit whose share does not fit waits, and the wait is told`() {
        var processor = processor(capacityPercent: 40, units: 3, costMilliseconds: 20)
        let first = processor.takeFinished(now: 100_000_000)
        #expect(first.map(\.id) == [id(1), id(2)] && processor.nextEnd == 150_000_000)
        let last = processor.takeFinished(now: 150_000_000)
        #expect(last.map(\.queued) == [.milliseconds(100)] && last.map(\.computed) == [.milliseconds(50)])
    }

    @Test func `a cancelled unit makes room`() {
        var processor = processor(capacityPercent: 20, units: 2, costMilliseconds: 20)
        processor.cancel(id(1), now: 50_000_000)
        #expect(processor.nextEnd == 150_000_000)
    }

    @Test func `no capacity and no room are refused`() {
        var none = Processor(capacityPercent: 0)
        let isTaken = none.submit(id(1), output: [], cost: .zero, sharePercent: 20, now: 0)
        var full = processor(capacityPercent: 50, units: Processor.unitsMax, costMilliseconds: 1_000)
        let isTakenToo = full.submit(id(99), output: [], cost: .zero, sharePercent: 20, now: 0)
        #expect(!isTaken && !isTakenToo)
    }
}
