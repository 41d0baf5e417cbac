import SkeinPeer
import SkeinRadio
import SkeinScenarios
import SkeinTasks

extension Instance {
    /// What its root would know, all links reported: for timing the planner without flying the network.
    var graph: PlanGraph {
        let config = world(seed: 0)
        let radio = config.radio
        let places = config.positions ?? []
        var efficiency = [Double](repeating: 0, count: places.count * places.count)
        for link in links { efficiency[link.leader * places.count + link.helper] = link.bitsPerSecondPerHertz }
        var control = [[ControlLink]](repeating: [], count: places.count)
        var data = [[DataLink]](repeating: [], count: places.count)
        for (robot, place) in places.enumerated() {
            for (other, otherPlace) in places.enumerated() where other != robot {
                let meters = place.distance(to: otherPlace)
                if meters <= ranges.controlMeters {
                    let power = radio.receivedPowerDBm(
                        powerAtOneMeterDBm: radio.controlPowerAtOneMeterDBm, distanceMeters: meters)
                    control[robot].append(ControlLink(robot: other, powerDBm: power))
                }
                if meters <= ranges.dataMeters {
                    let power = radio.receivedPowerDBm(
                        powerAtOneMeterDBm: radio.dataPowerAtOneMeterDBm, distanceMeters: meters)
                    data[robot].append(
                        DataLink(
                            robot: other, powerDBm: power,
                            bitsPerSecondPerHertz: efficiency[robot * places.count + other]))
                }
            }
        }
        let own = places.indices.map { robot -> Double? in
            let value = efficiency[robot * places.count + robot]
            return value > 0 ? value : nil
        }
        return PlanGraph(
            start: start, idlePercent: idlePercent, control: control, data: data, bandwidthMHz: bandwidthMHz,
            rateMbpsPerPercent: rateMbpsPerPercent, ownBitsPerSecondPerHertz: own)
    }
}
