import Foundation
import Testing

/// A robot of one: its fleet's folder, its configuration, and its daemon, on the loopback interface.
final class Robot {
    /// How long anything may take on a machine with more to do than it can.
    static let patience: TimeInterval = 60

    let folder: URL
    private(set) var daemon: Running?
    private let controlPort: Int
    private let dataPort: Int

    var configFile: String { folder.appending(path: "fleet/alpha/peer.toml").path }
    var keyFile: String { folder.appending(path: "fleet/alpha/robot.key").path }
    var socket: String { folder.appending(path: "p.sock").path }

    /// `fleet init` for alpha and bravo, with these roles, and alpha's configuration with all that is missing from the template.
    init(in folder: URL, roles: String? = nil) throws {
        self.folder = folder
        (controlPort, dataPort) = try Self.freePorts()
        let arguments = ["fleet", "init", folder.appending(path: "fleet").path, "--robots", "alpha,bravo"]
        let made = Program.finish(try Program.start(arguments + (roles.map { ["--roles", $0] } ?? [])))
        try #require(made.code == 0, "\(made.talk)")
        try write()
    }

    /// Writes the configuration anew, with these lines at its end; the number of the first of them.
    @discardableResult
    func write(_ more: String = "") throws -> Int {
        let text = """
            [robot]
            name = "alpha"
            start_x_m = 1
            start_y_m = 2
            start_heading_deg = 0
            key_file = "robot.key"
            [fleet]
            key_file = "fleet.key"
            roster_file = "fleet.toml"
            [state]
            folder = "../../state"
            [local]
            socket = "../../p.sock"
            [radio.control]
            transport = "ipv4"
            interface = "lo"
            port = \(controlPort)
            [radio.data]
            transport = "ipv4"
            interface = "lo"
            port = \(dataPort)

            """
        try Data((text + more).utf8).write(to: URL(filePath: configFile))
        return text.count { $0 == "\n" } + 1
    }

    /// Starts the daemon and waits until it says that both bands are up.
    func start(_ more: String...) throws {
        let daemon = try Running(["peer", "--config", configFile] + more)
        self.daemon = daemon
        try daemon.wait(for: "data band on lo: up")
    }

    /// SIGTERM, and what it left with.
    func end() throws -> Program.Outcome {
        let running = try #require(daemon)
        running.process.terminate()
        daemon = nil
        return try running.outcome()
    }

    deinit { daemon?.kill() }

    /// Two that the kernel had to give away a moment ago.
    private static func freePorts() throws -> (Int, Int) {
        let sockets = [datagramSocket(), datagramSocket()]
        defer { for number in sockets { close(number) } }
        let ports = sockets.map(port)
        try #require(!ports.contains(0))
        return (ports[0], ports[1])
    }

    private static func datagramSocket() -> Int32 { Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }

    private static func port(_ number: Int32) -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bytes in
                guard bind(number, bytes, length) == 0, getsockname(number, bytes, &length) == 0 else { return 0 }
                return Int(UInt16(bigEndian: UnsafeRawPointer(bytes).load(as: sockaddr_in.self).sin_port))
            }
        }
    }
}

/// A program that goes on until it is told to end; what it says is read while it runs.
final class Running {
    let process: Process
    private let output: Pipe
    private let talk: Pipe
    private(set) var said = ""

    init(_ arguments: [String], program: String = "skein") throws {
        (process, output, talk) = try Program.start(arguments, program: program)
    }

    /// Until it has said this, for the first time or anew.
    func wait(for words: String) throws {
        let deadline = Date.now.addingTimeInterval(Robot.patience)
        while !said.contains(words) {
            try #require(try listen(until: deadline), "it ended without \"\(words)\": \(said)")
        }
    }

    /// Forgets what was said so far.
    func hush() { said = "" }

    /// Until it has ended.
    func outcome() throws -> Program.Outcome {
        let deadline = Date.now.addingTimeInterval(Robot.patience)
        while try listen(until: deadline) {}
        var outcome = Program.finish((process, output, talk))
        outcome.talk = said
        return outcome
    }

    /// Reads what is there, or waits for it; false at the end.
    private func listen(until deadline: Date) throws -> Bool {
        let descriptor = talk.fileHandleForReading.fileDescriptor
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(max(0, deadline.timeIntervalSinceNow * 1000))
        guard poll(&waiting, 1, milliseconds) > 0 else {
            kill()
            throw Silence(after: said)
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return false }
        said += String(decoding: bytes[..<count], as: UTF8.self)
        return true
    }

    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    struct Silence: Error { let after: String }
}
