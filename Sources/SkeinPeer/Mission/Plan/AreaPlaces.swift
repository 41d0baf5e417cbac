import SkeinTasks

/// Places within an area, the same on every robot: where each of several stands, and what each looks at.
enum AreaPlaces {
    /// Along a side of the box around an area.
    private static let sideMax = 32
    private static let cellsPerSide = 8
    /// Kept from fences and obstacles, where there is room [R].
    private static let clearanceMeters = 1.0

    /// The place of one of so many robots, spread over the area.
    static func spread(_ shape: FieldShape, in field: MissionField, rank: Int, of robots: Int) -> [FieldPoint] {
        var side = 1
        while side < sideMax {
            let found = grid(shape, side: side, in: field)
            if found.count >= robots { return [found[rank * found.count / robots]] }
            side += 1
        }
        let found = grid(shape, side: sideMax, in: field)
        return found.isEmpty ? [] : [found[rank % found.count]]
    }

    /// What one of so many robots looks at, one row there and the next back.
    static func cells(_ shape: FieldShape, in field: MissionField, rank: Int, of robots: Int) -> [FieldPoint] {
        let found = grid(shape, side: cellsPerSide, in: field)
        let first = rank * found.count / robots
        let end = (rank + 1) * found.count / robots
        return Array(found[first..<max(first, end)])
    }

    /// Centres of the cells of the box around it that lie in it, in a boustrophedon, "as the ox turns".
    private static func grid(_ shape: FieldShape, side: Int, in field: MissionField) -> [FieldPoint] {
        let (low, high) = box(shape)
        var points: [FieldPoint] = []
        for row in 0..<side {
            for step in 0..<side {
                let column = row % 2 == 0 ? step : side - 1 - step
                let point = FieldPoint(
                    xMeters: low.xMeters + (Double(column) + 0.5) / Double(side) * (high.xMeters - low.xMeters),
                    yMeters: low.yMeters + (Double(row) + 0.5) / Double(side) * (high.yMeters - low.yMeters))
                if shape.contains(point), field.clearanceMeters(at: point) >= clearanceMeters { points.append(point) }
            }
        }
        return points
    }

    static func box(_ shape: FieldShape) -> (low: FieldPoint, high: FieldPoint) {
        switch shape {
        case .circle(let circle):
            let reach = FieldPoint(xMeters: circle.radiusMeters, yMeters: circle.radiusMeters)
            return (circle.centre - reach, circle.centre + reach)
        case .polygon(let polygon):
            var low = polygon.points.first ?? .zero
            var high = low
            for point in polygon.points {
                low = FieldPoint(
                    xMeters: min(low.xMeters, point.xMeters), yMeters: min(low.yMeters, point.yMeters))
                high = FieldPoint(
                    xMeters: max(high.xMeters, point.xMeters), yMeters: max(high.yMeters, point.yMeters))
            }
            return (low, high)
        }
    }
}
