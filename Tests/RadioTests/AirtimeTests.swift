import SkeinRadio
import Testing

/// Airtime and losses against numbers worked out by hand.
struct AirtimeTests {
    @Test(arguments: [(100, 250_000), (336, 566_000), (1_400, 1_982_000)])
    func `a broadcast lasts 26 µs and 4 µs for each 24 bits begun`(_ datagramBytes: Int, nanoseconds: Int64) {
        // 100 B: (22 + 8·164)/24 = 55.6 → 56 symbols. 336 B: 134.25 → 135. 1400 B: 488.9 → 489.
        #expect(Airtime.broadcastNanoseconds(datagramBytes: datagramBytes) == nanoseconds)
    }

    @Test func `a frame that fills its last symbol begins no other`() {
        // 8·MPDU + 22 divides by 24 never exactly (22 + 8k ≡ 6, 14 or 22), so one more byte in three begins a symbol.
        let times = (0..<3_000).map { Airtime.broadcastNanoseconds(datagramBytes: $0) }
        let steps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { $0 == 0 || $0 == 4_000 })
        #expect(steps.count { $0 == 4_000 } == 1_000 || steps.count { $0 == 4_000 } == 999)
    }

    @Test func `a unicast takes its bits at its share of the band`() {
        // (186 + 64)·8 = 2000 bits at 2 MHz · 5 b/s/Hz = 10 Mb/s: 200 µs, and the preamble.
        #expect(Airtime.unicastNanoseconds(datagramBytes: 186, shareMHz: 2, efficiency: 5) == 226_000)
    }

    @Test func `half the share takes twice the time after the preamble`() {
        let whole = Airtime.unicastNanoseconds(datagramBytes: 1_186, shareMHz: 20, efficiency: 10) - 26_000
        let half = Airtime.unicastNanoseconds(datagramBytes: 1_186, shareMHz: 10, efficiency: 10) - 26_000
        #expect(whole == 50_000 && half == 100_000)
    }

    @Test func `a larger datagram is never faster`() {
        let times = (0..<1_400).map { Airtime.unicastNanoseconds(datagramBytes: $0, shareMHz: 0.7, efficiency: 6.7) }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `half of the frames are lost at 4 dB, fewer above, and none to speak of in the field`() {
        #expect(PacketError.probability(snrDB: 4) == 0.5)
        let losses = stride(from: -60.0, through: 120, by: 0.5).map { PacketError.probability(snrDB: $0) }
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(losses.allSatisfy { (0...1).contains($0) })
        #expect(PacketError.probability(snrDB: 20) < 1e-7)
    }
}
