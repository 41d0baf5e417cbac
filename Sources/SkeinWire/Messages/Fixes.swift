/// A camera's fused estimate of the robots it sees, broadcast on the data band; each fuses its own by covariance
/// intersection. Never relayed.
///
///     n u8 | n × (robot u16, x f32, y f32, heading f32, 6 × covariance f32) | age u16
///
/// The estimates are of the moment the frame was taken, `age` milliseconds before this was said.
package struct Fixes: Hashable, Sendable {
    package static let entriesMax = 24

    package struct Entry: Hashable, Sendable {
        package var robot: NodeID
        package var pose: PoseField
        package init(robot: NodeID, pose: PoseField) {
            self.robot = robot
            self.pose = pose
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
        for entry in entries {
            writer.node(entry.robot)
            entry.pose.write(to: &writer)
        }
        writer.u16(ageMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        entries = []
        for _ in 0..<(try reader.count(.entries, limit: Self.entriesMax)) {
            entries.append(Entry(robot: try reader.node(), pose: try PoseField(reading: &reader)))
        }
        ageMilliseconds = try reader.u16()
    }
}
