/// A region's hierarchy: who leads, who owns whom, who lends how much.
/// Every array but `leaders` is indexed by robot, as in `PlanGraph`.
package struct Plan: Equatable, Sendable {
    /// In order of election, the start robot first.
    package var leaders: [Int]
    /// The leader each robot belongs to; a leader belongs to itself.
    package var owner: [Int]
    /// Idle CPU each robot can lend within its share, percent of a processor.
    package var grantedPercent: [Double]
    /// Share of its owner's 5 GHz band each robot got, MHz.
    package var grantedMHz: [Double]

    package init(leaders: [Int], owner: [Int], grantedPercent: [Double], grantedMHz: [Double]) {
        self.leaders = leaders
        self.owner = owner
        self.grantedPercent = grantedPercent
        self.grantedMHz = grantedMHz
    }

    /// What the whole region contributes, percent of one processor.
    package var contributedPercent: Double {
        var sum = 0.0
        for granted in grantedPercent { sum += granted }
        return sum
    }
}
