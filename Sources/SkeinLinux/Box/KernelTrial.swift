import Glibc
import SkeinPeer
import SkeinWire

/// Starts each kernel once as a daemon would, sees whether it waits for its input, and ends it. For the doctor: it takes a
/// while, so it is nothing for a loop.
package enum KernelTrial {
    /// Time for a program that does not wait to end so often that it counts (`KernelShelf.crashesMax`), and for one that waits
    /// to have waited long enough.
    static let span: Duration = KernelShelf.settleSpan + .milliseconds(1_500)

    package static func run(_ kernels: [KernelSpec], hidden: [String]) -> [RegisteredKernel] {
        guard !kernels.isEmpty else { return [] }
        let end = MonotonicClock.now() + span
        let waiting = kernels.map { spec in
            var spec = spec
            spec.warm = 1
            return spec
        }
        guard
            let host = try? KernelHost(
                KernelHost.Config(kernels: waiting, hidden: hidden), now: MonotonicClock.now())
        else { return kernels.map { RegisteredKernel(spec: $0, obstacle: .untried) } }
        defer { host.shutdown() }
        while MonotonicClock.now() < end, host.offers.contains(where: { !isSettled($0.obstacle) }) {
            _ = turn(host, until: end)
        }
        return zip(kernels, host.offers).map { RegisteredKernel(spec: $0, obstacle: $1.obstacle) }
    }

    /// One unit, from the start of its process to its end: for whoever tries a kernel by hand.
    package static func compute(
        _ spec: KernelSpec, input: ObjectBytes, hidden: [String]
    ) throws(SystemError) -> KernelOutcome {
        let host = try KernelHost(KernelHost.Config(kernels: [spec], hidden: hidden), now: MonotonicClock.now())
        defer { host.shutdown() }
        let now = MonotonicClock.now()
        host.submit(
            id: ComputationID(1), kernel: spec.name, input: input,
            deadline: now + spec.spanMax + KernelHost.trialMax, now: now)
        while true {
            if let done = turn(host, until: .distantFuture).first { return done.outcome }
        }
    }

    private static func turn(
        _ host: KernelHost, until end: Instant
    ) -> [(id: ComputationID, outcome: KernelOutcome)] {
        let next = min(end, host.nextDeadline ?? end)
        let span = max(0, (next - MonotonicClock.now()).nanoseconds)
        var watched = pollfd(fd: host.descriptor.number, events: Int16(POLLIN), revents: 0)
        poll(&watched, 1, Int32(clamping: span / 1_000_000 + 1))
        return host.takeFinished(now: MonotonicClock.now())
    }

    /// A kernel that is offered may still show that it does not wait.
    private static func isSettled(_ obstacle: KernelObstacle?) -> Bool {
        switch obstacle {
        case nil, .untried: false
        case .noBubblewrap, .noNamespaces, .noFolder, .noProgram, .endsAtOnce: true
        }
    }
}
