import Glibc
import SkeinPeer
import SkeinSeal
import SkeinWire
import Synchronization

/// Objects that must survive a power cut, each a file under its hash in the state folder; written, read and checked by a
/// thread of its own, so that 64 MiB hold up neither the loop nor the journal.
///
///     keep ──▶ HASH.new, synchronised ──▶ renamed to HASH, folder synchronised ──▶ kept
///     load ──▶ read, hashed ──▶ loaded, or nil when it is not there or not what its name says
///
/// Rules.
/// - What is asked for is done in the order in which it was asked for.
/// - A kept object is on the disk whole: a power cut before the rename leaves a `.new`, which the next start removes. A file
///   that is not what its name says is removed when it is read, and told of.
/// - All files together hold at most `bytesMax`; what would be more, or finds the disk full, is not kept, and what had been
///   written of it is gone. Nothing kept before is touched.
/// - Discarding is not synchronised: what a power cut brings back is a leftover. Files that nobody wants are removed when
///   the owner says what is wanted (`retain`).
/// - A daemon that ends waits for what was asked for.
package final class ObjectDisk: Sendable {
    package enum Outcome: Equatable, Sendable {
        case kept(ObjectID, isKept: Bool)
        case loaded(ObjectID, ObjectBytes?)
    }

    private enum Request: Sendable {
        case keep(ObjectID, ObjectBytes)
        case load(ObjectID)
        case discard(ObjectID)
        case retain([ObjectID])
    }

    /// A line for the log.
    package struct Note: Equatable, Sendable {
        package var isTrouble: Bool
        package var text: String
    }

    private struct Shared {
        var requests: [Request] = []
        var outcomes: [Outcome] = []
        var notes: [Note] = []
        var isClosing = false
    }

    /// As many as a peer's jobs have inputs and outputs.
    package static let requestsMax = 32_768
    package static let bytesMax = 1 << 30

    package let path: String
    private let bytesMax: Int
    private let shared = Mutex(Shared())
    private let work: EventCounter
    private let finished: EventCounter
    private let thread = Mutex<Thread?>(nil)

    package init(path: String, bytesMax: Int = ObjectDisk.bytesMax) throws(SystemError) {
        self.path = path
        self.bytesMax = bytesMax
        let work = try EventCounter()
        let finished = try EventCounter()
        self.work = work
        self.finished = finished
    }

    /// Starts its thread. Apart from `init`, since the thread holds this.
    package func start() throws(SystemError) {
        let started = try Thread(name: "skein-objects") { [self] in run() }
        thread.withLock { $0 = started }
    }

    /// Readable when something has come of a request.
    package var descriptor: Descriptor { finished.descriptor }

    package func keep(_ object: ObjectID, _ bytes: ObjectBytes) {
        if !submit(.keep(object, bytes)) { refuse(.kept(object, isKept: false)) }
    }

    package func load(_ object: ObjectID) {
        if !submit(.load(object)) { refuse(.loaded(object, nil)) }
    }

    /// Answered by nothing.
    package func discard(_ object: ObjectID) { _ = submit(.discard(object)) }

    /// All other files go. Answered by nothing.
    package func retain(_ objects: [ObjectID]) { _ = submit(.retain(objects.sorted())) }

    /// What has come of requests since the last call, in their order, and what the log should say.
    package func takeFinished() -> (outcomes: [Outcome], notes: [Note]) {
        finished.take()
        return shared.withLock { shared in
            defer {
                shared.outcomes = []
                shared.notes = []
            }
            return (shared.outcomes, shared.notes)
        }
    }

    /// Waits until everything asked for is done.
    package func close() {
        guard let running = thread.withLock({ $0.take() }) else { return }
        shared.withLock { $0.isClosing = true }
        work.signal()
        running.join()
    }

    private func submit(_ request: Request) -> Bool {
        let isTaken = shared.withLock { shared in
            guard shared.requests.count < Self.requestsMax, !shared.isClosing else { return false }
            shared.requests.append(request)
            return true
        }
        if isTaken { work.signal() }
        return isTaken
    }

    private func refuse(_ outcome: Outcome) {
        tell([outcome], note: Note(isTrouble: true, text: "\(path): the disk does not keep up"))
    }

    private func tell(_ outcomes: [Outcome], note: Note? = nil) {
        shared.withLock { shared in
            shared.outcomes += outcomes
            // One line of a kind is enough for a log.
            if let note, shared.notes.last != note { shared.notes.append(note) }
        }
        finished.signal()
    }

    /// The thread's life.
    private func run() {
        var files = ObjectFiles(path: path, bytesMax: bytesMax)
        while true {
            work.wait(milliseconds: -1)
            let (requests, isClosing) = shared.withLock { shared in
                defer { shared.requests = [] }
                return (shared.requests, shared.isClosing)
            }
            for request in requests { carryOut(request, &files) }
            if isClosing { return }
        }
    }

    private func carryOut(_ request: Request, _ files: inout ObjectFiles) {
        switch request {
        case .keep(let object, let bytes):
            do throws(SystemError) {
                try files.keep(object, bytes)
                tell([.kept(object, isKept: true)])
            } catch { tell([.kept(object, isKept: false)], note: Note(isTrouble: true, text: "not kept: \(error)")) }
        case .load(let object):
            do throws(SystemError) {
                let bytes = try files.load(object)
                tell([.loaded(object, bytes)])
            } catch { tell([.loaded(object, nil)], note: Note(isTrouble: true, text: "lost: \(error)")) }
        case .discard(let object): files.discard(object)
        case .retain(let wanted):
            let count = files.retain(wanted)
            guard count > 0 else { return }
            tell([], note: Note(isTrouble: false, text: "\(path): \(count) objects that nobody wants are removed"))
        }
    }
}
