import ArgumentParser
import SkeinBench
import SkeinFiles

/// Plays the load test on one or more systems at one or more losses, one after the other, and reports.
enum BenchLoad {
    enum System: String {
        case skein
        case lcm = "LCM"
    }

    struct Row {
        var system: System
        var loss: Double
        var figures: LoadFigures
    }

    static func play(_ options: BenchLoadOptions, _ json: JSONOption, with systems: [System]) throws {
        try json.check()
        let plan = LoadPlan.standard(members: options.members, seconds: options.seconds)
        var rows: [Row] = []
        do throws(BenchError) {
            let programs = try systems.map { (system) throws(BenchError) in try program(system, options) }
            try ChannelRun.prepare()
            Interruption.note()
            for loss in options.loss {
                for (system, words) in zip(systems, programs) {
                    let channel = LoadChannel(members: plan.members, bitsPerSecond: options.rate, loss: loss)
                    let run = ChannelRun(channel: channel, span: plan.end) { words + plan.words(of: $0) }
                    let figures = try run.run(
                        isOver: { Interruption.isNoted },
                        show: { Console.progress("\(system.rawValue), \(percent(loss)) lost: \($0)") },
                        read: { (said, folder) throws(BenchError) in
                            try LoadFigures(plan, said: said, folder: folder)
                        })
                    rows.append(Row(system: system, loss: loss, figures: figures))
                }
            }
        } catch { throw end(error) }
        Console.progress("")
        try json.deliver(report(rows, plan, options), value(rows, plan, options))
    }

    /// Says why there is no result, and what to end with.
    static func end(_ error: BenchError) -> ExitCode {
        Console.progress("")
        if case .interrupted = error { Interruption.die() }
        Console.say("\(error)")
        return error.isUsage ? Exit.usage : Exit.failed
    }

    private static func program(_ system: System, _ options: BenchLoadOptions) throws(BenchError) -> [String] {
        switch system {
        case .skein: [try Rival.own(), "bench", "member", "--rate", "\(options.rate)"]
        case .lcm: [try Rival.lcm(), "member"]
        }
    }

    // MARK: - Report

    private static func percent(_ share: Double) -> String { (share * 100).rounded(to: 1) + " %" }

    private static func report(_ rows: [Row], _ plan: LoadPlan, _ options: BenchLoadOptions) -> String {
        var table = TextTable([
            "\(plan.members) members, \((Double(options.rate) / 1e6).rounded(to: 1)) Mb/s, \(plan.seconds) s", "lost",
            "results < 1 s", "status < 1 s", "result p50 ms", "p99 ms", "task p50 ms", "p99 ms", "status p50 ms",
            "p99 ms", "cpu", "MiB",
        ])
        for row in rows {
            let figures = row.figures
            table.add(
                row.system.rawValue, percent(row.loss), share(figures.resultShare), share(figures.statusShare),
                figures.result.milliseconds(0.5).text(1), figures.result.milliseconds(0.99).text(1),
                figures.task.milliseconds(0.5).text(1), figures.task.milliseconds(0.99).text(1),
                figures.status.milliseconds(0.5).text(1), figures.status.milliseconds(0.99).text(1),
                percent(figures.processorFraction), (Double(figures.residentKilobytesMax) / 1024).rounded(to: 1))
        }
        return table.text
    }

    private static func share(_ share: Double?) -> String { share.map { $0.percent } ?? "–" }

    private static func value(_ rows: [Row], _ plan: LoadPlan, _ options: BenchLoadOptions) -> JSONValue {
        [
            "members": .integer(plan.members), "seconds": .integer(plan.seconds), "rate_bps": .integer(options.rate),
            "status_hz": .number(plan.statusHertz), "requesters": .integer(plan.requesters),
            "helpers": .integer(plan.helpers), "task_bytes": .integer(plan.taskBytes),
            "task_hz": .number(plan.taskHertz), "runs": .array(rows.map(value)),
        ]
    }

    private static func value(_ row: Row) -> JSONValue {
        let figures = row.figures
        func latency(_ latencies: LoadFigures.Latencies) -> JSONValue {
            [
                "within_1s": .integer(latencies.count), "p50_ms": .optional(latencies.milliseconds(0.5)),
                "p99_ms": .optional(latencies.milliseconds(0.99)), "max_ms": .optional(latencies.milliseconds(1)),
            ]
        }
        return [
            "system": .string(row.system.rawValue), "loss": .number(row.loss),
            "status_tx": .integer(figures.statusSent), "task_tx": .integer(figures.taskSent),
            "status_share": .optional(figures.statusShare), "task_share": .optional(figures.taskShare),
            "result_share": .optional(figures.resultShare), "status": latency(figures.status),
            "task": latency(figures.task), "result": latency(figures.result),
            "cpu_fraction": .number(figures.processorFraction),
            "hwm_kb_max": .integer(figures.residentKilobytesMax),
        ]
    }
}
