import SkeinFiles
import SkeinWorld

/// Who has touched whom, in reports.
enum ContactReport {
    static func value(_ figures: ContactFigures) -> JSONValue {
        [
            "robots": .integer(figures.robotContacts), "obstacles": .integer(figures.obstacleContacts),
            "walls": .integer(figures.wallContacts), "fences": .integer(figures.fenceCrossings),
            "gap_min_m": .optional(figures.gapMetersMin),
        ]
    }

    /// Null where nothing was solid in any run.
    static func sweepValue(_ runs: [SweepFigures.Run]) -> JSONValue { sum(runs).map(value) ?? .null }

    /// Of all runs together: the smallest gap of any, and all contacts; nil where nothing was solid in any run.
    static func sum(_ runs: [SweepFigures.Run]) -> ContactFigures? {
        let all = runs.compactMap(\.result.contacts)
        guard !all.isEmpty else { return nil }
        var sum = ContactFigures()
        for figures in all {
            sum.robotContacts += figures.robotContacts
            sum.obstacleContacts += figures.obstacleContacts
            sum.wallContacts += figures.wallContacts
            sum.fenceCrossings += figures.fenceCrossings
        }
        sum.gapMetersMin = all.compactMap(\.gapMetersMin).min()
        return sum
    }

    /// The same for people; nil where there is nothing to tell.
    static func sweep(_ runs: [SweepFigures.Run]) -> String? {
        guard let sum = sum(runs) else { return nil }
        var table = TextTable(["bodies", "all runs"])
        table.add("runs with a contact or a crossing", "\(runs.count { ($0.result.contacts?.total ?? 0) > 0 })")
        add(sum, to: &table)
        return table.text
    }

    static func add(_ figures: ContactFigures, to table: inout TextTable) {
        table.add("touched robots, obstacles", "\(figures.robotContacts), \(figures.obstacleContacts)")
        table.add("touched walls, crossed fences", "\(figures.wallContacts), \(figures.fenceCrossings)")
        table.add("smallest gap of two", figures.gapMetersMin.text(2, "m"))
    }
}
