import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux

/// Once, or again and again until Ctrl-C.
struct WatchOption: ParsableArguments {
    @Flag(name: [.customShort("w"), .long], help: "Again and again, until Ctrl-C.")
    var watch = false

    @Option(help: ArgumentHelp("With --watch, so many seconds from one to the next.", valueName: "s"))
    var interval = 1.0

    func validate() throws {
        guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval \(interval) outside 0.1…3600") }
    }

    /// Shows once, or until the program is ended. On a terminal each takes the place of the one before.
    func run(_ show: () throws -> Void) throws {
        guard watch else { return try show() }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        while true {
            // Home, and clear what is below: no screen of its own, so that the last one stays.
            if isTerminal { Console.print("\u{1B}[H\u{1B}[J", end: "") }
            try show()
            usleep(UInt32(interval * 1e6))
        }
    }
}

/// What every reading verb of one robot takes.
struct ReadOptions: ParsableArguments {
    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var watch: WatchOption
}
