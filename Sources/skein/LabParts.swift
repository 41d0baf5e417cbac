import ArgumentParser
import SkeinLab
import SkeinLinux

/// The sockets that a process of the laboratory inherits.
private enum Inherited {
    static let supervisor: Int32 = 3
    static let other: Int32 = 4
}

/// The air. Started by `skein lab run`.
struct LabMediumCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "medium", abstract: "The laboratory's air.", shouldDisplay: false)

    @OptionGroup var world: LabWorldOptions

    func run() throws {
        let config = try world.config()
        try LabPart.run { () throws(SystemError) in
            let medium = try LabMedium(
                config, supervisor: PacketSocket(inherited: Inherited.supervisor),
                arena: PacketSocket(inherited: Inherited.other))
            medium.run()
        }
    }
}

/// The field. Started by `skein lab run`.
struct LabArenaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "arena", abstract: "The laboratory's field.", shouldDisplay: false)

    @OptionGroup var world: LabWorldOptions

    @Option(help: "Where the robots' bodies are reached.")
    var socket: String

    @Option(help: "The folder of the lines to their motor controllers.")
    var lines: String

    func run() throws {
        let config = try world.config()
        try LabPart.run { () throws(SystemError) in
            let arena = try LabArena(
                config, socketPath: socket,
                linePaths: (0..<config.robots).map { LabFleet.linePath($0, folder: lines) },
                supervisor: PacketSocket(inherited: Inherited.supervisor),
                medium: PacketSocket(inherited: Inherited.other))
            try arena.run()
        }
    }
}

/// Who cleans up. Started by `skein lab run`.
struct LabGuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard", abstract: "Cleans up after a laboratory.", shouldDisplay: false)

    @Argument(help: "The run's folder, unless it is to be kept.")
    var folder: String?

    func run() throws { LabGuard.run(pipe: 0, folder: folder) }
}

private enum LabPart {
    static func run(_ body: () throws(SystemError) -> Void) throws {
        do throws(SystemError) {
            try body()
        } catch {
            Console.say("\(error)")
            throw Exit.failed
        }
    }
}
