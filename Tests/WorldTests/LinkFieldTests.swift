import SkeinRadio
import SkeinTasks
import SkeinWire
import SkeinWorld
import Testing

struct LinkFieldTests {
    private func field(_ config: MediumConfig = MediumConfig(), places: [FieldPoint], seed: UInt64 = 1) -> LinkField {
        var field = LinkField(robots: places.count, config: config, seed: seed)
        field.refresh(places)
        return field
    }

    private func scattered(_ count: Int, seed: UInt64) -> [FieldPoint] {
        var dice = Dice(seed: seed, stream: .layout)
        return (0..<count).map { _ in FieldPoint(xMeters: dice.uniform(0, 100), yMeters: dice.uniform(0, 100)) }
    }

    @Test func `power is symmetric, rows ascend, and range is 24 m and 16 m`() {
        let places = scattered(60, seed: 2)
        let field = field(places: places)
        for first in 0..<60 {
            #expect(zip(field.rows[first], field.rows[first].dropFirst()).allSatisfy { $0.robot < $1.robot })
            for second in 0..<60 where second != first {
                let distance = (places[first] - places[second]).lengthMeters
                let heard = field.heard(second, from: first)
                #expect((heard != nil) == (distance <= field.model.controlRangeMeters))
                #expect(heard?.controlDBm == field.heard(first, from: second)?.controlDBm)
                if let heard {
                    #expect((heard.dataDBm >= -90) == (distance <= field.model.dataRangeMeters))
                }
            }
        }
    }

    @Test func `noise keeps to its bounds, differs by link, direction and second, and repeats`() {
        let field = field(places: scattered(10, seed: 3))
        var seen: Set<Double> = []
        for second in 0..<20 {
            for (sender, receiver) in [(1, 2), (2, 1), (1, 3)] {
                let noise = field.noiseDBm(
                    .control, from: sender, to: receiver, powerDBm: -60, second: Int64(second))
                #expect((-140...(-110)).contains(noise))
                seen.insert(noise)
                let again = field.noiseDBm(
                    .control, from: sender, to: receiver, powerDBm: -60, second: Int64(second))
                #expect(noise == again)
            }
        }
        #expect(seen.count == 60)
    }

    @Test func `a table's efficiency is what Shannon gives, and the omitted pairs carry the rest of the mean`() {
        let places = (0..<4).map { FieldPoint(xMeters: Double($0) * 3, yMeters: 0) }
        var field = field(places: places)
        field.fix(
            LinkTable([
                .init(leader: 0, helper: 0, bitsPerSecondPerHertz: 14),
                .init(leader: 0, helper: 1, bitsPerSecondPerHertz: 10),
                .init(leader: 0, helper: 2, bitsPerSecondPerHertz: 20),
            ]))
        func efficiency(to receiver: Int) -> Double {
            let power = field.heard(receiver, from: 0)!.dataDBm
            let noise = field.noiseDBm(.data, from: 0, to: receiver, powerDBm: power, second: 5)
            return Shannon.efficiency(snrDB: power - noise)
        }
        #expect(abs(efficiency(to: 1) - 10) < 1e-9)
        #expect(abs(efficiency(to: 2) - 20) < 1e-9)
        #expect(abs(efficiency(to: 3) - 12) < 1e-9)
    }

    @Test func `partitions cut, and slow links carry their part`() {
        let places = (0..<3).map { FieldPoint(xMeters: Double($0) * 5, yMeters: 0) }
        var field = field(places: places)
        let power = field.heard(1, from: 0)!.dataDBm
        let whole = Shannon.efficiency(
            snrDB: power - field.noiseDBm(.data, from: 0, to: 1, powerDBm: power, second: 0))
        field.rateFactors[1] = 0.25
        let slow = Shannon.efficiency(
            snrDB: power - field.noiseDBm(.data, from: 0, to: 1, powerDBm: power, second: 0))
        #expect(abs(slow - whole / 4) < 1e-9)
        field.sides[2] = 1
        field.refresh(places)
        #expect(field.heard(2, from: 1) == nil && field.heard(1, from: 0) != nil)
    }

    @Test func `fading is symmetric, stands while robots stand, and has its sigma`() {
        var config = MediumConfig()
        config.fadingSigmaDB = 4
        let places = scattered(80, seed: 4)
        var faded = field(config, places: places)
        let plain = field(places: places)
        var sum = 0.0
        var square = 0.0
        var count = 0
        for first in 0..<80 {
            for heard in plain.rows[first] where heard.controlDBm > -75 {
                guard let other = faded.heard(Int(heard.robot), from: first) else { continue }
                #expect(other.controlDBm == faded.heard(first, from: Int(heard.robot))?.controlDBm)
                sum += other.controlDBm - heard.controlDBm
                square += (other.controlDBm - heard.controlDBm) * (other.controlDBm - heard.controlDBm)
                count += 1
            }
        }
        let sigma = (square / Double(count) - (sum / Double(count)) * (sum / Double(count))).squareRoot()
        #expect((3...5).contains(sigma))
        let before = faded.rows[0].map(\.controlDBm)
        faded.refresh(places)
        #expect(faded.rows[0].map(\.controlDBm) == before)
    }
}
