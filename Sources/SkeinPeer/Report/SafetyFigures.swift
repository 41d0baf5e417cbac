import SkeinWire

/// `SafetyReport` in figures.
package struct SafetyFigures: Hashable, Sendable {
    package static let activeMax = 16

    package var isStopped: Bool
    /// All that this robot obeys has reached its disk.
    package var isPersisted: Bool
    /// The highest number it knows of anybody; 0: none was ever issued.
    package var numberMax: UInt32
    /// The latest of the stops in force, ascending, and how many there are.
    package var active: [StopStatement.Name]
    package var activeCount: Int
    /// Nil: this robot has issued nothing that still counts.
    package var issued: SafetyReport.Issued?
    /// Of the robots that were told, this one included, so many answered what.
    package var standing: Int
    package var goingOn: Int
    package var waiting: Int
    package var unreachable: Int

    package init(_ report: SafetyReport) {
        isStopped = report.isStopped
        isPersisted = report.isPersisted
        numberMax = report.numberMax
        active = Array(report.active.suffix(Self.activeMax))
        activeCount = report.active.count
        issued = report.issued
        standing = report.robots.count { $0.answer == .stands }
        goingOn = report.robots.count { $0.answer == .goesOn }
        waiting = report.robots.count { $0.answer == .waiting }
        unreachable = report.robots.count { $0.answer == .unreachable }
    }

    package init(
        isStopped: Bool, isPersisted: Bool, numberMax: UInt32, active: [StopStatement.Name], activeCount: Int,
        issued: SafetyReport.Issued?, standing: Int, goingOn: Int, waiting: Int, unreachable: Int
    ) {
        self.isStopped = isStopped
        self.isPersisted = isPersisted
        self.numberMax = numberMax
        self.active = active
        self.activeCount = activeCount
        self.issued = issued
        self.standing = standing
        self.goingOn = goingOn
        self.waiting = waiting
        self.unreachable = unreachable
    }
}
