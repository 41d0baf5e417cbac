import ArgumentParser
import Glibc
import SkeinFiles
import SkeinSeal

/// The line to the motor controller.
struct BridgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridge",
        abstract: "Set up the line to the motor controller.",
        subcommands: [BridgeKeyCommand.self])
}

/// The key that robot and controller share.
struct BridgeKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make the key that a robot and its motor controller share.",
        discussion: """
            Makes the file, mode 0600, with 32 bytes from the kernel's generator; one that is there stays as it is. With \
            --raw the key goes, as 32 bytes, to another file as well, for the controller's flash. Each robot has a key of its own; \
            `skein status` says whether the controller answers.

            Exit codes: 0 ok, 2 usage or file error.

            Examples:
              skein bridge key /var/lib/skein/bridge.key
              skein bridge key bridge.key --raw controller.key
            """)

    @Argument(help: ArgumentHelp("The key's file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The key as 32 bytes, for the controller; must not exist.", valueName: "file"))
    var raw: String?

    func run() throws {
        if access(file, F_OK) != 0 {
            try SecretFile.make(BridgeKeyFile.text(NewSecret.bytes(count: BridgeKeyFile.byteCount)), at: file)
        }
        let key = try BridgeKeyFile.read(file)
        if let raw { try SecretFile.make(key, at: raw) }
    }
}
