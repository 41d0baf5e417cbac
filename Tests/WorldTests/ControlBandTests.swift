import SkeinRadio
import SkeinWire
import SkeinWorld
import Testing

struct ControlBandTests {
    @Test func `a broadcast reaches those within range and nobody beyond`() {
        var bench = AirBench(atMeters: [0, 10, 23.9, 24.1, 60])
        bench.send(1, from: 0)
        bench.run()
        #expect(bench.received.map(\.receiver) == [1, 2])
    }

    @Test func `a broadcast takes DIFS, its backoff and the airtime of the specification`() {
        var bench = AirBench(atMeters: [0, 10])
        bench.send(1, from: 0, bytes: 200)
        bench.run()
        let airtime = Airtime.broadcastNanoseconds(datagramBytes: 200)
        let slots = (bench.received[0].time - airtime - Access.difs) / Access.slot
        #expect((0...Int64(Access.windowMin)).contains(slots))
        #expect(bench.received[0].time == Access.difs + slots * Access.slot + airtime)
    }

    @Test func `a station hears its neighbour and waits: frames of those in range do not overlap`() {
        var bench = AirBench(atMeters: [0, 5, 10])
        for mark in 0..<20 {
            bench.send(UInt8(mark), from: 0)
            bench.run(until: bench.now + 20_000)
            bench.send(UInt8(mark), from: 1)
            bench.run()
        }
        #expect(bench.count(from: 0, at: 2) + bench.count(from: 1, at: 2) >= 38)
        let airtime = Airtime.broadcastNanoseconds(datagramBytes: 200)
        let ends = bench.received.filter { $0.receiver == 2 }.map(\.time)
        for (first, second) in zip(ends, ends.dropFirst()) where second != first {
            #expect(second - first >= airtime + Access.difs)
        }
    }

    @Test func `two that draw the same slot collide, and who is between them hears neither`() {
        var collisions = 0
        for seed in 0..<400 {
            var bench = AirBench(atMeters: [0, 10, 20], seed: UInt64(seed))
            bench.send(1, from: 0)
            bench.send(2, from: 2)
            bench.run()
            let heard = bench.received.count { $0.receiver == 1 }
            #expect(heard == 0 || heard == 2)
            if heard == 0 { collisions += 1 }
        }
        // One of sixteen slots: 25 of 400 expected, sigma 5.
        #expect((8...45).contains(collisions))
    }

    @Test func `hidden senders spoil each other between them`() {
        var bench = AirBench(atMeters: [0, 20, 40])
        bench.send(1, from: 0, bytes: 1_000)
        bench.send(2, from: 2, bytes: 1_000)
        bench.run()
        #expect(bench.received.isEmpty)
        #expect(bench.medium.air.tally.collisions == 2)
    }

    @Test func `a frame ten decibels stronger is captured and the weaker one is lost`() {
        // 4 m against 21 m: 26 dB.
        var bench = AirBench(atMeters: [0, 4, 25])
        bench.send(1, from: 0, bytes: 1_000)
        bench.send(2, from: 2, bytes: 1_000)
        bench.run()
        #expect(bench.received.map(\.sender) == [0])
    }

    @Test func `nobody hears while sending`() {
        // The middle robot is in range of both ends, which are hidden from each other; it starts within the sensing time.
        for seed in 0..<200 {
            var bench = AirBench(atMeters: [0, 12, 24.5], seed: UInt64(seed))
            bench.send(1, from: 0)
            bench.send(2, from: 1)
            bench.run()
            let overlapped = bench.received.allSatisfy { $0.receiver == 2 }
            let inTurn = bench.count(from: 0, at: 1) == 1 && bench.count(from: 1, at: 0) == 1
            #expect(overlapped || inTurn)
        }
    }

    @Test func `a unicast goes to its receiver only, once, whatever acknowledgements are lost`() {
        var bench = AirBench(atMeters: [0, 5, 10], loss: 0.3, seed: 3)
        for mark in 0..<200 {
            bench.send(UInt8(mark), from: 0, to: 1)
            bench.run()
        }
        #expect(bench.count(from: 0, at: 2) == 0)
        #expect(bench.count(from: 0, at: 1) >= 198)
        #expect(Set(bench.received.map(\.firstByte)).count == bench.received.count)
        #expect(bench.medium.air.tally.retries[0] > 100)
    }

