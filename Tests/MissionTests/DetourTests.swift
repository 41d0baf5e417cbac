import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// How a robot that does not get on tries it sideways.
@Suite struct DetourTests {
    private static let reading = Duration.milliseconds(200)
    private let goal = FieldPoint(xMeters: 30, yMeters: 0)

    /// Stands before something for so long; how long each of its tries lasted, seconds, and to which side.
    private func tries(
        in seconds: Double, goal: FieldPoint?, leftMeters: (Double) -> Double, isFree: Bool = false,
        isHeld: Bool = false
    ) -> [(seconds: Double, isLeft: Bool)] {
        var detour = Detour()
        var found: [(seconds: Double, isLeft: Bool)] = []
        var isUnderWay = false
        for reading in 0..<Int(seconds * 5) {
            let aside = detour.aside(
                FieldPoint(xMeters: 1, yMeters: 0), here: .zero, goal: goal,
                leftMeters: goal == nil ? nil : leftMeters(Double(reading) / 5),
                driven: isHeld ? .zero : Self.reading, isFree: isFree)
            if let aside {
                if !isUnderWay { found.append((0, aside.yMeters > 0)) }
                found[found.count - 1].seconds += 0.2
            }
            isUnderWay = aside != nil
        }
        return found.map { (($0.seconds * 10).rounded() / 10, $0.isLeft) }
    }

    @Test func `far from the goal each try lasts twice as long as the one before, to either side in turn`() {
        let tries = tries(in: 70, goal: goal, leftMeters: { _ in 30 })
        #expect(tries.map(\.seconds) == [2, 4, 8, 16, 16])
        #expect(tries.map(\.isLeft) == [false, true, false, true, false])
    }

    @Test func `near the goal, or without one, every try is short`() {
        for tries in [
            tries(in: 40, goal: goal, leftMeters: { _ in 8 }), tries(in: 40, goal: nil, leftMeters: { _ in 0 }),
        ] {
            #expect(tries.count >= 5)
            #expect(tries.allSatisfy { $0.seconds == 2 })
        }
    }

    @Test func `a try that brought it nearer than ever starts the doubling anew`() {
        let tries = tries(in: 40, goal: goal, leftMeters: { $0 < 16 ? 30 : 25 })
        #expect(tries.map(\.seconds) == [2, 4, 2, 4, 8])
    }

    @Test func `a try ends after two seconds where the straight way is free`() {
        let tries = tries(in: 40, goal: goal, leftMeters: { _ in 30 }, isFree: true)
        #expect(tries.allSatisfy { $0.seconds <= 2.2 })
    }

    @Test func `a robot that is held does not lose its patience`() {
        #expect(tries(in: 60, goal: goal, leftMeters: { _ in 30 }, isHeld: true).isEmpty)
    }
}
