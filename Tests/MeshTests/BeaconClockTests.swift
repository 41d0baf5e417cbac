import SkeinWire
import Testing

@testable import SkeinPeer

struct BeaconClockTests {
    private let tuning = MeshTuning()

    /// A clock that has beaconed long enough for its interval to be what its neighbourhood asks for.
    private func settled(bytes: Int, neighbours: Int) -> BeaconClock {
        var random = PeerRandom(seed: 1)
        var clock = BeaconClock(tuning: tuning, now: .zero, random: &random)
        for _ in 0..<30 { clock.sent(datagramBytes: bytes, neighbours: neighbours, now: clock.nextAt, random: &random) }
        return clock
    }

    @Test(arguments: [20, 40, 60, 80])
    func `the interval is what keeps a neighbourhood's beacons within their share of the channel`(neighbours: Int) {
        let clock = settled(bytes: 400, neighbours: neighbours)
        // 26 µs and 4 µs for every 24 bits begun, of 22 and the frame's (spec §2).
        let airtime = 26e-6 + 4e-6 * Double((22 + 8 * (400 + 64) + 23) / 24)
        let fair = airtime * Double(neighbours + 1) / tuning.beaconAirtimeFractionMax
        #expect(abs(clock.interval.inSeconds - min(max(fair, 0.5), 2.5)) < 1e-6)
        if clock.interval < tuning.beaconIntervalMax {
            #expect(Double(neighbours + 1) * airtime / clock.interval.inSeconds <= 0.0200001)
        }
    }

    @Test func `the interval has bounds, alone and in a crowd`() {
        #expect(settled(bytes: 200, neighbours: 0).interval == tuning.beaconIntervalMin)
        #expect(settled(bytes: 1_400, neighbours: 100_000).interval == tuning.beaconIntervalMax)
    }

    @Test func `the next beacon always comes before its announced interval has passed, and never in step`() {
        var random = PeerRandom(seed: 2)
        var clock = BeaconClock(tuning: tuning, now: .zero, random: &random)
        var gaps: [Duration] = []
        for _ in 0..<200 {
            let now = clock.nextAt
            clock.sent(datagramBytes: 300, neighbours: 25, now: now, random: &random)
            gaps.append(clock.nextAt - now)
            #expect(gaps[gaps.count - 1] <= .milliseconds(Int(clock.announcedMilliseconds)) + .milliseconds(1))
        }
        let late = gaps.suffix(100)
        #expect((late.max() ?? .zero) - (late.min() ?? .zero) > clock.interval / 4)
    }

    @Test func `one lost beacon never looks like a death, not even while the interval grows`() {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = PeerRandom(seed: seed)
            var clock = BeaconClock(tuning: tuning, now: .zero, random: &random)
            var times: [(at: Instant, announced: Duration)] = []
            for _ in 0..<40 {
                let now = clock.nextAt
                // The crowd comes into view with the first beacons.
                times.append((now, .milliseconds(Int(clock.announcedMilliseconds))))
                clock.sent(datagramBytes: 440, neighbours: 120, now: now, random: &random)
            }
            #expect(clock.interval == tuning.beaconIntervalMax)
            for index in 0..<(times.count - 2) {
                let gap = times[index + 2].at - times[index].at
                #expect(gap <= times[index].announced * tuning.silentIntervalsMax, "seed \(seed), beacon \(index)")
            }
        }
    }

    @Test func `a change brings the next beacon forward, but keeps the spacing`() {
        var random = PeerRandom(seed: 3)
        var clock = settled(bytes: 400, neighbours: 40)
        let last: Instant = clock.nextAt
        clock.sent(datagramBytes: 400, neighbours: 40, now: last, random: &random)
        clock.hurry(now: last + .milliseconds(5), random: &random)
        #expect(clock.nextAt >= last + tuning.triggeredSpacingMin)
        #expect(clock.nextAt <= last + tuning.triggeredSpacingMin + tuning.triggeredJitterMax)
        var previous = Instant.zero
        var sent = 0
        var now = last
        while now < last + .seconds(10) {
            now += .milliseconds(1)
            clock.hurry(now: now, random: &random)
            guard clock.nextAt <= now else { continue }
            #expect(sent == 0 || now - previous >= tuning.triggeredSpacingMin)
            clock.sent(datagramBytes: 400, neighbours: 40, now: now, random: &random)
            previous = now
            sent += 1
        }
        #expect(sent <= 84, "\(sent) beacons in ten seconds of ceaseless change")
    }

    @Test func `hurrying never puts a beacon off`() {
        var random = PeerRandom(seed: 4)
        var clock = settled(bytes: 300, neighbours: 10)
        let due = clock.nextAt
        clock.hurry(now: due + .milliseconds(-1), random: &random)
        #expect(clock.nextAt <= due)
        clock.hurryForStranger(now: due + .milliseconds(-1), random: &random)
        #expect(clock.nextAt <= due)
    }

    @Test func `a leader says hello five times a second, a member the more seldom the more are in range`() {
        var random = PeerRandom(seed: 5)
        let clock = HelloClock(tuning: tuning, now: .zero, random: &random)
        #expect(clock.interval(isLeading: true, neighbours: 90, now: .at(60)) == .milliseconds(200))
        #expect(clock.interval(isLeading: false, neighbours: 10, now: .at(60)) == .milliseconds(1_000))
        #expect(clock.interval(isLeading: false, neighbours: 100, now: .at(60)) == .milliseconds(2_500))
        #expect(clock.interval(isLeading: false, neighbours: 100, now: .at(1)) == tuning.beaconIntervalEager)
    }
}
