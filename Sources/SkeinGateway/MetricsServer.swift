import CMicroHTTPD
import Glibc
import SkeinLinux
import SkeinPicture
import Synchronization

/// Answers HTTP requests, each in a thread of its own; every scrape asks the daemon anew.
final class MetricsServer: @unchecked Sendable {
    // Unchecked: threads of libmicrohttpd meet here. All but the count is constant once it runs, and the count is atomic.

    static let scrapesMax = 4
    private static let connectionsMax: UInt32 = 16
    private static let connectionSeconds: UInt32 = 10
    private static let patience: Duration = .seconds(2)

    /// What is sent back.
    private struct Response {
        var status: UInt32
        var text: String
        var type = "text/plain; charset=utf-8"
    }

    private let socketPath: String
    private let scrapes = Atomic<Int>(0)
    private var daemon: OpaquePointer?

    /// Nil with errno: the address cannot be had.
    init?(_ address: ListenAddress, socketPath: String) {
        self.socketPath = socketPath
        let context = Unmanaged.passUnretained(self).toOpaque()
        errno = 0
        daemon = address.withSockaddr { sockaddr in
            skein_http_start(
                sockaddr, Self.connectionsMax, Self.connectionSeconds,
                { context, connection, url, method, _, _, _, _ in
                    guard let context, let connection, let url, let method else { return .NO }
                    let server = Unmanaged<MetricsServer>.fromOpaque(context).takeUnretainedValue()
                    let response = server.respond(String(cString: method), String(cString: url))
                    return MetricsServer.send(response, over: connection)
                }, context)
        }
        guard daemon != nil else { return nil }
    }

    var port: UInt16 { daemon.map { skein_http_port($0) } ?? 0 }

    /// Returns when the requests under way have been answered.
    func stop() {
        guard let daemon else { return }
        MHD_stop_daemon(daemon)
        self.daemon = nil
    }

    private func respond(_ method: String, _ url: String) -> Response {
        guard method == "GET" || method == "HEAD" else { return Response(status: 405, text: "only GET and HEAD\n") }
        switch url {
        case "/metrics": return scrape()
        case "/healthz": return Response(status: 200, text: "ok\n")
        default: return Response(status: 404, text: "nothing here; see /metrics\n")
        }
    }

    private func scrape() -> Response {
        let isFree = scrapes.add(1, ordering: .relaxed).newValue <= Self.scrapesMax
        defer { scrapes.subtract(1, ordering: .relaxed) }
        guard isFree else {
            return Response(status: 503, text: "\(Self.scrapesMax) scrapes are under way\n")
        }
        do throws(ReportQuery.Failure) {
            let query = try ReportQuery(path: socketPath, within: Self.patience)
            let source = MetricSource(
                report: query.report, robotName: query.robot.name, names: query.names, version: ProgramVersion.text,
                process: query.process.map {
                    MetricSource.Process(
                        cpuSeconds: $0.cpuSeconds, residentBytes: $0.residentBytes, threads: $0.threads)
                }, body: query.body)
            return Response(status: 200, text: MetricText.text(source), type: MetricText.contentType)
        } catch {
            return Response(status: 503, text: "\(error)\n")
        }
    }

    private static func send(_ response: Response, over connection: OpaquePointer) -> MHD_Result {
        var bytes = Array(response.text.utf8)
        guard let reply = MHD_create_response_from_buffer(bytes.count, &bytes, .RESPMEM_MUST_COPY) else {
            return .NO
        }
        defer { MHD_destroy_response(reply) }
        MHD_add_response_header(reply, MHD_HTTP_HEADER_CONTENT_TYPE, response.type)
        return MHD_queue_response(connection, response.status, reply)
    }
}
