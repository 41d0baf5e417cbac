import Foundation
import Testing

/// Metrics as a scraper meets them: a real daemon, the gateway beside it, HTTP.
@Suite struct GatewayTests {
    private struct Response {
        var status: Int
        var type: String
        var body: String
    }

    private struct Silent: Error {}

    /// One request; the server's whole answer.
    private static func get(_ path: String, port: UInt16, method: String = "GET") throws -> Response {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Silent() }
        let request = Array("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw Silent()
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        let halves = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let status = Int(text.dropFirst(9).prefix(3)) else { throw Silent() }
        let type = halves[0].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-type:") }
        return Response(status: status, type: type.map(String.init) ?? "", body: String(halves[1]))
    }

    private static func gateway(_ socket: String) throws -> (running: Running, port: UInt16) {
        let running = try Running(["--socket", socket, "--listen", "127.0.0.1:0"], program: "skein-gateway")
        try running.wait(for: "\n")
        let digits = running.said.split(separator: "\n")[0].split(separator: ":").last ?? ""
        return (running, try #require(UInt16(digits), "\(running.said)"))
    }

    @Test func `a scrape gives the robot's metrics, and says why it cannot when the daemon is gone`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let (running, port) = try Self.gateway(robot.socket)
            defer { running.kill() }
            let metrics = try Self.get("/metrics", port: port)
            #expect(metrics.status == 200 && metrics.type.contains("text/plain; version=0.0.4"))
            #expect(metrics.body.contains("\nskein_robot_info{robot=\"alpha\",id=\"r0\"} 1\n"))
            #expect(metrics.body.contains("\nskein_process_resident_memory_bytes "), "the daemon's own figures")
            #expect(try Self.get("/healthz", port: port).body == "ok\n")
            #expect(try Self.get("/", port: port).status == 404)
            #expect(try Self.get("/metrics/../etc", port: port).status == 404)
            #expect(try Self.get("/metrics", port: port, method: "DELETE").status == 405)
            // The tool prints the same metrics.
            let printed = try Program.run("metrics", "--socket", robot.socket)
            #expect(printed.code == 0 && printed.talk.isEmpty)
            let names = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") } }
            #expect(names(printed.output) == names(metrics.body) && names(metrics.body).count > 40)
            let file = folder.appending(path: "skein.prom").path
            #expect(try Program.run("metrics", "--textfile", file, "--socket", robot.socket).code == 0)
            #expect(names(try String(contentsOfFile: file, encoding: .utf8)) == names(metrics.body))
            _ = try robot.end()
            let gone = try Self.get("/metrics", port: port)
            #expect(gone.status == 503 && gone.body.contains("no skein peer answers"), "\(gone)")
            #expect(try Self.get("/healthz", port: port).status == 200)
            running.process.terminate()
            #expect(try running.outcome().code == 0)
        }
    }

    @Test func `a textfile is written anew until it is told to end, and says that no daemon answers`() throws {
        try Program.inFolder { folder in
            let file = folder.appending(path: "skein.prom")
            let socket = folder.appending(path: "none.sock").path
            let running = try Running(["metrics", "--textfile", file.path, "--every", "1", "--socket", socket])
            defer { running.kill() }
            try running.wait(for: "no skein peer answers")
            running.hush()
            try running.wait(for: "no skein peer answers")
            #expect(try String(contentsOf: file, encoding: .utf8).hasSuffix("\nskein_up 0\n"))
            running.process.terminate()
            #expect(try running.outcome().code == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["skein.prom"])
        }
    }

    @Test(arguments: [
        ["--listen", "0.0.0.0:9464"], ["--listen", "[::]:9464"], ["--listen", "192.0.2.1:9464"], ["--listen", "9464"],
        ["--listen", "localhost:9464"], ["--listen", "127.0.0.1:99999"], ["--nonsense"],
    ]) func `an address that others reach is not taken unasked, and nonsense is a usage error`(_ words: [String]) throws
    {
        let outcome = Program.finish(try Program.start(words, program: "skein-gateway"))
        #expect(outcome.code == 2 && outcome.output.isEmpty && !outcome.talk.isEmpty, "\(outcome)")
    }

    @Test func `an address that is taken is exit code 1`() throws {
        let (running, port) = try Self.gateway("none.sock")
        defer { running.kill() }
        let second = Program.finish(
            try Program.start(["--listen", "127.0.0.1:\(port)", "--socket", "none.sock"], program: "skein-gateway"))
        #expect(second.code == 1 && second.talk.contains("in use"), "\(second)")
    }
}
