import SkeinWire

/// The virtual source's smell, as one robot met it in one place.
package struct PsoSample: Hashable, Sendable {
    package var xMeters: Float
    package var yMeters: Float
    /// The normalised reciprocal distance, 1 / max(d, 1 m), times the nose's noise.
    package var concentration: Float

    package init(xMeters: Float, yMeters: Float, concentration: Float) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.concentration = concentration
    }

    /// 1 is at most a metre away; more is noise. Less than 10 µm⁻¹ is nothing at all.
    package static let concentrationMax: Float = 100
    package static let concentrationMin: Float = 1e-5

    /// Whether a beacon's sample may enter the search.
    package var isSane: Bool {
        abs(xMeters) <= Float(PsoBox.coordinateMetersMax) && abs(yMeters) <= Float(PsoBox.coordinateMetersMax)
            && concentration >= Self.concentrationMin && concentration <= Self.concentrationMax
    }
}

/// Where the source may be: the arena.
package struct PsoBox: Hashable, Sendable {
    package var low: FieldPoint
    package var high: FieldPoint

    package init(low: FieldPoint, high: FieldPoint) {
        self.low = low
        self.high = high
    }

    /// Single precision still tells a centimetre there.
    package static let coordinateMetersMax = 1e5
    package static let sideMetersMin = 0.1

    var isSane: Bool {
        let largest = max(abs(low.xMeters), abs(low.yMeters), abs(high.xMeters), abs(high.yMeters))
        return largest <= Self.coordinateMetersMax
            && high.xMeters - low.xMeters >= Self.sideMetersMin && high.yMeters - low.yMeters >= Self.sideMetersMin
    }

    func contains(_ point: FieldPoint) -> Bool {
        point.xMeters >= low.xMeters && point.xMeters <= high.xMeters
            && point.yMeters >= low.yMeters && point.yMeters <= high.yMeters
    }

    func clamped(_ point: FieldPoint) -> FieldPoint {
        FieldPoint(
            xMeters: min(max(point.xMeters, low.xMeters), high.xMeters),
            yMeters: min(max(point.yMeters, low.yMeters), high.yMeters))
    }

    /// The point at these fractions of the sides.
    func point(_ x: Double, _ y: Double) -> FieldPoint {
        clamped(
            FieldPoint(
                xMeters: low.xMeters + x * (high.xMeters - low.xMeters),
                yMeters: low.yMeters + y * (high.yMeters - low.yMeters)))
    }

    var diagonalMeters: Double { (high - low).lengthMeters }
}

/// The search of one step for the virtual source (mesh-cloud §7): a particle swarm on two islands that never meet. The
/// islands belong to the algorithm, not to its division, so computing them apart changes nothing at all.
package struct PsoSearch: Hashable, Sendable {
    package var seed: UInt64
    package var box: PsoBox
    /// The best place known so far; one particle of each island starts there.
    package var guess: FieldPoint?
    /// The latest that fit; what was smelled by neighbours and by the robot itself.
    package private(set) var samples: [PsoSample]

    package static let islandCount = 2
    package static let samplesMax = 40

    /// Samples and a guess that cannot be used are left out.
    package init(seed: UInt64, box: PsoBox, guess: FieldPoint? = nil, samples: [PsoSample]) {
        precondition(box.isSane, "no box to search: \(box)")
        self.seed = seed
        self.box = box
        self.guess = guess.flatMap { $0.isFinite ? box.clamped($0) : nil }
        self.samples = Array(samples.filter(\.isSane).prefix(Self.samplesMax))
    }

    package func islands() -> [PsoIsland] {
        (0..<Self.islandCount).map { PsoIsland(search: self, number: UInt8($0)) }
    }

    /// The best of the islands that came; of equals the first. Nil if none came, or if there was nothing to smell.
    package func merge(_ bests: [PsoBest?]) -> PsoBest? {
        precondition(bests.count == Self.islandCount, "\(bests.count) islands of \(Self.islandCount)")
        var best: PsoBest?
        for case let candidate? in bests where candidate.sampleCount > 0 {
            if let leader = best, leader.misfitPerSample <= candidate.misfitPerSample { continue }
            best = candidate
        }
        return best
    }

    /// Both islands here and now.
    package func undivided() -> PsoBest? { merge(islands().map { $0.run() }) }
}

extension ByteReader {
    mutating func box() throws(WireError) -> PsoBox {
        PsoBox(low: try point(), high: try point())
    }

    mutating func sample() throws(WireError) -> PsoSample {
        PsoSample(
            xMeters: try f32(.position), yMeters: try f32(.position), concentration: try f32(.payload))
    }
}

extension ByteWriter {
    mutating func box(_ box: PsoBox) {
        point(box.low)
        point(box.high)
    }

    mutating func sample(_ sample: PsoSample) {
        f32(sample.xMeters)
        f32(sample.yMeters)
        f32(sample.concentration)
    }
}
