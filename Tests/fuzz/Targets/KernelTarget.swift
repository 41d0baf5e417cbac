import SkeinTasks
import SkeinWire

/// What helpers are sent and what they answer: any bytes as a kernel's input, and any bytes as the answer to a sound
/// question. A kernel's own answer is one, and agrees with itself; what is taken merges into finite numbers.
///
///     what u8 | kernel's input; or chunk of input, then the answer; or part u8 and the answer to a fixed task's part
enum KernelTarget: FuzzTarget {
    static let name = "kernels"

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let what = input.u8()
        let kernel = what & 1 == 0 ? Kernel.ekf : .pso
        switch what % 6 {
        case 0, 1: compute(kernel, input.all())
        case 2, 3:
            let asked = input.chunk()
            let one = input.chunk()
            let other = input.all()
            must(
                kernel.agree(one, other, answering: asked) == kernel.agree(other, one, answering: asked),
                "agreement is one-sided")
        default: answer(part: input.below(NavigationTask.partCount), input.all())
        }
    }

    private static func compute(_ kernel: Kernel, _ bytes: [UInt8]) {
        guard let result = try? kernel.run(input: bytes) else { return }
        must(result.count <= Kernel.resultBytesMax, "a result of \(result.count) bytes")
        must((try? kernel.run(input: bytes)) == result, "the same input gives another result")
        guard kernel.agree(result, result, answering: bytes) else { return }
        var spoiled = result
        spoiled[spoiled.count / 2] ^= 0x40
        _ = kernel.agree(result, spoiled, answering: bytes)
    }

    private static func answer(part: Int, _ bytes: [UInt8]) {
        guard task.validate(part: part, result: bytes) else { return }
        var results = own
        results[part] = bytes
        guard let outcome = try? task.merge(results) else { return }
        must(outcome.localisation.own.isFinite, "a merged place that is none")
        for neighbour in outcome.localisation.neighbours {
            must(neighbour.estimate.isFinite, "a merged neighbour that is nowhere")
        }
    }

    private static let task: NavigationTask = {
        let sure = PoseEstimate(
            pose: Pose(xMeters: 10, yMeters: 20, headingRadians: 0.3),
            covariance: Symmetric3(xx: 0.5, xy: 0.01, xh: 0, yy: 0.4, yh: 0.02, hh: 0.05))
        let motion = Motion(
            speedMetersPerSecond: 1, turnRadiansPerSecond: 0.1, durationSeconds: 0.5, speedVariance: 0.01,
            turnVariance: 0.001)
        let rays = (0..<9).map { number -> EkfRay in
            let place = Pose(
                xMeters: 15 + Double(number), yMeters: 21 + Double(number % 3), headingRadians: Double(number))
            return EkfRay(
                node: NodeID(UInt16(number)), estimate: PoseEstimate(pose: place, covariance: sure.covariance),
                motion: motion,
                detection: EkfDetection(bearingRadians: 0.1 * Double(number) - 0.4, pixelHeight: 40))
        }
        let step = EkfStep(
            own: sure, motion: motion,
            camera: EkfCamera(focalPixels: 600, bodyMeters: 0.5, pixelSigma: 1, bearingSigmaRadians: 0.02), rays: rays,
            compassRadians: 0.2, dgps: nil)
        let samples = (0..<12).map { number in
            PsoSample(xMeters: Float(number) * 7, yMeters: Float(number % 4) * 9, concentration: 0.02)
        }
        let box = PsoBox(low: FieldPoint(xMeters: 0, yMeters: 0), high: FieldPoint(xMeters: 100, yMeters: 100))
        return NavigationTask(localisation: step, search: PsoSearch(seed: 6, box: box, samples: samples))
    }()

    private static let own: [[UInt8]?] = task.split().map { try? $0.kernel.run(input: $0.input) }

    static var seeds: [Seed] {
        let parts = task.split()
        return parts.enumerated().flatMap { number, part -> [Seed] in
            let what: UInt8 = part.kernel == .ekf ? 0 : 1
            let result = own[number] ?? []
            var pair = ByteWriter()
            pair.u8(2 + what)
            pair.chunk(part.input)
            pair.chunk(result)
            pair.raw(result)
            return [
                Seed(name: "input-\(number)", bytes: [what] + part.input),
                Seed(name: "answer-\(number)", bytes: [4, UInt8(number)] + result),
                Seed(name: "pair-\(number)", bytes: pair.bytes),
            ].filter { number % 2 == 1 || !$0.name.hasPrefix("pair") }
        }
    }
}
