import SkeinPeer
import SkeinTasks

/// A GeoJSON file (RFC 7946): longitude before latitude, in degrees. One that says by its `crs` that it is in local metres is that.
package struct GeoJSONFile {
    /// Of a `crs` of type `name` (GeoJSON 2008, which RFC 7946 lets two parties agree on).
    package static let localName = "skein:local-metres"
    package static let featuresMax = 256

    /// What a feature shows.
    package enum Geometry: Hashable, Sendable {
        case point(FieldPoint)
        case line([FieldPoint])
        case polygon([FieldPoint])
    }

    package struct Feature {
        package var name: String?
        package var properties: JSONCursor?
        package var geometry: Geometry
        package var cursor: JSONCursor
    }

    package let path: String
    package let isLocal: Bool
    package private(set) var features: [Feature] = []

    package static func read(_ path: String, plane: TangentPlane?) throws(FileError) -> GeoJSONFile {
        try GeoJSONFile(text: try InputFile.text(of: path), path: path, plane: plane)
    }

    package init(text: String, path: String, plane: TangentPlane?) throws(FileError) {
        self.path = path
        guard text.utf8.count <= TomlFile.bytesMax else {
            throw FileError(
                file: path, message: "larger than \(TomlFile.bytesMax) bytes, the most such a file may have")
        }
        let top = JSONCursor(file: path, value: try JSONReader.read(text, file: path))
        isLocal = try Self.isLocal(top)
        guard isLocal || plane != nil else {
            throw FileError(
                file: path,
                message:
                    "in degrees, and the mission has no [origin]: give it one, or say \"crs\": {\"type\": \"name\", "
                    + "\"properties\": {\"name\": \"\(Self.localName)\"}} if these are metres")
        }
        let reading = Reading(plane: isLocal ? nil : plane)
        let type = try top.needed("type")
        switch try type.string() {
        case "FeatureCollection":
            let items = try top.needed("features").elements()
            guard items.count <= Self.featuresMax else {
                throw top.fault("\(items.count) features, at most \(Self.featuresMax) are read")
            }
            for item in items { features.append(try reading.feature(item)) }
        case "Feature": features = [try reading.feature(top)]
        default: throw type.expected("\"FeatureCollection\" or \"Feature\"")
        }
    }

    private static func isLocal(_ top: JSONCursor) throws(FileError) -> Bool {
        guard let crs = try top.member("crs"), crs.value != .null else { return false }
        let name = try crs.needed("properties").needed("name")
        switch try name.string() {
        case localName: return true
        case "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84": return false
        default: throw name.expected("\"\(localName)\" or WGS 84, as without a crs")
        }
    }

    /// The feature of a name; without one, the only one.
    package func feature(_ name: String?) throws(FileError) -> Feature {
        guard let name else {
            guard features.count == 1 else {
                throw FileError(file: path, message: "\(features.count) features: say which, as feature = \"NAME\"")
            }
            return features[0]
        }
        guard let found = features.first(where: { $0.name == name }) else {
            throw FileError(
                file: path, message: NearestName.complaint("feature", name, known: features.compactMap(\.name)))
        }
        return found
    }

    /// Geometry to places.
    private struct Reading {
        let plane: TangentPlane?

        func feature(_ cursor: JSONCursor) throws(FileError) -> Feature {
            let type = try cursor.needed("type")
            guard try type.string() == "Feature" else { throw type.expected("\"Feature\"") }
            let found = try cursor.member("properties")
            let properties = found.flatMap { $0.value == .null ? nil : $0 }
            let name = try properties?.member("name")?.string()
            return Feature(
                name: name, properties: properties, geometry: try geometry(cursor.needed("geometry")), cursor: cursor)
        }

        private func geometry(_ cursor: JSONCursor) throws(FileError) -> Geometry {
            let type = try cursor.needed("type")
            let coordinates = try cursor.needed("coordinates")
            switch try type.string() {
            case "Point": return .point(try place(coordinates))
            case "LineString":
                let places = try places(coordinates, max: MissionPlan.waypointsMax)
                guard places.count >= 2 else { throw coordinates.expected("two positions or more") }
                return .line(places)
            case "Polygon":
                let rings = try coordinates.elements()
                guard let ring = rings.first else { throw coordinates.expected("a ring") }
                guard rings.count == 1 else {
                    throw coordinates.fault("a polygon with holes: make each hole a no-go zone of its own")
                }
                var places = try places(ring, max: FieldPolygon.pointsMax + 1)
                guard places.count >= 4, places.first == places.last else {
                    throw ring.fault("expected a ring of four positions or more, the last being the first")
                }
                places.removeLast()
                return .polygon(places)
            default: throw type.expected("\"Point\", \"LineString\" or \"Polygon\"")
            }
        }

        private func places(_ cursor: JSONCursor, max: Int) throws(FileError) -> [FieldPoint] {
            let items = try cursor.elements()
            guard items.count <= max else { throw cursor.fault("\(items.count) positions, at most \(max) are read") }
            var places: [FieldPoint] = []
            for item in items { places.append(try place(item)) }
            return places
        }

        private func place(_ cursor: JSONCursor) throws(FileError) -> FieldPoint {
            let items = try cursor.elements()
            // A third one is an altitude, and robots drive.
            guard (2...3).contains(items.count) else { throw cursor.expected("a position of two or three numbers") }
            guard let plane else {
                let range = -MissionPlan.metersMax...MissionPlan.metersMax
                return FieldPoint(
                    xMeters: try items[0].number(in: range), yMeters: try items[1].number(in: range)
                ).toMillimeters
            }
            let longitude = try items[0].number(in: -180...180)
            let latitude = try items[1].number(in: -90...90)
            guard let point = plane.point(latitudeDegrees: latitude, longitudeDegrees: longitude) else {
                throw cursor.fault(
                    "farther than \(TangentPlane.metersMax.short) m from the [origin]; longitude stands first")
            }
            return point
        }
    }
}
