import SkeinPeer
import SkeinTasks

/// Shapes of tables: points, a circle, or a feature of a GeoJSON file.
struct ShapeReading {
    let path: String
    var plane: TangentPlane?
    private var files: [String: Result<GeoJSONFile, FileError>] = [:]

    init(path: String, plane: TangentPlane?) {
        self.path = path
        self.plane = plane
    }

    /// Nil, with what is wrong noted.
    mutating func shape(_ table: CheckedTable, _ faults: inout [FileError]) -> FieldShape? {
        let said = [table.has("points"), table.has("centre") || table.has("radius_m"), table.has("file")]
        guard said.count(where: { $0 }) == 1 else {
            faults.append(
                table.fault(nil, "expected one shape: points, or centre with radius_m, or file"))
            return nil
        }
        if table.has("feature"), !table.has("file") {
            faults.append(table.fault("feature", "says nothing without file"))
        }
        let shape: FieldShape
        let key: String
        if let points = table.places("points") {
            shape = .polygon(
                FieldPolygon(points: points.map { FieldPoint(xMeters: $0.x, yMeters: $0.y).toMillimeters }))
            key = "points"
        } else if let centre = table.place("centre"), let radius = table.number("radius_m") {
            shape = .circle(
                FieldCircle(
                    centre: FieldPoint(xMeters: centre.x, yMeters: centre.y).toMillimeters,
                    radiusMeters: (radius * 1_000).rounded() / 1_000))
            key = "radius_m"
        } else if let file = table.text("file") {
            do throws(FileError) {
                shape = try self.shape(file: file, feature: table.text("feature"), of: table)
            } catch {
                faults.append(error)
                return nil
            }
            key = "file"
        } else {
            if table.has("centre") != table.has("radius_m") {
                faults.append(table.fault(nil, "a circle has both centre and radius_m"))
            }
            return nil
        }
        if let complaint = shape.invalidity {
            faults.append(table.fault(key, complaint))
            return nil
        }
        return shape
    }

    /// The GeoJSON file's own fault says where it is in that file; it is told with this file's name for it.
    private mutating func shape(
        file: String, feature: String?, of table: CheckedTable
    ) throws(FileError) -> FieldShape {
        let place = MissionFile.path(of: file, besides: path)
        if files[place] == nil {
            do throws(FileError) {
                files[place] = .success(try GeoJSONFile.read(place, plane: plane))
            } catch { files[place] = .failure(error) }
        }
        do throws(FileError) {
            guard let read = files[place] else { throw FileError(file: place, message: "cannot read") }
            let found = try read.get().feature(feature)
            switch found.geometry {
            case .polygon(let points): return .polygon(FieldPolygon(points: points))
            case .point(let centre):
                guard let radius = try found.properties?.member("radius_m") else {
                    throw found.cursor.fault("a point is a circle only with the property radius_m")
                }
                let meters = try radius.number(above: 0, through: MissionPlan.metersMax)
                return .circle(FieldCircle(centre: centre, radiusMeters: (meters * 1_000).rounded() / 1_000))
            case .line: throw found.cursor.fault("expected a Polygon, or a Point with the property radius_m")
            }
        } catch { throw table.fault("file", "\(error)") }
    }
}

/// Whether anybody may be in an area.
enum AreaPlacesCheck {
    /// Points looked at along a side of the box around it.
    private static let side = 32

    static func hasRoom(_ shape: FieldShape, in field: MissionField) -> Bool {
        let (low, high) = box(shape)
        for row in 0..<side {
            for column in 0..<side {
                let point = FieldPoint(
                    xMeters: low.xMeters + (Double(column) + 0.5) / Double(side) * (high.xMeters - low.xMeters),
                    yMeters: low.yMeters + (Double(row) + 0.5) / Double(side) * (high.yMeters - low.yMeters))
                if shape.contains(point), field.contains(point), field.obstacleMeters(from: point) > 0 { return true }
            }
        }
        return false
    }

    private static func box(_ shape: FieldShape) -> (low: FieldPoint, high: FieldPoint) {
        switch shape {
        case .circle(let circle):
            let reach = FieldPoint(xMeters: circle.radiusMeters, yMeters: circle.radiusMeters)
            return (circle.centre - reach, circle.centre + reach)
        case .polygon(let polygon):
            let x = polygon.points.map(\.xMeters)
            let y = polygon.points.map(\.yMeters)
            return (
                FieldPoint(xMeters: x.min() ?? 0, yMeters: y.min() ?? 0),
                FieldPoint(xMeters: x.max() ?? 0, yMeters: y.max() ?? 0)
            )
        }
    }
}
