import SkeinFiles
import SkeinSeal
import SkeinWorld

/// What adversaries tried in a simulated field and what came of it, for people and for programs.
enum AdversaryReport {
    /// Rows of a run's report: always what must be zero, the others where there is something to say.
    static func add(_ figures: AdversaryFigures, to table: inout TextTable) {
        table.add("forged or replayed, accepted", "\(figures.acceptedTotal) of \(figures.triesTotal) tries")
        for (tries, accepted) in zip(figures.tries, figures.accepted) where tries.count + accepted.count > 0 {
            table.add("  \(tries.name)", "\(accepted.count) of \(tries.count)")
        }
        for kind in figures.acceptedKinds { table.add("  ACCEPTED \(kind.name)", "\(kind.count)") }
        if figures.carried > 0 {
            let age = figures.carriedSecondsMax.rounded(to: 1)
            table.add("  carried as they were", "\(figures.carried), at most \(age) s old")
        }
        table.add("poisoned results accepted", "\(figures.poisonedAccepted) of \(figures.poisonedSent)")
        if !figures.liars.isEmpty { table.add("robots that lied", robots(figures.liars)) }
        for demotion in figures.demotions {
            let times = "\(demotion.firstSeconds.text(3)) … \(demotion.lastSeconds.text(3, "s")) after its first proof"
            table.add(
                demotion.isLiar ? "demoted r\(demotion.robot)" : "HONEST, DEMOTED r\(demotion.robot)",
                (demotion.isLiar ? "\(times), " : "") + "by \(demotion.knownTo) of \(demotion.of)")
        }
        if !figures.liarsShunned.isEmpty { table.add("liars shunned by somebody", robots(figures.liarsShunned)) }
        if !figures.honestShunned.isEmpty { table.add("HONEST, SHUNNED by somebody", robots(figures.honestShunned)) }
    }

    private static func robots(_ numbers: [Int]) -> String { numbers.map { "r\($0)" }.joined(separator: " ") }

    static func value(_ figures: AdversaryFigures) -> JSONValue {
        [
            "tries": .integer(figures.triesTotal), "tries_by_trick": counts(figures.tries),
            "accepted": .integer(figures.acceptedTotal), "accepted_by_trick": counts(figures.accepted),
            "accepted_by_kind": counts(figures.acceptedKinds),
            "accepted_first": .array(figures.acceptedFirst.map(accepted)),
            "taken": .integer(figures.taken), "carried": .integer(figures.carried),
            "carried_max_s": .number(figures.carriedSecondsMax), "drops": drops(figures.drops),
            "liars": .integers(figures.liars), "lied_at_s": .optional(figures.liedAtSeconds),
            "poisoned_sent": .integer(figures.poisonedSent), "poisoned_refused": .integer(figures.poisonedRefused),
            "poisoned_accepted": .integer(figures.poisonedAccepted),
            "demotions": .array(figures.demotions.map(demotion)),
            "honest_demoted": .integers(figures.honestDemoted),
            "liars_shunned": .integers(figures.liarsShunned), "honest_shunned": .integers(figures.honestShunned),
        ]
    }

    private static func accepted(_ one: AdversaryFigures.Accepted) -> JSONValue {
        [
            "kind": .string(SharedJSON.snakeCase(one.kind)), "sender": .integer(one.sender),
            "receiver": .integer(one.receiver), "at_s": .number(one.atSeconds), "age_s": .optional(one.ageSeconds),
        ]
    }

    private static func demotion(_ demotion: AdversaryFigures.Demotion) -> JSONValue {
        [
            "robot": .integer(demotion.robot), "liar": .bool(demotion.isLiar),
            "first_s": .optional(demotion.firstSeconds), "last_s": .optional(demotion.lastSeconds),
            "known_to": .integer(demotion.knownTo), "of": .integer(demotion.of),
        ]
    }

    private static func counts(_ counts: [AdversaryFigures.Count]) -> JSONValue {
        .object(counts.map { .init(SharedJSON.snakeCase($0.name), .integer($0.count)) })
    }

    private static func drops(_ drops: DropCounters) -> JSONValue {
        .object(DropReason.allCases.map { .init(SharedJSON.snakeCase("\($0)"), .integer(drops[$0])) })
    }

    // MARK: Many runs

    /// Nil: nobody wanted any swarm to fail.
    static func sweep(_ runs: [SweepFigures.Run]) -> String? {
        let all = runs.map(\.result.adversary)
        guard all.contains(where: { !$0.liars.isEmpty || $0.triesTotal > 0 }) else { return nil }
        func sum(_ figure: (AdversaryFigures) -> Int) -> Int { all.reduce(0) { $0 + figure($1) } }
        var table = TextTable(["adversaries", "", ""])
        table.add("forged or replayed, accepted", "\(sum(\.acceptedTotal))", "of \(sum(\.triesTotal)) tries")
        table.add("poisoned results accepted", "\(sum(\.poisonedAccepted))", "of \(sum(\.poisonedSent))")
        let demotions = all.flatMap(\.demotions)
        let liars = demotions.filter(\.isLiar)
        let slowest = liars.compactMap(\.lastSeconds).max()
        let rebels = all.count { $0.demotions.contains { $0.isLiar && $0.knownTo == $0.of } }
        table.add("runs with a liar demoted by all", "\(rebels)", "the slowest after \(slowest.text(3, "s"))")
        table.add("honest robots demoted, shunned", "\(sum(\.honestDemoted.count))", "\(sum(\.honestShunned.count))")
        return table.text
    }

    static func sweepValue(_ runs: [SweepFigures.Run]) -> JSONValue {
        let all = runs.map(\.result.adversary)
        func sum(_ figure: (AdversaryFigures) -> Int) -> JSONValue { .integer(all.reduce(0) { $0 + figure($1) }) }
        let liars = all.flatMap(\.demotions).filter(\.isLiar)
        return [
            "tries": sum(\.triesTotal), "accepted": sum(\.acceptedTotal), "poisoned_sent": sum(\.poisonedSent),
            "poisoned_accepted": sum(\.poisonedAccepted), "honest_demoted": sum(\.honestDemoted.count),
            "honest_shunned": sum(\.honestShunned.count),
            "demoted_by_all": .integer(all.count { $0.demotions.contains { $0.isLiar && $0.knownTo == $0.of } }),
            "demoted_last_max_s": .optional(liars.compactMap(\.lastSeconds).max()),
        ]
    }
}
