import ArgumentParser
import SkeinFiles

/// Figures of a result.
struct SimPlot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw a result's figures as SVG.",
        discussion: """
            Takes what `sim run`, `sim network` or `sim sweep` wrote with --json and needs gnuplot. Of a run or a \
            network: hierarchy.svg (the subgroups on the field), hops.svg, contributed.svg (idle processors lent \
            against available, by subgroup); of a run also trajectories.svg; of a sweep failures.svg and \
            completion.svg (how the missions are distributed). Prints the name of each file it has drawn.

            Exit codes: 0 all drawn; 1 gnuplot is missing or failed; 2 usage or file error.

            Example:
              skein sim run sim/scenarios/mesh-cloud-100.toml --json r.json; skein sim plot r.json --out figures
            """)

    @Argument(help: ArgumentHelp("A result of sim run, sweep or network.", valueName: "result"))
    var result: String

    @Option(help: ArgumentHelp("The directory for the figures; made if it is not there.", valueName: "dir"))
    var out: String

    func run() throws {
        let root = try JSONCursor.read(result)
        let plots = try plots(root)
        guard let gnuplot = Gnuplot() else {
            Console.say("gnuplot is not on the PATH (Debian: apt-get install gnuplot-nox)")
            throw Exit.failed
        }
        try OutputFile.makeDirectory(out)
        for plot in plots {
            let file = "\(out)/\(plot.name).svg"
            guard try gnuplot.draw(plot, to: file) else {
                Console.say("gnuplot failed at \(file)")
                throw Exit.failed
            }
            Console.print(file)
        }
    }

    private func plots(_ root: JSONCursor) throws(FileError) -> [Plot] {
        let kind = try root.needed("kind")
        switch try kind.string() {
        case "run":
            let field = try FieldPlots(root)
            return [field.hierarchy, field.hops, field.contributed, try field.trajectories(root)]
        case "network":
            let field = try FieldPlots(root)
            return [field.hierarchy, field.hops, field.contributed]
        case "sweep": return try SweepPlots.all(root)
        default: throw kind.expected("\"run\", \"network\" or \"sweep\"")
        }
    }
}
