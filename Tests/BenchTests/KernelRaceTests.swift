import SkeinTasks
import Testing

@testable import SkeinBench

@Suite struct KernelRaceTests {
    @Test func `a case is as many numbers as the rivals read, and Skein's result as many as they write`() throws {
        let cases = KernelCases(count: 3, seed: 1)
        #expect(cases.stepNumbers.count == 3 * (19 + 24 * 17))
        #expect(cases.searchNumbers.count == 3 * (8 + 40 * 3))
        let result = KernelCases.numbers(KernelCases.localised(cases.steps[0]))
        #expect(result.count == 9 + 24 * 10)
        #expect(KernelCases.numbers(cases.searches[0].islands().map { $0.run() }).count == 6)
        let used = stride(from: 9, to: result.count, by: 10).count { result[$0] == 1 }
        #expect(used >= 20, "of 24 honest detections")
    }

    @Test func `what is raced is the undivided update, to 1e-9`() throws {
        for step in KernelCases(count: 20, seed: 2).steps {
            let dense = try EkfUndivided.update(EkfStar(step))
            let difference = KernelRace.difference(
                .ekf, KernelCases.numbers(dense), KernelCases.numbers(KernelCases.localised(step)))
            #expect(difference <= KernelFigures.differenceMax, "\(difference)")
        }
    }

    @Test func `another count of numbers is another result`() {
        #expect(KernelRace.difference(.ekf, [1], [1, 2]) == .infinity)
        #expect(KernelRace.difference(.pso, [], []) == .infinity)
        #expect(KernelRace.difference(.pso, [0, 0, 0.5], [9, 9, 0.25]) == 0.25)
    }
}
