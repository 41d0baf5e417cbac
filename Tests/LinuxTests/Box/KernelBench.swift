import Glibc
import SkeinPeer
import SkeinWire

@testable import SkeinLinux

/// A host with programs of a test's own, driven as the loop drives it.
final class KernelBench {
    /// Longer than any machine that is busy otherwise keeps a program of the lowest priority waiting.
    static let patience: Duration = .seconds(60)

    /// Whether this machine lets programs be confined, as the daemon of the test's user would find out.
    static let confinement: KernelObstacle? = {
        guard let bench = try? KernelBench([("echo", "cat")]) else { return .untried }
        bench.turn(until: { $0.offers[0].obstacle != .untried })
        return bench.host.offers[0].obstacle
    }()
    static var isPossible: Bool { confinement == nil }

    let folder: TemporaryFolder
    var host: KernelHost
    private(set) var outcomes: [ComputationID: KernelOutcome] = [:]
    private(set) var order: [ComputationID] = []
    private var count: UInt64 = 0

    /// Kernels by name, each a line for the shell. None is started ahead unless `change` says so.
    init(
        _ programs: [(name: String, line: String)], processesMax: Int? = nil, hidden: [String] = [],
        _ change: (inout KernelSpec) -> Void = { _ in }
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        // A daemon of root's runs them as nobody.
        chmod(folder.path, 0o755)
        let specs = programs.map { program in
            var spec = KernelSpec(
                name: Self.name(program.name), command: ["sh", "-c", program.line], folder: folder.path)
            spec.warm = 0
            change(&spec)
            return spec
        }
        host = try KernelHost(
            .init(kernels: specs, processesMax: processesMax, hidden: hidden.map { folder.path + "/" + $0 }),
            now: MonotonicClock.now())
    }

    static func name(_ text: String) -> KernelName {
        guard let name = KernelName(name: text, version: 1) else { preconditionFailure("\(text) is no kernel's name") }
        return name
    }

    func write(_ name: String, _ text: String, mode: mode_t = 0o755) {
        let path = folder.path + "/" + name
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        let bytes = Array(text.utf8)
        precondition(Glibc.write(file, bytes, bytes.count) == bytes.count, path)
        fchmod(file, mode)
        close(file)
    }

    @discardableResult
    func submit(_ kernel: String, _ input: [UInt8] = [], within span: Duration = patience) -> ComputationID {
        count += 1
        let now = MonotonicClock.now()
        host.submit(
            id: ComputationID(count), kernel: Self.name(kernel), input: ObjectBytes(input), deadline: now + span,
            now: now
        )
        return ComputationID(count)
    }

    /// Until the condition holds. False: it did not in time.
    @discardableResult
    func turn(within span: Duration = patience, until condition: (KernelHost) -> Bool) -> Bool {
        let end = MonotonicClock.now() + span
        while !condition(host) {
            guard MonotonicClock.now() < end else { return false }
            // The condition may be about what tells no loop: processes of the machine.
            let next = min(end, host.nextDeadline ?? end, MonotonicClock.now() + .milliseconds(10))
            let wait = max(0, (next - MonotonicClock.now()).nanoseconds)
            var watched = pollfd(fd: host.descriptor.number, events: Int16(POLLIN), revents: 0)
            poll(&watched, 1, Int32(clamping: (wait + 999_999) / 1_000_000))
            for done in host.takeFinished(now: MonotonicClock.now()) {
                outcomes[done.id] = done.outcome
                order.append(done.id)
            }
        }
        return true
    }

    func outcome(_ id: ComputationID, within span: Duration = patience) -> KernelOutcome? {
        turn(within: span) { _ in outcomes[id] != nil }
        return outcomes[id]
    }

    func output(_ id: ComputationID) -> [UInt8]? { try? outcome(id)?.result.get().bytes }

    func text(_ id: ComputationID) -> String? { output(id).map { String(decoding: $0, as: UTF8.self) } }

    func failure(_ id: ComputationID) -> ProgramFailure? {
        switch outcome(id)?.result {
        case .failure(let failure): failure
        case .success, nil: nil
        }
    }

    /// Until so many wait for input.
    func warmUp(_ count: Int = 1) -> Bool { turn { $0.processCount >= count && $0.box.isKnown } }

    /// Processes of this machine with the word among their arguments.
    static func processes(naming word: String) -> [pid_t] {
        RunningPrograms(.machine).all.filter { $0.arguments.contains { $0.contains(word) } }.map { pid_t($0.process) }
    }

    static var descriptors: Int { SystemTree.machine.names("/proc/self/fd").count }
}

extension KernelHost.Box {
    var isKnown: Bool {
        switch self {
        case .works, .fails: true
        case .untried, .trying: false
        }
    }
}
