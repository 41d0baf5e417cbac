import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPicture
import SkeinWire

/// The robot's metrics as text for Prometheus.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "The robot's metrics, as text for Prometheus.",
        discussion: """
            Text format 0.0.4; what each metric means is in docs/metrics.md. To a file it goes for node_exporter's textfile \
            collector: the name must end in .prom there, and the file is replaced in one step. With --every it goes on \
            until it is told to end; while no daemon answers, the file says skein_up 0 alone. skein-gateway serves the \
            same over HTTP.

            Exit codes: 0 ok, 1 the daemon is leaving, 2 usage or file error, 3 no daemon answers.

            Examples:
              skein metrics
              skein metrics --textfile /var/lib/prometheus/node-exporter/skein.prom --every 15
            """)

    @Option(help: ArgumentHelp("To this file instead of stdout.", valueName: "file"))
    var textfile: String?

    @Option(help: ArgumentHelp("Again each so many seconds: 1…3600.", valueName: "s"))
    var every: Int?

    @OptionGroup var socket: SocketOption

    func validate() throws {
        guard let every else { return }
        guard (1...3_600).contains(every) else { throw ValidationError("--every \(every) outside 1…3600") }
        guard textfile != nil else { throw ValidationError("--every goes with --textfile") }
    }

    func run() throws {
        let path = socket.socket ?? PeerPlaces.mine().socketPath
        guard let textfile else { return Console.print(String(try text(path).dropLast())) }
        try OutputFile.check(textfile)
        guard let every else { return try OutputFile.write(Array(try text(path).utf8), to: textfile) }
        Interruption.note()
        var due = MonotonicClock.now()
        while !Interruption.isNoted {
            let text = (try? text(path)) ?? MetricText.silence
            try OutputFile.write(Array(text.utf8), to: textfile)
            due = due + .seconds(every)
            while !Interruption.isNoted, MonotonicClock.now() < due { usleep(200_000) }
        }
    }

    private func text(_ path: String) throws -> String {
        do throws(ReportQuery.Failure) {
            let query = try ReportQuery(path: path, within: .seconds(5))
            return MetricText.text(
                MetricSource(
                    report: query.report, robotName: query.robot.name, names: query.names,
                    version: ProgramVersion.text,
                    process: query.process.map {
                        MetricSource.Process(
                            cpuSeconds: $0.cpuSeconds, residentBytes: $0.residentBytes, threads: $0.threads)
                    }, body: query.body))
        } catch {
            Console.say("\(error)")
            throw Exit.unreachable
        }
    }
}
