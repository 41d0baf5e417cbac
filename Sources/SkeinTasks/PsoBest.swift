import SkeinWire

/// Where an island ended.
///
///     | island u8 | samples u8 | x f64 | y f64 | misfit per sample f64 |
///
/// 26 bytes.
package struct PsoBest: Hashable, Sendable {
    package var island: UInt8
    package var sampleCount: Int
    package var position: FieldPoint
    /// 0 explains every sample, 1 none; see `PsoMisfit`.
    package var misfitPerSample: Double

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 26)
        writer.u8(island)
        writer.count(sampleCount, limit: PsoSearch.samplesMax)
        writer.point(position)
        writer.f64(misfitPerSample)
        return writer.bytes
    }
}

extension PsoBest {
    /// Reads a helper's answer and holds it against what was asked. Finding the place is the work; checking its misfit is
    /// one evaluation, so a helper cannot claim a better one than it has.
    package init(reading bytes: [UInt8], answering asked: PsoIsland) throws(KernelError) {
        do throws(WireError) {
            try self.init(wire: bytes)
        } catch {
            throw .malformed(error)
        }
        guard island == asked.number else { throw .outOfRange(.island) }
        guard sampleCount == asked.search.samples.count else { throw .outOfRange(.sample) }
        guard asked.search.box.contains(position) else { throw .outOfRange(.box) }
        guard misfitPerSample == PsoMisfit(asked.search.samples).perSample(at: position) else {
            throw .outOfRange(.misfit)
        }
    }

    private init(wire bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        island = try reader.u8()
        sampleCount = try reader.count(.entries, limit: PsoSearch.samplesMax)
        position = try reader.point()
        misfitPerSample = try reader.f64(.payload)
        try reader.finish()
    }
}
