import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux

/// The robot's metrics over HTTP, on loopback.
@main
struct Gateway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skein-gateway",
        abstract: "The robot's metrics over HTTP, on loopback.",
        discussion: """
            Serves /metrics for Prometheus (text format 0.0.4) and /healthz, which says whether this program runs. Each \
            scrape asks the daemon anew over its local socket, and waits two seconds at most: then it is 503 and says why. \
            At most four scrapes are seen to at once. Whoever reaches the address may read: it is on loopback unless \
            --allow-remote says that it may be elsewhere.

            Exit codes: 0 told to end, 1 the address cannot be had, 2 usage error.

            Examples:
              skein-gateway
              skein-gateway --socket /run/skein/peer.sock --listen '[::1]:9464'
              curl -s http://127.0.0.1:9464/metrics
            """,
        version: "skein-gateway \(ProgramVersion.text)")

    @Option(
        help: ArgumentHelp(
            "The daemon's socket (default: /run/skein/peer.sock; $XDG_RUNTIME_DIR/skein/peer.sock if not root).",
            valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("Where to listen; port 0: any that is free.", valueName: "address:port"))
    var listen = "127.0.0.1:9464"

    @Flag(help: "The address may be one that others reach.")
    var allowRemote = false

    func validate() throws {
        guard let address = ListenAddress(listen) else {
            throw ValidationError("--listen \(listen): expected an address and a port, as 127.0.0.1:9464 or [::1]:9464")
        }
        guard address.isLoopback || allowRemote else {
            throw ValidationError(
                "--listen \(listen): whoever reaches that address could read; --allow-remote if that is meant")
        }
    }

    func run() throws {
        guard let address = ListenAddress(listen) else { throw ExitCode(2) }
        // Blocked before any thread is made, so that this one alone takes them.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        let path = socket ?? PeerPlaces.mine().socketPath
        guard let server = MetricsServer(address, socketPath: path) else {
            let reason = String(cString: strerror(errno))
            Self.say("\(listen): \(reason)")
            throw ExitCode(1)
        }
        Self.say("serving \(path) on \(address.text(port: server.port))")
        var number: Int32 = 0
        while sigwait(&signals, &number) != 0 {}
        server.stop()
    }

    /// Talk, on stderr.
    static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// The door of the process: a usage error is exit code 2, as everywhere in Skein.
extension Gateway {
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error) == .success else {
                say(message)
                exit(withError: ExitCode(2))
            }
            print(message)
        }
    }
}
