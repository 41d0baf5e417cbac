import RealModule
import SkeinPeer
import SkeinTasks
import SkeinWire

/// What a ring of infrared sensors sees: each reports the nearest thing in its cone, from the body's middle. The cones
/// lie side by side; a cone that nothing is in reports the sensor's reach.
enum RangeRing {
    static func ranges(
        _ robot: Int, body: Body, places: [FieldPoint], isVisible: [Bool], scene: Scene, config: SensorConfig,
        dice: inout Dice
    ) -> [SensorReading.Range] {
        let count = config.rangeSensors
        let half = Double.pi / Double(count)
        var nearest = [Double](repeating: scene.rangeMetersMax, count: count)
        let view = View(here: body.place, heading: body.headingRadians, half: half, reach: scene.rangeMetersMax)
        for other in places.indices where other != robot && isVisible[other] {
            view.see(disc: places[other], radiusMeters: scene.bodyRadiusMeters, &nearest)
        }
        for obstacle in scene.obstacles where obstacle.isWithin(scene.rangeMetersMax, of: body.place) {
            view.see(obstacle.polygon.points, &nearest)
        }
        view.see(scene.arenaCorners, &nearest)
        return nearest.indices.map { sensor in
            let sigma = config.rangeSigmaMeters + config.rangeSigmaFraction * nearest[sensor]
            let noisy = nearest[sensor] + dice.gauss(sigma: sigma)
            return SensorReading.Range(
                bearingRadians: wrappedRadians(Double(sensor) * 2 * half),
                halfAngleRadians: half,
                meters: nearest[sensor] >= scene.rangeMetersMax
                    ? scene.rangeMetersMax : min(max(noisy, 0), scene.rangeMetersMax))
        }
    }

    /// From where the ring looks.
    private struct View {
        let here: FieldPoint
        let heading: Double
        let half: Double
        let reach: Double

        /// The sensor whose cone a bearing lies in.
        private func sensor(_ bearing: Double, _ count: Int) -> Int {
            let index = Int((bearing / (2 * half)).rounded())
            return ((index % count) + count) % count
        }

        private func bearing(_ point: FieldPoint) -> Double {
            wrappedRadians(
                Double.atan2(y: point.yMeters - here.yMeters, x: point.xMeters - here.xMeters) - heading)
        }

        func see(disc centre: FieldPoint, radiusMeters: Double, _ nearest: inout [Double]) {
            let distance = here.distance(to: centre)
            guard distance - radiusMeters < reach else { return }
            guard distance > radiusMeters else {
                for sensor in nearest.indices { nearest[sensor] = 0 }
                return
            }
            let middle = bearing(centre)
            let spread = Double.asin(min(1, radiusMeters / distance))
            let steps = Int((spread / (2 * half)).rounded(.up)) + 1
            let first = sensor(middle, nearest.count)
            for step in -steps...steps {
                let sensor = ((first + step) % nearest.count + nearest.count) % nearest.count
                // The part of the disc in this cone that is nearest to its middle.
                let off = wrappedRadians(middle - Double(sensor) * 2 * half)
                let least = max(0, abs(off) - half)
                guard least < spread else { continue }
                let across = distance * Double.sin(least)
                let root = max(0, radiusMeters * radiusMeters - across * across).squareRoot()
                nearest[sensor] = min(nearest[sensor], max(0, distance * Double.cos(least) - root))
            }
        }

        /// A closed line of edges.
        func see(_ points: [FieldPoint], _ nearest: inout [Double]) {
            let polygon = FieldPolygon(points: points)
            for index in points.indices {
                let end = points[index + 1 == points.count ? 0 : index + 1]
                let near = Segment((points[index], end)).nearest(to: here)
                note(near, &nearest)
                note(points[index], &nearest)
            }
            for edge in nearest.indices {
                let angle = heading + (Double(edge) * 2 + 1) * half
                let ray = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
                guard let meters = polygon.rayMeters(from: here, direction: ray) else { continue }
                nearest[edge] = min(nearest[edge], meters)
                let next = edge + 1 == nearest.count ? 0 : edge + 1
                nearest[next] = min(nearest[next], meters)
            }
        }

        private func note(_ point: FieldPoint, _ nearest: inout [Double]) {
            let meters = here.distance(to: point)
            guard meters < reach else { return }
            let sensor = sensor(bearing(point), nearest.count)
            nearest[sensor] = min(nearest[sensor], meters)
        }
    }
}
