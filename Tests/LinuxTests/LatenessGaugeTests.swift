import Testing

@testable import SkeinLinux

@Suite struct LatenessGaugeTests {
    @Test func `the 99th percentile leaves one in a hundred above it`() {
        var gauge = LatenessGauge()
        for _ in 0..<990 { gauge.note(50_000) }
        for _ in 0..<10 { gauge.note(7_000_000) }
        #expect(gauge.lateness == .init(p99Milliseconds: 0.1, maxMilliseconds: 7))
        gauge.note(7_000_000)
        #expect(gauge.lateness.p99Milliseconds == 7)
    }

    @Test func `what is later than the scale is still the largest`() {
        var gauge = LatenessGauge()
        gauge.note(30_000_000_000)
        gauge.note(-5)
        #expect(gauge.lateness.maxMilliseconds == 30_000)
    }

    @Test func `what is over a tenth of a second late is missed`() {
        var gauge = LatenessGauge()
        for late in [0, 99_000_000, 100_000_000, 100_000_001, 3_000_000_000] as [Int64] { gauge.note(late) }
        #expect(gauge.count == 5 && gauge.missed == 2)
    }

    @Test func `nothing noted is nothing late`() {
        #expect(LatenessGauge().lateness == .init())
    }
}
