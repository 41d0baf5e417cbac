import ArgumentParser
import SkeinFiles
import SkeinLab
import SkeinLinux

/// Whether a simulation can be asked while it runs, and how fast it goes then.
struct ServeOptions: ParsableArguments {
    @Flag(help: "Answer tools on a local socket while the mission flies.")
    var serve = false

    @Option(
        help: ArgumentHelp(
            "With --serve: the socket (default: sim.sock beside the daemon's).", valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Mission seconds to a second; max: as fast as it goes. (default: 1 with --serve, 3 with --watch)",
            valueName: "factor|max"))
    var speed: Speed?

    @Flag(help: "With --serve: go on answering when the run is over, until Ctrl-C.")
    var hold = false

    func validate() throws {
        guard serve || socket == nil else { throw ValidationError("--socket needs --serve") }
        guard serve || !hold else { throw ValidationError("--hold needs --serve") }
    }

    /// Listens. Ctrl-C is noted from now on.
    func open(name: String, robots: Int) throws -> WorldServer {
        let path = socket ?? PeerPlaces.mine().simulationSocketPath
        let server: WorldServer
        do throws(LocalError) {
            server = try WorldServer(path: path, name: name, robots: robots, speed: (speed ?? .factor(1)).value)
        } catch {
            Console.say("\(error)")
            throw Exit.usage
        }
        Console.say("listening at \(server.path)")
        if hold { Interruption.note() }
        return server
    }
}

/// How fast a simulation or a log goes: seconds of its own to a second.
enum Speed: ExpressibleByArgument {
    case factor(Double)
    case max

    init?(argument: String) {
        if argument == "max" {
            self = .max
        } else {
            guard let factor = Double(argument), factor > 0, factor <= 10_000 else { return nil }
            self = .factor(factor)
        }
    }

    /// Nil: as fast as it goes.
    var value: Double? {
        switch self {
        case .factor(let factor): factor
        case .max: nil
        }
    }
}
