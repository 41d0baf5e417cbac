import SkeinRadio
import Testing

/// Path loss, ranges and Shannon's bound against numbers worked out by hand.
struct LinkTests {
    let model = RadioModel()

    @Test func `a link of 24 m on 2,4 GHz arrives with just −90 dBm`() {
        let power = model.receivedPowerDBm(powerAtOneMeterDBm: model.controlPowerAtOneMeterDBm, distanceMeters: 24)
        #expect(abs(power - -90) < 1e-9)
        #expect(abs(model.controlRangeMeters - 24) < 1e-9)
    }

    @Test func `the edge of 5 GHz lies at 16,004 m`() {
        // 20·log10(5/2.4) = 6.375 dB: 24 m / 10^(6.375 / 36.226).
        #expect(abs(model.dataRangeMeters - 16.004) < 0.001)
        let power = model.receivedPowerDBm(
            powerAtOneMeterDBm: model.dataPowerAtOneMeterDBm, distanceMeters: model.dataRangeMeters)
        #expect(abs(power - -90) < 1e-9)
    }

    @Test func `ten times the distance costs ten times the exponent in dB`() {
        let near = model.receivedPowerDBm(powerAtOneMeterDBm: -40, distanceMeters: 2)
        let far = model.receivedPowerDBm(powerAtOneMeterDBm: -40, distanceMeters: 20)
        #expect(abs(near - far - 36.226338758112693) < 1e-9)
    }

    @Test func `nearer than a metre is a metre`() {
        for distance in [0, 1e-9, 0.5, 1] {
            #expect(model.receivedPowerDBm(powerAtOneMeterDBm: -46, distanceMeters: distance) == -46)
        }
    }

    @Test func `power never rises with distance`() {
        var last = Double.infinity
        for centimeters in stride(from: 100.0, through: 20_000, by: 7) {
            let power = model.receivedPowerDBm(powerAtOneMeterDBm: -40, distanceMeters: centimeters / 100)
            #expect(power < last || centimeters == 100)
            last = power
        }
    }

    @Test(arguments: [2.0, 10, 24, 50, 300])
    func `a model made for a range has that range, and 5 GHz two thirds of it in dB`(_ meters: Double) {
        let scaled = RadioModel(controlRangeMeters: meters)
        #expect(abs(scaled.controlRangeMeters - meters) < 1e-9 * meters)
        #expect(scaled.dataRangeMeters < meters && scaled.dataRangeMeters > 1)
    }

    @Test func `Shannon gives one bit at 0 dB, and 6,658 at 20 dB`() {
        #expect(abs(Shannon.efficiency(snrDB: 0) - 1) < 1e-12)
        #expect(abs(Shannon.efficiency(snrDB: 20) - 6.658211482751795) < 1e-12)
        #expect(abs(Shannon.efficiency(snrDB: 100) - 33.21928094901838) < 1e-9)
    }

    @Test func `Shannon's inverse gives the SNR back`() {
        for snrDB in stride(from: -10.0, through: 100, by: 0.25) {
            #expect(abs(Shannon.snrDB(efficiency: Shannon.efficiency(snrDB: snrDB)) - snrDB) < 1e-8)
        }
    }

    @Test func `efficiency rises with SNR`() {
        let efficiencies = stride(from: -30.0, through: 110, by: 0.5).map { Shannon.efficiency(snrDB: $0) }
        #expect(zip(efficiencies, efficiencies.dropFirst()).allSatisfy { $0 < $1 })
    }
}
