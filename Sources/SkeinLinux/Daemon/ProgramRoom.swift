import SkeinPeer
import SkeinSeal
import SkeinWire

/// The daemon's kernels: between the peer, which names a kernel and its inputs, and the host that runs programs. Belongs to the
/// loop's thread.
///
///     submit ──▶ inputs joined ──▶ KernelHost ──▶ output hashed ──▶ takeFinished
///
/// Rules.
/// - Outputs up to `promptBytesMax` are hashed at once; 64 MiB would hold the loop for a tenth of a second, so larger ones go
///   to a thread (`OutputHasher`).
/// - What can be run is told when it is first known and whenever it has changed (`takeOffers`). A robot without kernels
///   tells nothing and starts nothing.
/// - A cancelled unit is handed over as cancelled when its processes are gone; whoever asked has forgotten it by then.
final class ProgramRoom {
    static let promptBytesMax = 64 << 10

    private let host: KernelHost?
    private let hasher: OutputHasher
    private var told: [KernelOffer]?
    private var finished: [(id: ComputationID, outcome: ProgramOutcome)] = []
    private let bell: EventCounter

    init(kernels: [KernelSpec], hidden: [String], now: Instant) throws(SystemError) {
        bell = try EventCounter()
        hasher = try OutputHasher()
        host =
            kernels.isEmpty
            ? nil : try KernelHost(KernelHost.Config(kernels: kernels, hidden: hidden), now: now)
    }

    /// Readable when something is to be done here.
    var descriptors: [Descriptor] { [bell.descriptor, hasher.descriptor] + (host.map { [$0.descriptor] } ?? []) }

    var nextDeadline: Instant? { host?.nextDeadline }

    /// Of all units' processes so far.
    var processorTime: Duration { host?.processorTime ?? .zero }

    func submit(
        _ id: ComputationID, _ kernel: KernelName, inputs: [ObjectBytes], deadline: Instant, now: Instant
    ) {
        guard let host, let spec = host.config.kernels.first(where: { $0.name == kernel }) else {
            return refuse(id, .notStarted, "\(kernel) is not registered here")
        }
        guard let input = spec.input(of: inputs) else {
            return refuse(id, .notStarted, "its inputs together are more than \(ObjectBytes.countMax) bytes")
        }
        host.submit(id: id, kernel: kernel, input: input, deadline: deadline, now: now)
    }

    func cancel(_ id: ComputationID, now: Instant) { host?.cancel(id, now: now) }

    func advance(now: Instant) { host?.advance(now: now) }

    /// What has ended since the last call.
    func takeFinished(now: Instant) -> [(id: ComputationID, outcome: ProgramOutcome)] {
        bell.take()
        for (id, outcome) in host?.takeFinished(now: now) ?? [] { take(id, outcome) }
        finished += hasher.takeFinished()
        defer { finished = [] }
        return finished
    }

    /// Nil: as told before.
    func takeOffers() -> [KernelOffer]? {
        guard let host else { return nil }
        let offers = host.offers.filter { $0.obstacle == nil }.map { kernel in
            KernelOffer(name: kernel.spec.name, isDeterministic: kernel.spec.isDeterministic, cost: kernel.spec.cost)
        }
        guard offers != told else { return nil }
        told = offers
        return offers
    }

    /// Lines for the log.
    func takeNews() -> [String] { host?.takeNews() ?? [] }

    func shutdown() {
        host?.shutdown()
        hasher.close()
    }

    private func take(_ id: ComputationID, _ outcome: KernelOutcome) {
        switch outcome.result {
        case .success(let bytes):
            let work = OutputHasher.Work(
                id: id, bytes: bytes, queued: outcome.queued, computed: outcome.computed)
            if bytes.count <= Self.promptBytesMax { finished.append(work.hashed) } else { hasher.submit(work) }
        case .failure(let failure):
            let told = Self.told(failure)
            finished.append(
                (
                    id,
                    ProgramOutcome(
                        result: .failed(told.failure, told.words), queued: outcome.queued, computed: outcome.computed)
                ))
        }
    }

    private func refuse(_ id: ComputationID, _ failure: JobFailure, _ words: String) {
        finished.append((id, ProgramOutcome(result: .failed(failure, words), queued: .zero, computed: .zero)))
        bell.signal()
    }

    /// What kind of failure it is for whoever places units, and the rest in words.
    private static func told(_ failure: ProgramFailure) -> (failure: JobFailure, words: String) {
        var words = failure.description
        // The kind says as much already.
        for beginning in ["its program ended with ", "its program was ended by "] where words.hasPrefix(beginning) {
            words.removeFirst(beginning.count)
        }
        return switch failure {
        case .unknown, .busy, .notThere, .notStarted, .noBox: (.notStarted, words)
        case .exited: (.exited, words)
        case .signalled, .processorTime: (.signalled, words)
        case .deadline: (.deadline, "")
        case .memory: (.memory, words)
        case .outputTooLarge: (.outputTooLarge, words)
        case .cancelled: (.cancelled, "")
        }
    }
}
