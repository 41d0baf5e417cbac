import SkeinWire
import Testing

@testable import SkeinTasks

/// What a helper does with bytes from the air.
@Suite struct KernelTests {
    static let inputs: [TaskPart] = {
        let parts = NavigationTaskTests.task(seed: 61, rays: 9).split()
        return [parts[0], parts[4]]
    }()

    @Test(arguments: inputs) func `an input cut short at any length is refused`(part: TaskPart) {
        for length in 0..<part.input.count {
            #expect(throws: KernelError.self) { try part.kernel.run(input: Array(part.input[..<length])) }
        }
    }

    @Test(arguments: inputs) func `bytes left over are refused`(part: TaskPart) {
        #expect(throws: KernelError.malformed(.trailing)) { try part.kernel.run(input: part.input + [0]) }
        let huge = [UInt8](repeating: 0, count: Kernel.inputBytesMax + 1)
        #expect(throws: KernelError.outOfRange(.inputBytes)) { try part.kernel.run(input: huge) }
    }

    @Test func `an absurd count is refused before anything is allocated`() {
        var group = Self.inputs[0].input
        group[0] = 255
        #expect(throws: KernelError.malformed(.tooMany(.neighbours, count: 255, limit: EkfGroup.raysMax))) {
            try Kernel.ekf.run(input: group)
        }
        var island = Self.inputs[1].input
        // seed 8, island 1, box 32, no guess 1
        island[42] = 255
        #expect(throws: KernelError.malformed(.tooMany(.entries, count: 255, limit: PsoSearch.samplesMax))) {
            try Kernel.pso.run(input: island)
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e308, -1e308, 1e-308, 0, -1])
    func `a wild number anywhere is refused or computed, and never answered with one`(wild: Double) throws {
        // After the count the EKF's input is f64 throughout, but for three bytes before each ray.
        let input = Self.inputs[0].input
        var offsets = Array(stride(from: 1, to: 113, by: 8))
        for ray in 0..<2 { offsets += stride(from: 113 + 139 * ray + 3, to: 113 + 139 * (ray + 1), by: 8) }
        for offset in offsets {
            var wrong = input
            for byte in 0..<8 { wrong[offset + byte] = UInt8(truncatingIfNeeded: wild.bitPattern >> (56 - 8 * byte)) }
            do throws(KernelError) {
                let group = try EkfGroup(reading: wrong)
                _ = try EkfContribution(reading: try Kernel.ekf.run(input: wrong), answering: group)
                #expect(wild.isFinite)
            } catch .badResult {
                Issue.record("a helper judged a result")
            } catch {
                continue
            }
        }
    }

    @Test func `no bytes trap a helper`() {
        var dice = Dice(seed: 62)
        for round in 0..<1500 {
            // The search runs long in a debug build; a few suffice, for its loops do not depend on the values.
            let part = Self.inputs[round % 50 == 0 ? 1 : 0]
            var wrong = part.input
            for _ in 0..<Int(1 + dice.next() % 6) {
                wrong[Int(dice.next() % UInt64(wrong.count))] = UInt8(truncatingIfNeeded: dice.next())
            }
            if let result = try? part.kernel.run(input: wrong) { #expect(result.count <= Kernel.resultBytesMax) }
            let noise = (0..<Int(dice.next() % 1101)).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
            #expect(throws: KernelError.self) { try part.kernel.run(input: noise) }
        }
    }

    @Test(arguments: inputs) func `an input read and written again is the same bytes`(part: TaskPart) throws {
        switch part.kernel {
        case .ekf: #expect(try EkfGroup(reading: part.input).encoded() == part.input)
        case .pso: #expect(try PsoIsland(reading: part.input).encoded() == part.input)
        }
    }

    @Test func `a search box that is none, an island there is not, a smell that is not, are refused`() {
        var dice = Dice(seed: 63)
        let middle = FieldPoint(xMeters: 50, yMeters: 50)
        let samples = dice.samples(3, source: middle, around: middle, reach: 5, noise: 0)
        let island = PsoSearch(seed: 1, box: arena, guess: middle, samples: samples).islands()[0]
        var inverted = island
        inverted.search.box.high.xMeters = -1
        #expect(throws: KernelError.outOfRange(.box)) { try Kernel.pso.run(input: inverted.encoded()) }
        var outside = island
        outside.search.guess = FieldPoint(xMeters: 101, yMeters: 0)
        #expect(throws: KernelError.outOfRange(.box)) { try Kernel.pso.run(input: outside.encoded()) }
        var third = island
        third.number = 2
        #expect(throws: KernelError.outOfRange(.island)) { try Kernel.pso.run(input: third.encoded()) }
        var silent = island.encoded()
        // The last sample's concentration: minus zero.
        silent.replaceSubrange(silent.count - 4..<silent.count, with: [0x80, 0, 0, 0])
        #expect(throws: KernelError.outOfRange(.sample)) { try Kernel.pso.run(input: silent) }
    }
}
