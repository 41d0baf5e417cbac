/// Where a camera robot has found the robots it sees, broadcast on the data band; each fuses its own by covariance
/// intersection. Never relayed.
///
///     n u8 | n × (robot u16, x f32, y f32, 3 × covariance f32, 3 × independent f32) | age u16
///
/// The places are of the moment the frame was taken, `age` milliseconds before this was said. Of each covariance a part is
/// independent: the noise of this frame, which nobody has heard of before.
package struct Fixes: Hashable, Sendable {
    package static let entriesMax = 24

    package struct Entry: Hashable, Sendable {
        package var robot: NodeID
        package var xMeters: Float
        package var yMeters: Float
        /// xx, xy, yy in m².
        package var covariance: [Float]
        package var independent: [Float]

        package static let covarianceCount = 3

        package init(robot: NodeID, xMeters: Float, yMeters: Float, covariance: [Float], independent: [Float]) {
            precondition(
                covariance.count == Self.covarianceCount && independent.count == Self.covarianceCount,
                "\(covariance.count) and \(independent.count) covariance entries, not three each")
            self.robot = robot
            self.xMeters = xMeters
            self.yMeters = yMeters
            self.covariance = covariance
            self.independent = independent
        }

        func write(to writer: inout ByteWriter) {
            writer.node(robot)
            writer.f32(xMeters)
            writer.f32(yMeters)
            for value in covariance { writer.f32(value) }
            for value in independent { writer.f32(value) }
        }

        init(reading reader: inout ByteReader) throws(WireError) {
            robot = try reader.node()
            xMeters = try reader.f32(.position)
            yMeters = try reader.f32(.position)
            covariance = try Self.covariance(&reader)
            independent = try Self.covariance(&reader)
        }

        private static func covariance(_ reader: inout ByteReader) throws(WireError) -> [Float] {
            var values: [Float] = []
            values.reserveCapacity(covarianceCount)
            for _ in 0..<covarianceCount { values.append(try reader.f32(.position)) }
            guard values[0] >= 0, values[2] >= 0 else { throw .invalid(.position) }
            return values
        }
    }

    package var entries: [Entry]
    package var ageMilliseconds: UInt16

    package init(entries: [Entry], ageMilliseconds: UInt16) {
        self.entries = entries
        self.ageMilliseconds = ageMilliseconds
    }

    func write(to writer: inout ByteWriter) {
        writer.count(entries.count, limit: Self.entriesMax)
        for entry in entries { entry.write(to: &writer) }
        writer.u16(ageMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        entries = []
        for _ in 0..<(try reader.count(.entries, limit: Self.entriesMax)) {
            entries.append(try Entry(reading: &reader))
        }
        ageMilliseconds = try reader.u16()
    }
}
