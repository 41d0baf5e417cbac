import SkeinWire

/// One part of the search: one island's whole life.
///
///     | seed u64 | island u8 | box: low x y, high x y 4×f64 | guess u8: 0 or 1 | if 1: x y 2×f64 |
///     | count u8 | count × (x f32, y f32, concentration f32) |
///
/// 59 bytes with a guess and 12 for each sample: 539 with forty.
package struct PsoIsland: Hashable, Sendable {
    var search: PsoSearch
    var number: UInt8

    /// With twenty iterations of twenty-four particles both islands find a source in a 100 m arena to the sampling noise;
    /// TasksTests measures it.
    package static let particleCount = 24
    package static let iterationCount = 20
    /// Of the box's diagonal, per iteration: a particle crosses the arena in a few, and does not leap over the source.
    static let speedShare = 0.15

    private struct Particle {
        var position: FieldPoint
        var velocity: FieldPoint
        var best: FieldPoint
        var bestMisfit: Double
    }

    package func run() -> PsoBest {
        let misfit = PsoMisfit(search.samples)
        let stream = PsoStream(seed: search.seed, island: number)
        let rule = SwarmRule(speedMax: Self.speedShare * search.box.diagonalMeters)
        var particles = start(stream: stream, speedMax: rule.speedMax)
        var best = particles[0].position
        var bestMisfit = Double.infinity
        for index in particles.indices {
            particles[index].bestMisfit = misfit.perSample(at: particles[index].position)
            if particles[index].bestMisfit < bestMisfit {
                bestMisfit = particles[index].bestMisfit
                best = particles[index].position
            }
        }
        for iteration in 1...Self.iterationCount {
            for index in particles.indices {
                var particle = particles[index]
                let (u1, u2) = stream.pair(iteration: iteration, particle: index)
                particle.velocity = rule.velocity(
                    after: particle.velocity, at: particle.position, ownBest: particle.best, swarmBest: best, u1: u1,
                    u2: u2)
                let moved = particle.position + particle.velocity
                particle.position = search.box.clamped(moved)
                // A particle that hits the fence does not keep running against it.
                if particle.position.xMeters != moved.xMeters { particle.velocity.xMeters = 0 }
                if particle.position.yMeters != moved.yMeters { particle.velocity.yMeters = 0 }
                let here = misfit.perSample(at: particle.position)
                if here < particle.bestMisfit {
                    particle.bestMisfit = here
                    particle.best = particle.position
                }
                if here < bestMisfit {
                    bestMisfit = here
                    best = particle.position
                }
                particles[index] = particle
            }
        }
        return PsoBest(
            island: number, sampleCount: search.samples.count, position: best, misfitPerSample: bestMisfit)
    }

    /// Evenly over the box, a little disturbed: cells of a grid of six by four, so that no corner is forgotten. Islands
    /// differ by the disturbance.
    private func start(stream: PsoStream, speedMax: Double) -> [Particle] {
        let columns = 6
        let rows = (Self.particleCount + columns - 1) / columns
        return (0..<Self.particleCount).map { index in
            let (u1, u2) = stream.pair(iteration: 0, particle: 2 * index)
            let (u3, u4) = stream.pair(iteration: 0, particle: 2 * index + 1)
            var position = search.box.point(
                (Double(index % columns) + u1) / Double(columns), (Double(index / columns) + u2) / Double(rows))
            if index == 0, let guess = search.guess { position = guess }
            let velocity = (speedMax / 2) * FieldPoint(xMeters: 2 * u3 - 1, yMeters: 2 * u4 - 1)
            return Particle(position: position, velocity: velocity, best: position, bestMisfit: .infinity)
        }
    }

    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 59 + 12 * search.samples.count)
        writer.u64(search.seed)
        writer.u8(number)
        writer.box(search.box)
        writer.u8(search.guess == nil ? 0 : 1)
        if let guess = search.guess { writer.point(guess) }
        writer.count(search.samples.count, limit: PsoSearch.samplesMax)
        for sample in search.samples { writer.sample(sample) }
        return writer.bytes
    }
}

extension PsoIsland {
    package init(reading bytes: [UInt8]) throws(KernelError) {
        let fields: Fields
        do throws(WireError) {
            fields = try Fields(bytes)
        } catch {
            throw .malformed(error)
        }
        guard fields.box.isSane else { throw .outOfRange(.box) }
        guard Int(fields.island) < PsoSearch.islandCount else { throw .outOfRange(.island) }
        guard fields.guess.map(fields.box.contains) ?? true else { throw .outOfRange(.box) }
        guard fields.samples.allSatisfy(\.isSane) else { throw .outOfRange(.sample) }
        search = PsoSearch(seed: fields.seed, box: fields.box, guess: fields.guess, samples: fields.samples)
        number = fields.island
    }

    /// The layout, not yet believed.
    private struct Fields {
        var seed: UInt64
        var island: UInt8
        var box: PsoBox
        var guess: FieldPoint?
        var samples: [PsoSample] = []

        init(_ bytes: [UInt8]) throws(WireError) {
            var reader = ByteReader(bytes)
            seed = try reader.u64()
            island = try reader.u8()
            box = try reader.box()
            let hasGuess = try reader.u8()
            guard hasGuess <= 1 else { throw .invalid(.payload) }
            if hasGuess == 1 { guess = try reader.point() }
            let count = try reader.count(.entries, limit: PsoSearch.samplesMax)
            samples.reserveCapacity(count)
            for _ in 0..<count { samples.append(try reader.sample()) }
            try reader.finish()
        }
    }
}
