import SkeinWire
import Testing

/// Fixed point, instants and spans.
struct QuantityTests {
    @Test func `power travels in hundredths of a dBm`() {
        #expect(PowerField(dBm: -89.994).hundredthsDBm == -8_999)
        #expect(PowerField(dBm: -89.996).hundredthsDBm == -9_000)
        #expect(PowerField(dBm: -90).dBm == -90)
        #expect(PowerField(dBm: -1e30).dBm == -320)
        #expect(PowerField(dBm: .infinity).dBm == 320)
    }

    @Test func `no power a radio can report means nothing received`() {
        #expect(PowerField.nothing.dBm == nil)
        for dBm in stride(from: -1_000.0, through: 1_000, by: 0.5) { #expect(PowerField(dBm: dBm) != .nothing) }
    }

    @Test func `efficiency and percent are clamped to what their field holds`() {
        #expect(EfficiencyField(bitsPerSecondPerHz: 6.6584).thousandths == 6_658)
        #expect(EfficiencyField(bitsPerSecondPerHz: -1).thousandths == 0)
        #expect(EfficiencyField(bitsPerSecondPerHz: 1e9).bitsPerSecondPerHz == 65)
        #expect(PercentField(percent: 48.754).percent == 48.75)
        #expect(PercentField(percent: -3).percent == 0)
        #expect(PercentField(percent: .infinity).percent == 655)
    }

    @Test func `spans travel in whole milliseconds, never more than were meant`() {
        #expect(Duration.microseconds(1_999).wireMilliseconds == 1)
        #expect(Duration.milliseconds(-5).wireMilliseconds == 0)
        #expect(Duration.seconds(100).wireMilliseconds == 65_535)
    }

    @Test func `instants and spans add up to the nanosecond`() {
        var instant = Instant.zero + .milliseconds(1_500)
        instant += .nanoseconds(1)
        #expect(instant.nanoseconds == 1_500_000_001)
        #expect(instant - Instant.zero == .nanoseconds(1_500_000_001))
        #expect(Instant.zero < instant && instant < .distantFuture)
        #expect(Duration.fromSeconds(0.1).nanoseconds == 100_000_000)
        #expect(Duration.fromSeconds(.infinity) == .fromSeconds(1e30), "longer than a robot lives")
        #expect(Duration.fromSeconds(-1e30) < .seconds(-1_000_000_000))
        #expect(Duration.milliseconds(-1_500).nanoseconds == -1_500_000_000)
    }

    @Test func `a later term beats a later number`() {
        #expect(PlanNumber(term: 1, number: 9) < PlanNumber(term: 2, number: 0))
        #expect(PlanNumber(term: 2, number: 0) < PlanNumber(term: 2, number: 1))
        #expect(PlanNumber.none < PlanNumber(term: 0, number: 1))
    }
}
