import Glibc
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinWire

/// One run of a test on a shared channel: makes the channel and the namespaces, starts a process for each member, waits for
/// their ends, reads what they left, and removes everything again, whatever happened meanwhile. A member that dies ends the
/// run.
package struct ChannelRun {
    /// What a member needs before the start, to be started, and to make itself known to all the others.
    package static let settleSpan: Duration = .seconds(3)
    /// More of it for each member: they start one after the other on the same processors.
    package static let settleEach: Duration = .milliseconds(60)
    /// After which a member that has not ended is taken to hang.
    private static let overdueSpan: Duration = .seconds(10)
    private static let pollMicroseconds: UInt32 = 50_000

    package var channel: LoadChannel
    /// From the start to the end of the last member.
    package var span: Duration
    /// The program of a member and its words.
    package var command: (Int) -> [String]

    package init(channel: LoadChannel, span: Duration, command: @escaping (Int) -> [String]) {
        self.channel = channel
        self.span = span
        self.command = command
    }

    /// Before the first run: whether this machine and user can at all; then namespaces are private.
    package static func prepare() throws(BenchError) {
        let variables = Environment.variables
        let tools = [("ip", "iproute2"), ("tc", "iproute2"), ("nft", "nftables")]
        let missing = tools.filter { SystemTool.path(of: $0.0, in: variables) == nil }
        guard missing.isEmpty else { throw .missing(missing.map { (program: $0.0, package: $0.1) }) }
        guard geteuid() == 0 else { throw .notRoot }
        do throws(SystemError) { try PrivateSpaces.enter() } catch { throw .system(error) }
    }

    /// `isOver`: somebody wants it to end now. `show`: what is going on, for people. `read`: from what each member has
    /// printed last, and from the folder of its files.
    package func run<Figures>(
        isOver: () -> Bool, show: (String) -> Void, read: ([[String]], String) throws(BenchError) -> Figures
    ) throws(BenchError) -> Figures {
        let crew = try BenchCrew()
        defer { crew.end() }
        show("namespaces")
        defer {
            crew.dismiss()
            try? crew.shell(channel.undoing, "unmaking-namespaces")
        }
        try crew.shell(channel.script, "making-namespaces")
        let start = MonotonicClock.now() + Self.settleSpan + Self.settleEach * channel.members
        let members = try (0..<channel.members).map { (member) throws(BenchError) in
            try self.start(member, at: start, crew)
        }
        try watch(members, from: start, isOver: isOver, show: show)
        return try read(members.map(\.lastLines), crew.folder.path)
    }

    private func watch(
        _ members: [ChildProcess], from start: Instant, isOver: () -> Bool, show: (String) -> Void
    ) throws(BenchError) {
        let due = start + span
        while members.contains(where: \.isRunning) {
            let now = MonotonicClock.now()
            guard !isOver() else { throw .interrupted }
            show(now < start ? "settling" : "\(Int(max(0, due.seconds(since: now)).rounded(.up))) s left")
            for member in members {
                member.reap()
                if let end = member.end, end != "ended with code 0" {
                    throw .ended(member.name, how: end, lastLines: member.lastLines)
                }
            }
            guard now < due + Self.overdueSpan else {
                let late = members.first(where: \.isRunning)?.name ?? "a member"
                throw .silent(late, what: "did not end in time")
            }
            usleep(Self.pollMicroseconds)
        }
    }

    private func start(_ member: Int, at start: Instant, _ crew: BenchCrew) throws(BenchError) -> ChildProcess {
        guard let ip = SystemTool.path(of: "ip", in: Environment.variables) else {
            throw .missing([(program: "ip", package: "iproute2")])
        }
        return try crew.start(
            "member-\(member)", [ip, "netns", "exec", LoadChannel.space(of: member)] + command(member),
            adding: [
                MemberPlace.startVariable: "\(MemberPlace.monotonicSeconds(at: start))",
                MemberPlace.dumpVariable: crew.folder.path,
            ])
    }
}
