// Physical quantities as they travel: fixed point, so that two robots read the same number.

/// Received power in hundredths of a dBm, −327.67…+327.67 dBm.
package struct PowerField: Hashable, Sendable {
    package var hundredthsDBm: Int16
    /// Nothing received on that band.
    package static let nothing = PowerField(hundredthsDBm: .min)

    package init(hundredthsDBm: Int16) { self.hundredthsDBm = hundredthsDBm }

    package init(dBm: Double) {
        hundredthsDBm = Int16(clamping: Int((max(-320, min(320, dBm)) * 100).rounded()))
    }

    package var dBm: Double? { self == .nothing ? nil : Double(hundredthsDBm) / 100 }
}

/// Spectral efficiency in thousandths of a b/s/Hz, 0…65.535; Shannon at 100 dB SNR is 33.2.
package struct EfficiencyField: Hashable, Sendable {
    package var thousandths: UInt16
    package init(thousandths: UInt16) { self.thousandths = thousandths }

    package init(bitsPerSecondPerHz: Double) {
        thousandths = UInt16(clamping: Int((max(0, min(65, bitsPerSecondPerHz)) * 1_000).rounded()))
    }

    package var bitsPerSecondPerHz: Double { Double(thousandths) / 1_000 }
}

/// Percent of one processor in hundredths, 0…655.35 %.
package struct PercentField: Hashable, Sendable {
    package var hundredths: UInt16
    package init(hundredths: UInt16) { self.hundredths = hundredths }

    package init(percent: Double) {
        hundredths = UInt16(clamping: Int((max(0, min(655, percent)) * 100).rounded()))
    }

    package var percent: Double { Double(hundredths) / 100 }
}

/// A pose estimate on the field: metres, radians, and its covariance (x, y, heading), upper triangle by rows.
package struct PoseField: Hashable, Sendable {
    package var xMeters: Float
    package var yMeters: Float
    package var headingRadians: Float
    /// xx, xy, xθ, yy, yθ, θθ in m², m·rad, rad².
    package var covariance: [Float]

    package static let covarianceCount = 6

    package init(xMeters: Float, yMeters: Float, headingRadians: Float, covariance: [Float]) {
        precondition(covariance.count == Self.covarianceCount, "\(covariance.count) covariance entries, not six")
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.headingRadians = headingRadians
        self.covariance = covariance
    }

    func write(to writer: inout ByteWriter) {
        writer.f32(xMeters)
        writer.f32(yMeters)
        writer.f32(headingRadians)
        for value in covariance { writer.f32(value) }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        xMeters = try reader.f32(.position)
        yMeters = try reader.f32(.position)
        headingRadians = try reader.f32(.position)
        covariance = []
        covariance.reserveCapacity(Self.covarianceCount)
        for _ in 0..<Self.covarianceCount { covariance.append(try reader.f32(.position)) }
        guard covariance[0] >= 0, covariance[3] >= 0, covariance[5] >= 0 else { throw .invalid(.position) }
    }
}
