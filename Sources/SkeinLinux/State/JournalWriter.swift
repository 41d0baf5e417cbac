import SkeinPeer
import SkeinWire
import Synchronization

/// Writes the journal on a thread of its own, so that a slow disk never holds up the loop. What waits while one fsync
/// runs goes to the disk with the next, together.
///
/// A disk that fails is tried again each second with the whole journal; until it works nothing is reported as persisted,
/// so the peer acknowledges nothing. Ends when told to, everything written that the disk takes.
final class JournalWriter: Sendable {
    private struct Shared {
        var waiting: [(id: PersistID, record: StateRecord)] = []
        var finished: [PersistID] = []
        var failure: SystemError?
        var isClosing = false
    }

    /// More than a peer can have open at once: its durable tasks, its latch, its bulletins.
    static let waitingMax = 1_024
    private static let retryMilliseconds: Int32 = 1_000

    private let shared = Mutex(Shared())
    private let work: EventCounter
    let finished: EventCounter

    init() throws(SystemError) {
        work = try EventCounter()
        finished = try EventCounter()
    }

    /// False when more waits than may: the disk is stuck.
    func submit(_ id: PersistID, _ record: StateRecord) -> Bool {
        let isTaken = shared.withLock { shared in
            guard shared.waiting.count < Self.waitingMax else { return false }
            shared.waiting.append((id, record))
            return true
        }
        if isTaken { work.signal() }
        return isTaken
    }

    /// What has reached the disk since the last call, and the trouble that keeps the rest from it.
    func takeFinished() -> (ids: [PersistID], failure: SystemError?) {
        finished.take()
        return shared.withLock { shared in
            defer { shared.finished.removeAll(keepingCapacity: true) }
            return (shared.finished, shared.failure)
        }
    }

    func close() {
        shared.withLock { $0.isClosing = true }
        work.signal()
    }

    /// The thread's life.
    func run(_ journal: consuming Journal) {
        var journal = journal
        var unwritten: [PersistID] = []
        while true {
            work.wait(milliseconds: unwritten.isEmpty ? -1 : Self.retryMilliseconds)
            let (batch, isClosing) = shared.withLock { shared in
                defer { shared.waiting.removeAll() }
                return (shared.waiting, shared.isClosing)
            }
            unwritten.append(contentsOf: batch.map(\.id))
            if !unwritten.isEmpty {
                // After a failure this writes the whole journal anew.
                let failure = write(batch.map(\.record), to: &journal)
                shared.withLock { shared in
                    shared.failure = failure
                    if failure == nil { shared.finished.append(contentsOf: unwritten) }
                }
                if failure == nil { unwritten.removeAll() }
                finished.signal()
            }
            // A disk that fails when the daemon ends gets no second chance: nothing was acknowledged.
            if isClosing { return }
        }
    }

    private func write(_ records: [StateRecord], to journal: inout Journal) -> SystemError? {
        do throws(SystemError) {
            try journal.append(records)
            return nil
        } catch { return error }
    }
}