    @Test func `a unicast to a robot that is gone is tried seven times, each charged, and given up`() {
        var bench = AirBench(atMeters: [0, 5])
        bench.medium.switchOff(1)
        bench.send(1, from: 0, to: 1)
        bench.run()
        #expect(bench.received.isEmpty)
        #expect(bench.medium.air.tally.framesSent[0] == Access.triesMax)
        #expect(bench.medium.air.tally.abandoned[0] == 1)
    }

    @Test func `a broadcast is sent once, and lost at each receiver for itself`() {
        var bench = AirBench(atMeters: [0, 5, 10], loss: 0.5, seed: 4)
        for mark in 0..<200 {
            bench.send(UInt8(mark), from: 0)
            bench.run()
        }
        #expect(bench.medium.air.tally.framesSent[0] == 200)
        #expect((70...130).contains(bench.count(from: 0, at: 1)))
        let both = Set(bench.received.filter { $0.receiver == 1 }.map(\.firstByte))
            .intersection(bench.received.filter { $0.receiver == 2 }.map(\.firstByte)).count
        #expect((25...75).contains(both))
    }

    @Test func `the most urgent class goes first`() {
        var bench = AirBench(atMeters: [0, 5])
        bench.send(1, from: 0, trafficClass: .task)
        bench.send(2, from: 0, trafficClass: .control)
        bench.send(3, from: 0, trafficClass: .safety)
        bench.run()
        #expect(bench.received.map(\.firstByte) == [3, 2, 1])
    }

    @Test func `a full queue drops and counts`() {
        var bench = AirBench(atMeters: [0, 5])
        for mark in 0..<(Access.queueFramesMax + 10) { bench.send(UInt8(mark), from: 0) }
        #expect(bench.medium.air.tally.queueDrops[0] == 10)
        bench.run()
        #expect(bench.received.count == Access.queueFramesMax)
    }

    @Test func `airtime heard is the sum of the airtimes sent in range`() {
        var bench = AirBench(atMeters: [0, 10, 20, 40])
        for robot in 0..<4 {
            bench.send(1, from: robot, bytes: 300)
            bench.run()
        }
        bench.send(9, from: 0, trafficClass: .task, bytes: 300)
        bench.run()
        let airtime = Airtime.broadcastNanoseconds(datagramBytes: 300)
        // The robot at 20 m hears the two before it, the one 20 m behind it, and itself.
        #expect(bench.medium.air.tally.controlAirtime == [3 * airtime, 3 * airtime, 4 * airtime, 2 * airtime])
        #expect(bench.medium.air.tally.taskAirtime == [airtime, airtime, airtime, 0])
    }

    @Test func `a jammed robot neither sends nor hears until the jammer is gone`() {
        var bench = AirBench(atMeters: [0, 5])
        bench.medium.air.field.isControlJammed[1] = true
        bench.medium.updateJamming(now: 0, queue: &bench.queue)
        bench.send(1, from: 0)
        bench.send(2, from: 1)
        bench.run(until: 50_000_000)
        #expect(bench.received.isEmpty)
        bench.medium.air.field.isControlJammed[1] = false
        bench.medium.updateJamming(now: bench.now, queue: &bench.queue)
        bench.run()
        #expect(bench.received.map(\.firstByte) == [2])
    }

    @Test func `a robot switched off in mid-queue sends no more, and may come back`() {
        var bench = AirBench(atMeters: [0, 5])
        for mark in 0..<5 { bench.send(UInt8(mark), from: 0) }
        bench.run(until: 400_000)
        bench.medium.switchOff(0)
        bench.run()
        let before = bench.received.count
        #expect(before <= 2)
        bench.medium.switchOn(0)
        bench.send(77, from: 0)
        bench.run()
        #expect(bench.received.count == before + 1)
    }

    @Test func `under a storm of hidden and open neighbours every frame is accounted for`() {
        var dice = Dice(seed: 5, stream: .layout)
        var bench = AirBench(atMeters: (0..<30).map { _ in dice.uniform(0, 90) }, loss: 0.05)
        var sent = 0
        for _ in 0..<2_000 {
            bench.send(UInt8(sent % 251), from: dice.below(30), to: dice.below(4) == 0 ? dice.below(30) : nil)
            sent += 1
            bench.run(until: bench.now + Int64(dice.below(600_000)))
        }
        bench.run()
        #expect(bench.queue.count == 0)
        #expect(bench.medium.air.tally.framesReceived[0] > 2_000)
        #expect(bench.medium.air.tally.collisions > 0)
    }
}
