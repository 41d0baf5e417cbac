import SkeinPeer
import SkeinRadio
import SkeinScenarios
import SkeinTasks
import SkeinWorld

/// Graphs to time the planner with, all links reported: a root would know them so, had nobody moved or kept silent.
enum BenchGraphs {
    private static let noiseDBmMin = -140.0
    private static let noiseDBmMax = -110.0
    /// Where bandwidth binds (mesh-cloud.md §5).
    private static let rateMbpsPerPercent = 3.5

    /// Robots uniform at the reference's density, a quarter of them with cameras.
    static func random(robots: Int, seed: UInt64) -> PlanGraph {
        var config = WorldConfig(seed: seed, robots: robots)
        let side = (Double(robots) / 100).squareRoot() * 100
        config.arena.xMetersMax = side
        config.arena.yMetersMax = side
        config.cameras = .count(robots / 4)
        config.rateMbpsPerPercent = rateMbpsPerPercent
        let layout = Layout(config)
        var dice = PeerRandom(seed: seed)
        let links = Links(layout.places, config.radio) { _, other, powerDBm in
            let noiseDBm = noiseDBmMin + dice.unit() * (noiseDBmMax - noiseDBmMin)
            return layout.idlePercent[other] > 0 ? Shannon.efficiency(snrDB: powerDBm - noiseDBm) : 0
        }
        return graph(config, idlePercent: layout.idlePercent, links, own: nil)
    }

    /// The instance's own 5 GHz links.
    static func graph(_ instance: Instance) -> PlanGraph {
        let config = instance.world(seed: 0)
        let count = instance.positions.count
        var efficiency = [Double](repeating: 0, count: count * count)
        for link in instance.links { efficiency[link.leader * count + link.helper] = link.bitsPerSecondPerHertz }
        let links = Links(config.positions ?? [], config.radio) { robot, other, _ in efficiency[robot * count + other] }
        let own = (0..<count).map { robot -> Double? in
            let value = efficiency[robot * count + robot]
            return value > 0 ? value : nil
        }
        return graph(config, idlePercent: instance.idlePercent, links, own: own)
    }

    private static func graph(
        _ config: WorldConfig, idlePercent: [Double], _ links: Links, own: [Double?]?
    ) -> PlanGraph {
        PlanGraph(
            start: config.start, idlePercent: idlePercent, control: links.control, data: links.data,
            bandwidthMHz: config.bandwidthMHz, rateMbpsPerPercent: config.rateMbpsPerPercent,
            ownBitsPerSecondPerHertz: own)
    }

    /// Who hears whom, by the radio model.
    private struct Links {
        var control: [[ControlLink]]
        var data: [[DataLink]]

        init(_ places: [FieldPoint], _ radio: RadioModel, efficiency: (Int, Int, Double) -> Double) {
            control = [[ControlLink]](repeating: [], count: places.count)
            data = [[DataLink]](repeating: [], count: places.count)
            for robot in places.indices {
                for other in places.indices where other != robot {
                    let meters = (places[robot] - places[other]).lengthMeters
                    let controlDBm = radio.receivedPowerDBm(
                        powerAtOneMeterDBm: radio.controlPowerAtOneMeterDBm, distanceMeters: meters)
                    guard controlDBm >= radio.usablePowerMinDBm else { continue }
                    control[robot].append(ControlLink(robot: other, powerDBm: controlDBm))
                    let dataDBm = radio.receivedPowerDBm(
                        powerAtOneMeterDBm: radio.dataPowerAtOneMeterDBm, distanceMeters: meters)
                    guard dataDBm >= radio.usablePowerMinDBm else { continue }
                    data[robot].append(
                        DataLink(
                            robot: other, powerDBm: dataDBm,
                            bitsPerSecondPerHertz: efficiency(robot, other, dataDBm)))
                }
            }
        }
    }
}
