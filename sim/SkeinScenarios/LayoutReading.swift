import SkeinFiles

/// What the two reference formats have in common.
enum LayoutReading {
    /// Metres; a field is not larger.
    static let coordinates = -100_000.0...100_000.0

    static func checkFormat(_ root: JSONCursor, _ format: String) throws(FileError) {
        let found = try root.needed("format")
        guard try found.string() == format else { throw found.expected("\"\(format)\"") }
    }

    static func positions(_ entry: JSONCursor) throws(FileError) -> [(x: Double, y: Double)] {
        let cursor = try entry.needed("positions")
        let items = try cursor.elements()
        guard (1...ScenarioSchema.robotsMax).contains(items.count) else {
            throw cursor.fault("expected 1…\(ScenarioSchema.robotsMax) positions, found \(items.count)")
        }
        var positions: [(x: Double, y: Double)] = []
        for item in items { positions.append(try item.point(within: coordinates)) }
        return positions
    }

    static func cameras(_ entry: JSONCursor, of count: Int) throws(FileError) -> [Int] {
        var isCamera = [Bool](repeating: false, count: count)
        for item in try entry.needed("camera").elements() {
            let robot = try item.robot("camera", of: count)
            guard !isCamera[robot] else { throw item.fault("camera \(robot) is listed twice") }
            isCamera[robot] = true
        }
        return (0..<count).filter { isCamera[$0] }
    }

    /// Nil when the key is absent.
    static func integers(
        _ entry: JSONCursor, _ key: String, count: Int, in range: ClosedRange<Int>
    ) throws(FileError) -> [Int]? {
        guard let cursor = try entry.member(key) else { return nil }
        var values: [Int] = []
        for item in try cursor.elements(count: count, of: "values, one per robot") {
            let value = try item.integer()
            guard range.contains(value) else {
                throw item.expected("a whole number \(range.lowerBound)…\(range.upperBound)")
            }
            values.append(value)
        }
        return values
    }
}
