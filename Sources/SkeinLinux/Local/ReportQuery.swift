import SkeinCodec
import SkeinPeer
import SkeinWire

/// One look at a robot over its local socket: who it is, what the fleet calls its robots, and its report, within a bound.
package struct ReportQuery {
    /// Why there is no report.
    package enum Failure: Error, CustomStringConvertible {
        case local(LocalError)
        case silent(String)
        case otherVersion(String, UInt8)
        case noSense(String)

        package var description: String {
            switch self {
            case .local(let error): error.description
            case .silent(let path): "\(path): the daemon does not answer"
            case .otherVersion(let path, let theirs):
                "\(path): the daemon speaks version \(theirs) of the local protocol, this program \(LocalFrame.version)"
            case .noSense(let path): "\(path): what answers is no skein peer"
            }
        }
    }

    package let robot: LocalFrame.Hello
    package let names: [(id: NodeID, name: String)]
    package let report: PeerReport
    package let body: BodyAccount
    /// Of the daemon's process.
    package let process: ProcessFigures?

    package init(path: String, within span: Duration) throws(Failure) {
        let deadline = MonotonicClock.now() + span
        let client: LocalClient
        do throws(LocalError) { client = try LocalClient(path: path) } catch { throw .local(error) }
        try Self.send(.hello(.init(id: .none, epoch: Epoch(0), name: "skein-gateway")), over: client, until: deadline)
        switch try Self.receive(client, until: deadline) {
        case .hello(let hello): robot = hello
        case .otherVersion(let theirs): throw .otherVersion(path, theirs)
        case .request, .subscribe, .reply, .event, .lost, .refused, .askNames, .names, .askEvents, .events, .turn,
            .askBody, .body:
            throw .noSense(path)
        }
        try Self.send(.askNames, over: client, until: deadline)
        try Self.send(.request(ticket: 1, .report), over: client, until: deadline)
        try Self.send(.askBody, over: client, until: deadline)
        var names: [LocalFrame.Name]?
        var report: PeerReport?
        var body: BodyAccount?
        while names == nil || report == nil || body == nil {
            switch try Self.receive(client, until: deadline) {
            case .names(let all): names = all
            case .reply(_, .report(let one)): report = one
            case .refused, .reply: throw .silent(path)
            case .body(let account): body = account
            case .hello, .otherVersion, .request, .subscribe, .event, .lost, .askNames, .askEvents, .events, .turn,
                .askBody:
                continue
            }
        }
        guard let names, let report, let body else { throw .silent(path) }
        self.names = names.map { ($0.id, $0.name) }
        self.report = report
        self.body = body
        process = ProcessFigures(listeningAt: client.descriptor)
    }

    private static func send(
        _ frame: LocalFrame, over client: LocalClient, until deadline: Instant
    ) throws(Failure) {
        do throws(LocalError) { try client.send(frame.bytes, until: deadline) } catch { throw .local(error) }
    }

    private static func receive(_ client: LocalClient, until deadline: Instant) throws(Failure) -> LocalFrame {
        let message: [UInt8]?
        do throws(LocalError) { message = try client.receive(until: deadline) } catch { throw .local(error) }
        guard let message else { throw .silent(client.path) }
        do throws(WireError) { return try LocalFrame(message) } catch {
            if let theirs = message.first, theirs != LocalFrame.version { throw .otherVersion(client.path, theirs) }
            throw .noSense(client.path)
        }
    }
}
