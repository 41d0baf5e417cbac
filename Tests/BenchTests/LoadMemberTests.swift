import SkeinWire
import Testing

@testable import SkeinBench

@Suite struct LoadMemberTests {
    let plan = LoadPlan.standard(members: 8, seconds: 3)

    @Test func `without loss all that is said arrives in time`() {
        var field = LoadField(plan, loss: 0, seed: 1)
        let figures = field.run()
        #expect(figures.statusSent == 8 * 30)
        #expect(figures.taskSent == 2 * 3 * 3)
        #expect(figures.statusShare == 1)
        #expect(figures.taskShare == 1)
        #expect(figures.resultShare == 1)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `a tenth of all frames lost costs next to nothing`(_ seed: UInt64) throws {
        var field = LoadField(plan, loss: 0.1, seed: seed)
        let figures = field.run()
        // One status in a thousand is lost three times.
        #expect(try #require(figures.statusShare) > 0.99)
        #expect(figures.resultShare == 1)
    }

    @Test func `a member that is not there costs only what was for it and from it`() throws {
        var field = LoadField(plan, loss: 0, seed: 5)
        field.dead = [2]
        let figures = field.run()
        // Helper 2 of 8: one of six tasks a round is its.
        #expect(abs(try #require(figures.resultShare) - 5.0 / 6) < 1e-9)
        #expect(abs(try #require(figures.statusShare) - 6.0 / 7) < 1e-9)
    }

    @Test func `a status is said three times, and neighbours in time share a datagram`() {
        var repeats = StatusRepeats()
        var copies: [Int: Int] = [:]
        var now = Instant.zero
        for number in 0..<10 {
            now = .zero + .milliseconds(100 * number)
            repeats.add(LoadStamp(sender: 0, number: number, said: now).bytes(filledTo: 256), now: now)
            var datagrams = 0
            while let bytes = repeats.take(now: now) {
                datagrams += 1
                for status in StatusRepeats.split(bytes) { copies[LoadStamp(status)?.number ?? -1, default: 0] += 1 }
            }
            #expect(datagrams == 1)
        }
        while let next = repeats.nextDeadline {
            #expect(next > now)
            now = next
            while let bytes = repeats.take(now: now) {
                for status in StatusRepeats.split(bytes) { copies[LoadStamp(status)?.number ?? -1, default: 0] += 1 }
            }
        }
        #expect(copies == Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, 3) }))
        #expect(now <= .zero + .milliseconds(1_100))
    }

    @Test func `a result is said until it is confirmed, and not after its task is a second old`() {
        var repeats = ResultRepeats()
        let task = TaskID(requester: NodeID(1), number: 4)
        let result = UnitResult(
            task: task, part: 0, attempt: 0, failed: false, queueMilliseconds: 0, computeMilliseconds: 0, output: [1])
        repeats.add(result, until: .zero + .milliseconds(250), now: .zero)
        let said = [0, 99, 100, 250].map { repeats.take(now: .zero + .milliseconds($0)).map(\.attempt) }
        #expect(said == [[1], [], [2], []])
        #expect(repeats.nextDeadline == nil)
        repeats.add(result, until: .zero + .seconds(2), now: .zero + .seconds(1))
        repeats.confirmed(task)
        let again = repeats.take(now: .zero + .seconds(1))
        #expect(again.isEmpty)
    }

    @Test func `what is allotted leaves a fifth of the channel free, and a channel too small a trickle`() {
        let plan = LoadPlan.standard(members: 20, seconds: 1)
        let bulk = LoadShare.bulkBitsPerSecond(plan, channelBitsPerSecond: 6e6)
        #expect(5 * bulk + LoadShare.messageBitsPerSecond(plan) <= 0.8 * 6e6 + 1)
        // What tasks need, and half as much again.
        #expect(bulk > 1.5 * 3 * 10_000 * 8)
        #expect(LoadShare.bulkBitsPerSecond(plan, channelBitsPerSecond: 1e5) == 400)
    }
}
