import SkeinFiles
import SkeinWorld

/// Who kept a mission from its end.
enum StragglerReport {
    /// More would fill the screen.
    private static let namedMax = 5

    static func add(_ stragglers: [Straggler], to table: inout TextTable) {
        for straggler in stragglers.prefix(namedMax) {
            let reason = straggler.wasCutOff ? ", put down out of radio reach of the others" : ""
            table.add(
                "  robot \(straggler.robot)",
                "\(straggler.outsideMeters.rounded(to: 2)) m outside its target's circle\(reason)")
        }
        if stragglers.count > namedMax { table.add("  and others", "\(stragglers.count - namedMax)") }
    }

    static func value(_ stragglers: [Straggler]) -> JSONValue {
        .array(
            stragglers.map { straggler in
                [
                    "robot": .integer(straggler.robot),
                    "outside_m": .number(straggler.outsideMeters),
                    "was_cut_off": .bool(straggler.wasCutOff),
                ]
            })
    }
}
