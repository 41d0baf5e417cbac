import Testing

@testable import SkeinWorld

/// What a sweep's mean NEES is held against.
@Suite struct NeesBoundsTests {
    @Test func `bounds come from the spread of the runs, by Student's table`() throws {
        // Standard deviation 1; t of four degrees is 2.776, of nineteen 2.093.
        let five = [2.0, 2, 3, 4, 4]
        let bounds = try #require(LocalisationFigures.neesBounds(runs: five))
        #expect(abs(bounds.high - 3 - 2.776 / Double(5).squareRoot()) < 0.01)
        #expect(abs(bounds.low + bounds.high - 6) < 1e-12)
        let twenty = (0..<20).map { $0 % 2 == 0 ? 2.0 : 4 }
        let narrow = try #require(LocalisationFigures.neesBounds(runs: twenty))
        let deviation = (20.0 / 19).squareRoot()
        #expect(abs(narrow.high - 3 - 2.093 * deviation / Double(20).squareRoot()) < 0.005)
    }

    @Test func `runs that agree on something else are not within`() throws {
        let bounds = try #require(LocalisationFigures.neesBounds(runs: [1.9, 2, 2.1, 2, 2]))
        #expect(bounds.low > 2.5)
    }

    @Test func `of a few runs nobody knows the spread`() {
        #expect(LocalisationFigures.neesBounds(runs: [3, 3.1, 2.9, 3]) == nil)
    }
}
