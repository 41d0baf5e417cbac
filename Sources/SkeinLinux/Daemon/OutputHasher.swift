import SkeinPeer
import SkeinSeal
import SkeinWire
import Synchronization

/// Names large outputs by their hash, on a thread of its own. As many wait as units are at work.
final class OutputHasher: Sendable {
    struct Work: Sendable {
        var id: ComputationID
        var bytes: ObjectBytes
        var queued: Duration
        var computed: Duration

        /// At some hundred MB/s.
        var hashed: (id: ComputationID, outcome: ProgramOutcome) {
            let hash = ObjectHash()
            for piece in bytes.pieces { hash.absorb(piece[...]) }
            guard let object = ObjectID(hash: hash.finish()) else { preconditionFailure("a hash of another length") }
            return (id, ProgramOutcome(result: .done(object, bytes), queued: queued, computed: computed))
        }
    }

    private struct Shared {
        var waiting: [Work] = []
        var finished: [(id: ComputationID, outcome: ProgramOutcome)] = []
        var isClosing = false
    }

    private let shared = Mutex(Shared())
    private let work: EventCounter
    private let finished: EventCounter
    private let thread = Mutex<Thread?>(nil)

    init() throws(SystemError) {
        let work = try EventCounter()
        let finished = try EventCounter()
        self.work = work
        self.finished = finished
        let started = try Thread(name: "skein-hash") { [self] in run() }
        thread.withLock { $0 = started }
    }

    var descriptor: Descriptor { finished.descriptor }

    func submit(_ item: Work) {
        shared.withLock { $0.waiting.append(item) }
        work.signal()
    }

    func takeFinished() -> [(id: ComputationID, outcome: ProgramOutcome)] {
        finished.take()
        return shared.withLock { shared in
            defer { shared.finished = [] }
            return shared.finished
        }
    }

    /// What waits is dropped.
    func close() {
        guard let running = thread.withLock({ $0.take() }) else { return }
        shared.withLock { $0.isClosing = true }
        work.signal()
        running.join()
    }

    private func run() {
        while true {
            work.wait(milliseconds: -1)
            while let item = next() {
                let done = item.hashed
                shared.withLock { $0.finished.append(done) }
                finished.signal()
            }
            if shared.withLock({ $0.isClosing }) { return }
        }
    }

    private func next() -> Work? {
        shared.withLock { shared in
            shared.isClosing || shared.waiting.isEmpty ? nil : shared.waiting.removeFirst()
        }
    }
}
