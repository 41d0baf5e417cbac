import SkeinWire
import Testing

@testable import SkeinTasks

/// The task as the ledger sees it: parts out, results in.
@Suite struct NavigationTaskTests {
    static func task(seed: UInt64, rays: Int = 14) -> NavigationTask {
        var dice = Dice(seed: seed)
        let middle = FieldPoint(xMeters: 50, yMeters: 50)
        let samples = dice.samples(
            9, source: FieldPoint(xMeters: 20, yMeters: 70), around: middle, reach: 20, noise: 0.05)
        return NavigationTask(
            localisation: dice.step(rays: rays), search: PsoSearch(seed: seed, box: arena, samples: samples))
    }

    static func results(_ task: NavigationTask) throws -> [[UInt8]] {
        try task.split().map { try $0.kernel.run(input: $0.input) }
    }

    @Test func `a task is four parts of localisation and two of search, whatever is seen`() throws {
        for rays in [0, 1, 3, 5, 24] {
            let parts = Self.task(seed: 1, rays: rays).split()
            #expect(parts.map(\.kernel) == [.ekf, .ekf, .ekf, .ekf, .pso, .pso])
            #expect(parts.allSatisfy { $0.version == Kernel.version && $0.input.count <= Kernel.inputBytesMax })
        }
    }

    @Test func `the same task asks the same bytes and gets the same bytes`() throws {
        #expect(Self.task(seed: 2).split() == Self.task(seed: 2).split())
        #expect(try Self.results(Self.task(seed: 2)) == Self.results(Self.task(seed: 2)))
    }

    @Test func `merged parts are the undivided task`() throws {
        for seed in 3..<7 as Range<UInt64> {
            let task = Self.task(seed: seed)
            let merged = try task.merge(try Self.results(task))
            let whole = try task.undivided()
            #expect(EkfDivisionTests.difference(merged.localisation, whole.localisation) < EkfDivisionTests.tolerance)
            #expect(merged.source == whole.source)
            #expect(merged.partsMissing == 0)
        }
    }

    @Test func `any part may be missing, and it is said how many are`() throws {
        let task = Self.task(seed: 8)
        let results = try Self.results(task)
        for mask in 0..<1 << NavigationTask.partCount {
            let some = results.enumerated().map { mask & 1 << $0.offset == 0 ? nil : $0.element }
            let outcome = try task.merge(some)
            #expect(outcome.partsMissing == NavigationTask.partCount - mask.nonzeroBitCount)
            #expect(outcome.localisation.own.isFinite)
            #expect((outcome.source == nil) == (mask >> NavigationTask.ekfPartCount == 0))
        }
    }

    @Test func `a right result is valid for its own part and no other`() throws {
        let task = Self.task(seed: 9)
        let results = try Self.results(task)
        for part in results.indices {
            for asked in results.indices {
                #expect(task.validate(part: asked, result: results[part]) == (part == asked))
            }
        }
        #expect(!task.validate(part: 6, result: results[0]))
        #expect(!task.validate(part: -1, result: results[0]))
    }

    @Test func `a result cut short, made longer, or with a number that is none, is refused by name`() throws {
        let task = Self.task(seed: 10)
        let results = try Self.results(task)
        for (part, result) in results.enumerated() {
            for length in 0..<result.count { #expect(!task.validate(part: part, result: Array(result[..<length]))) }
            #expect(!task.validate(part: part, result: result + [0]))
            var wrong = result
            for index in wrong.count - 8..<wrong.count { wrong[index] = 0xFF }
            #expect(!task.validate(part: part, result: wrong))
            var given: [[UInt8]?] = results
            given[part] = wrong
            #expect(throws: KernelError.badResult(part: part)) { try task.merge(given) }
        }
    }

    @Test func `no bytes from a helper trap the requester`() throws {
        let task = Self.task(seed: 11)
        let results = try Self.results(task)
        var dice = Dice(seed: 51)
        for _ in 0..<1500 {
            let part = Int(dice.next() % UInt64(NavigationTask.partCount))
            var wrong = results[part]
            for _ in 0..<Int(1 + dice.next() % 4) {
                wrong[Int(dice.next() % UInt64(wrong.count))] = UInt8(truncatingIfNeeded: dice.next())
            }
            var given: [[UInt8]?] = results
            given[part] = wrong
            let isValid = task.validate(part: part, result: wrong)
            do throws(KernelError) {
                let outcome = try task.merge(given)
                #expect(isValid && outcome.localisation.own.isFinite)
            } catch {
                #expect(!isValid || error == .diverged)
            }
        }
    }
}
