import SkeinRadio
import SkeinWire
import SkeinWorld
import Testing

struct DataBandTests {
    /// One leader (0) with members on its channel, all within range; every link at 10 b/s/Hz.
    private func subgroup() -> AirBench {
        let count = 5
        var links: [LinkTable.Link] = []
        for leader in 0..<count {
            for helper in 0..<count where helper != leader {
                links.append(.init(leader: leader, helper: helper, bitsPerSecondPerHertz: 10))
            }
        }
        var bench = AirBench(atMeters: [0, 2, 4, 6, 8], table: LinkTable(links))
        for robot in 0..<count { bench.medium.join(robot, leader: 0) }
        return bench
    }

    private func turn(_ bytes: Int, shareMHz: Double) -> Int64 {
        Airtime.unicastNanoseconds(datagramBytes: bytes, shareMHz: shareMHz, efficiency: 10) + Access.sifs
            + Access.acknowledgement
    }

    /// Efficiency through noise and back is exact but for rounding.
    private func isClose(_ left: Int64, _ right: Int64) -> Bool { abs(left - right) <= 3 }

    @Test func `unicasts whose widths fit into 20 MHz run side by side`() {
        var bench = subgroup()
        for robot in 1...4 { bench.send(UInt8(robot), from: robot, to: 0, band: .data, bytes: 1_000, shareMHz: 5) }
        bench.run()
        #expect(bench.received.count == 4)
        for entry in bench.received { #expect(isClose(entry.time, turn(1_000, shareMHz: 5))) }
    }

    @Test func `what does not fit waits for room`() {
        var bench = subgroup()
        for robot in 1...3 { bench.send(UInt8(robot), from: robot, to: 0, band: .data, bytes: 1_000, shareMHz: 8) }
        bench.run()
        let one = turn(1_000, shareMHz: 8)
        #expect(zip(bench.received.map(\.time), [one, one, 2 * one]).allSatisfy { isClose($0, $1) })
    }

    @Test func `a broadcast takes the whole channel at 6 megabits, and reaches all in range`() {
        var bench = subgroup()
        bench.send(1, from: 1, to: 0, band: .data, bytes: 1_000, shareMHz: 5)
        bench.send(2, from: 2, band: .data, bytes: 100)
        bench.send(3, from: 3, to: 0, band: .data, bytes: 1_000, shareMHz: 5)
        bench.run()
        let first = turn(1_000, shareMHz: 5)
        let broadcast = Airtime.broadcastNanoseconds(datagramBytes: 100)
        #expect(bench.received.map(\.firstByte) == [1, 2, 2, 2, 2, 3])
        #expect(isClose(bench.received[1].time, first + broadcast))
        #expect(isClose(bench.received[5].time, first + broadcast + first))
    }

    @Test func `who waits goes by urgency, then by asking`() {
        var bench = subgroup()
        bench.send(1, from: 1, to: 0, band: .data)
        bench.send(2, from: 2, to: 0, band: .data, trafficClass: .task)
        bench.send(3, from: 3, to: 0, band: .data, trafficClass: .task)
        bench.send(4, from: 4, to: 0, band: .data, trafficClass: .membership)
        bench.run()
        #expect(bench.received.map(\.firstByte) == [1, 4, 2, 3])
    }

    @Test func `channels of different leaders do not wait for each other`() {
        var bench = subgroup()
        bench.medium.join(3, leader: 3)
        bench.send(1, from: 1, to: 0, band: .data, bytes: 1_000)
        bench.send(3, from: 3, to: 4, band: .data, bytes: 1_000)
        bench.run()
        #expect(bench.received[0].time == bench.received[1].time)
    }

    @Test func `no frame is narrower than the smallest resource unit`() {
        var bench = subgroup()
        bench.send(1, from: 1, to: 0, band: .data, bytes: 1_000, shareMHz: 0.01)
        bench.run()
        #expect(isClose(bench.received[0].time, turn(1_000, shareMHz: 2)))
    }

    @Test func `a lost unicast is sent again, seven times in all`() {
        var bench = subgroup()
        bench.medium.switchOff(0)
        bench.send(1, from: 1, to: 0, band: .data)
        bench.run()
        #expect(bench.medium.air.tally.framesSent[1] == Access.triesMax)
        #expect(bench.medium.air.tally.abandoned[1] == 1)
    }
}
