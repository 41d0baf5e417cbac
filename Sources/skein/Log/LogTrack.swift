import ArgumentParser
import Glibc
import SkeinFiles
import SkeinWire

/// Where the field's (0, 0) lies on the earth, x to the east, y to the north.
struct GeographicOrigin: ExpressibleByArgument {
    /// A degree of a great circle, metres: WGS 84's mean radius.
    private static let metersPerDegree = 6_371_008.8 * .pi / 180

    let latitudeDegrees: Double
    let longitudeDegrees: Double

    init?(argument: String) {
        let halves = argument.split(separator: ",", omittingEmptySubsequences: false)
        // Nearer to a pole a degree of longitude is no length any more.
        guard halves.count == 2, let latitude = Double(halves[0]), let longitude = Double(halves[1]),
            latitude.magnitude <= 89, longitude.magnitude <= 180
        else { return nil }
        latitudeDegrees = latitude
        longitudeDegrees = longitude
    }

    /// RFC 7946: longitude, latitude. A field is small against the earth.
    func point(_ xMeters: Double, _ yMeters: Double) -> JSONValue {
        let latitude = latitudeDegrees + yMeters / Self.metersPerDegree
        let longitude = longitudeDegrees + xMeters / (Self.metersPerDegree * cos(latitudeDegrees * .pi / 180))
        return .point((longitude * 1e7).rounded() / 1e7, (latitude * 1e7).rounded() / 1e7)
    }
}

/// Where a robot was, by its own estimate: only where it moved.
struct LogTrack {
    /// Nearer than this it has not moved.
    private static let stepMetersMin = 0.1
    private var points: [(x: Double, y: Double)] = []
    private var first: UInt64?
    private var last: UInt64 = 0

    mutating func add(_ x: Double, _ y: Double, _ logTime: UInt64) {
        if first == nil { first = logTime }
        last = logTime
        if let point = points.last, hypot(point.x - x, point.y - y) < Self.stepMetersMin { return }
        points.append((x, y))
    }

    func feature(_ name: String, id: NodeID, _ origin: GeographicOrigin) -> JSONValue {
        let places = points.map { origin.point($0.x, $0.y) }
        let isLine = places.count > 1
        let geometry: JSONValue = [
            "type": .string(isLine ? "LineString" : "Point"),
            "coordinates": isLine ? .array(places) : places.first ?? .array([]),
        ]
        return [
            "type": .string("Feature"),
            "properties": [
                "robot": .string(name), "id": .integer(Int(id.number)),
                "first_log_time_s": .optional(first.map(LogTime.seconds)),
                "last_log_time_s": .number(LogTime.seconds(last)),
            ],
            "geometry": geometry,
        ]
    }
}
