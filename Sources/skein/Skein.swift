import ArgumentParser
import SkeinFiles
import SkeinLinux

/// The program. Each subcommand has a file of its own.
struct Skein: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skein",
        abstract: "An ad hoc cloud for robot swarms.",
        discussion: """
            Every robot runs the same program. The robots find each other by radio, relay for each other, group \
            themselves under leaders and lend each other idle processors; no server, no access point, no internet.

            skein peer is the daemon on a robot; top, status, peers, neighbours, links, topology, routes, tasks, events, why, \
            ping, trace, speed, mission, task, metrics and stop ask the one on this machine. stop is the emergency stop of \
            the whole fleet, and never asks. fleet, config, bridge, kernel and doctor set a robot up. sim and lab fly swarms where \
            no robot is; log reads what robots have written of their flights.

            Results go to stdout, talk to stderr. Exit codes: 0 ok, 1 failed, 2 usage or file error, 3 no daemon answers, \
            4 no such thing, 5 refused (trust), 6 partial, 7 forbidden by an emergency stop.
            """,
        version: "skein \(Program.version)",
        subcommands: [
            PeerCommand.self, TopCommand.self, StatusCommand.self, PeersCommand.self, LinksCommand.self,
            NeighboursCommand.self, TopologyCommand.self, RoutesCommand.self, TasksCommand.self, EventsCommand.self,
            PingCommand.self, TraceCommand.self, SpeedCommand.self, MetricsCommand.self,
            MissionCommand.self, StopCommand.self, TaskCommand.self, WhyCommand.self, SimCommand.self, LabCommand.self,
            LogCommand.self,
            ConfigCommand.self, FleetCommand.self, BridgeCommand.self, KernelCommand.self,
            DoctorCommand.self, RadioCommand.self, BenchCommand.self,
        ])
}

/// This program, as it calls itself.
enum Program {
    static let version = ProgramVersion.text
}

/// What the program ends with.
enum Exit {
    static let failed = ExitCode(1)
    static let usage = ExitCode(2)
    static let unreachable = ExitCode(3)
    static let noSuchThing = ExitCode(4)
    /// By the rules of trust.
    static let refused = ExitCode(5)
    static let partial = ExitCode(6)
    /// By an emergency stop.
    static let forbidden = ExitCode(7)
}

/// The door of the process: parses, runs, and turns what was thrown into a message and a code.
@main
enum Main {
    static func main() {
        do {
            var command = try Skein.parseAsRoot()
            try command.run()
        } catch let error as FileError {
            Console.say("\(error)")
            Skein.exit(withError: Exit.usage)
        } catch let errors as FileErrors {
            Console.say("\(errors)")
            Skein.exit(withError: Exit.usage)
        } catch let code as ExitCode {
            Skein.exit(withError: code)
        } catch {
            let message = Skein.fullMessage(for: error)
            // Help and version are thrown too; everything else the parser throws is a usage error.
            guard Skein.exitCode(for: error) == .success else {
                Console.say(message)
                Skein.exit(withError: Exit.usage)
            }
            Console.print(message)
        }
    }
}
