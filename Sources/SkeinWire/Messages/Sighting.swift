/// A camera has found the physical target; flooded, so that every camera robot can go there.
///
///     revision u32 | x f32 | y f32 | sigma f32 (m)
package struct Sighting: Hashable, Sendable {
    package var revision: UInt32
    package var xMeters: Float
    package var yMeters: Float
    package var sigmaMeters: Float

    package init(revision: UInt32, xMeters: Float, yMeters: Float, sigmaMeters: Float) {
        self.revision = revision
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.sigmaMeters = sigmaMeters
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(revision)
        writer.f32(xMeters)
        writer.f32(yMeters)
        writer.f32(sigmaMeters)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        revision = try reader.serial()
        xMeters = try reader.f32(.position)
        yMeters = try reader.f32(.position)
        sigmaMeters = try reader.f32(.position)
        guard sigmaMeters >= 0 else { throw .invalid(.position) }
    }
}
