import Glibc
import SkeinPeer
import SkeinRadio
import SkeinTasks
import SkeinWorld

/// Plan graphs to time the planner with: robots at the reference's density, links by the radio model.
enum RandomField {
    private static let noiseDBm = -140.0...(-110.0)
    private static let rateMbpsPerPercent = 3.5

    static func graph(robots: Int, seed: UInt64) -> PlanGraph {
        var config = WorldConfig(seed: seed, robots: robots)
        let side = (Double(robots) / 100).squareRoot() * 100
        config.arena.xMetersMax = side
        config.arena.yMetersMax = side
        config.cameras = .count(robots / 4)
        let layout = Layout(config)
        return graph(
            layout.places, idlePercent: layout.idlePercent, start: 0, radio: config.radio, bandwidthMHz: 20,
            rateMbpsPerPercent: rateMbpsPerPercent, seed: seed)
    }

    private static func graph(
        _ places: [FieldPoint], idlePercent: [Double], start: Int, radio: RadioModel, bandwidthMHz: Double,
        rateMbpsPerPercent: Double, seed: UInt64
    ) -> PlanGraph {
        var random = PeerRandom(seed: seed)
        var control = [[ControlLink]](repeating: [], count: places.count)
        var data = [[DataLink]](repeating: [], count: places.count)
        for (robot, place) in places.enumerated() {
            for (other, otherPlace) in places.enumerated() where other != robot {
                let meters = place.distance(to: otherPlace)
                let controlDBm = radio.receivedPowerDBm(
                    powerAtOneMeterDBm: radio.controlPowerAtOneMeterDBm, distanceMeters: meters)
                guard controlDBm >= radio.usablePowerMinDBm else { continue }
                control[robot].append(ControlLink(robot: other, powerDBm: controlDBm))
                let dataDBm = radio.receivedPowerDBm(
                    powerAtOneMeterDBm: radio.dataPowerAtOneMeterDBm, distanceMeters: meters)
                guard dataDBm >= radio.usablePowerMinDBm else { continue }
                let noise = noiseDBm.lowerBound + random.unit() * (noiseDBm.upperBound - noiseDBm.lowerBound)
                data[robot].append(
                    DataLink(
                        robot: other, powerDBm: dataDBm,
                        bitsPerSecondPerHertz: idlePercent[other] > 0 ? Shannon.efficiency(snrDB: dataDBm - noise) : 0))
            }
        }
        return PlanGraph(
            start: start, idlePercent: idlePercent, control: control, data: data, bandwidthMHz: bandwidthMHz,
            rateMbpsPerPercent: rateMbpsPerPercent)
    }
}
