import Glibc
import Synchronization

/// Appends a recording to its file on a thread of its own, so that a slow disk never holds up the loop.
///
/// open → ended when told, when the disk fails, or when it falls `waitingBytesMax` behind. A recording with a gap replays
/// nothing that follows, so it ends there, whole up to its last entry, and the daemon goes on.
package final class RecordingFile: Sendable {
    private struct Shared {
        var waiting: [UInt8] = []
        var failure: SystemError?
        var isFull = false
        var isClosing = false
    }

    /// What the disk may be behind: seconds of a busy leader.
    static let waitingBytesMax = 16 << 20

    package let path: String
    private let shared = Mutex(Shared())
    private let work: EventCounter
    private let thread: Thread

    /// Makes the file, 0600: it holds in the clear what the radios carried. A file that is there is not overwritten.
    package init(path: String) throws(SystemError) {
        self.path = path
        let file = try Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600), from: "open", path)
        let work = try EventCounter()
        let box = Box()
        thread = try Thread(name: "skein-record") { box.run(file, path: path, work: work) }
        self.work = work
        box.start(self)
    }

    /// False once the recording has ended; `trouble` says why.
    package func append(_ bytes: [UInt8]) -> Bool {
        let isTaken = shared.withLock { shared in
            guard shared.failure == nil, !shared.isFull, !shared.isClosing else { return false }
            guard shared.waiting.count + bytes.count <= Self.waitingBytesMax else {
                shared.isFull = true
                return false
            }
            shared.waiting.append(contentsOf: bytes)
            return true
        }
        if isTaken { work.signal() }
        return isTaken
    }

    /// Why it has ended before it was told to.
    package var trouble: String? {
        shared.withLock { shared in
            if let failure = shared.failure { return failure.description }
            return shared.isFull ? "\(path): the disk does not keep up" : nil
        }
    }

    /// Waits until everything handed over is in the file.
    package func close() {
        shared.withLock { $0.isClosing = true }
        work.signal()
        thread.join()
    }

    /// The thread's work: gets the file's owner once that is made.
    private final class Box: Sendable {
        private let owner = Mutex<RecordingFile?>(nil)

        func start(_ owner: RecordingFile) { self.owner.withLock { $0 = owner } }

        func run(_ file: Descriptor, path: String, work: EventCounter) {
            while true {
                work.wait(milliseconds: -1)
                guard let owner = owner.withLock({ $0 }) else { continue }
                let (bytes, isClosing) = owner.shared.withLock { shared in
                    defer { shared.waiting = [] }
                    // Behind a write that failed halfway nothing follows: it would be no entry's beginning.
                    return (shared.failure == nil ? shared.waiting : [], shared.isClosing)
                }
                do throws(SystemError) {
                    try file.writeAll(bytes, subject: path)
                } catch {
                    owner.shared.withLock { $0.failure = error }
                }
                guard isClosing else { continue }
                _ = file.use { fsync($0) }
                self.owner.withLock { $0 = nil }
                return
            }
        }
    }
}
