import Glibc
import SkeinWire
import Synchronization

/// What of the line to the motor controller must outlive a power cut: up to where signatures' timestamps may go, and whether the
/// controller still has to be told that a stop is over. One line with the CRC-32 of what stands before it:
///
///     34571520000000 1 3224b088
struct BridgeRecord: Equatable, Sendable {
    private static let bytesMax = 64

    /// 10 µs since 2015-01-01 UTC; 0: none were ever used.
    var ticks: UInt64 = 0
    var owesRelease = false

    /// Nil: there is none. One that does not hold is none either, and `isDamaged`.
    static func read(_ path: String) throws(SystemError) -> (record: BridgeRecord?, isDamaged: Bool) {
        guard let bytes = try Folder.read(path, limit: bytesMax) else { return (nil, false) }
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split(separator: " ")
        guard words.count == 3, let ticks = UInt64(words[0]), ["0", "1"].contains(words[1]) else { return (nil, true) }
        let record = BridgeRecord(ticks: ticks, owesRelease: words[1] == "1")
        return record.line == text ? (record, false) : (nil, true)
    }

    func write(_ path: String) throws(SystemError) { try Folder.replace(path, with: Array(line.utf8)) }

    private var line: String {
        let words = "\(ticks) \(owesRelease ? 1 : 0)"
        let sum = String(Checksum.crc32(Array(words.utf8)), radix: 16)
        return words + " " + String(repeating: "0", count: 8 - sum.count) + sum + "\n"
    }
}

/// Writes the record on a thread of its own (`skein-bridge`): the loop waits for no disk. What comes while one is written is
/// written next, the newest alone.
final class BridgeRecorder: Sendable {
    private static let retryMilliseconds: Int32 = 1_000

    private struct Shared {
        var wanted: BridgeRecord?
        var kept: BridgeRecord
        var failure: SystemError?
        var isClosing = false
    }

    private let path: String
    private let shared: Mutex<Shared>
    private let work: EventCounter
    private let finished: EventCounter

    init(path: String, kept: BridgeRecord) throws(SystemError) {
        self.path = path
        shared = Mutex(Shared(kept: kept))
        work = try EventCounter()
        finished = try EventCounter()
    }

    /// Its thread; to be joined after `close`.
    func start() throws(SystemError) -> Thread { try Thread(name: "skein-bridge") { [self] in run() } }

    /// Readable when a record has reached the disk, or could not.
    var descriptor: Descriptor { finished.descriptor }

    func submit(_ record: BridgeRecord) {
        shared.withLock { $0.wanted = record }
        work.signal()
    }

    /// What is on the disk.
    func take() -> (kept: BridgeRecord, failure: SystemError?) {
        finished.take()
        return shared.withLock { ($0.kept, $0.failure) }
    }

    /// Why the disk does not take it.
    var failure: SystemError? { shared.withLock { $0.failure } }

    func close() {
        shared.withLock { $0.isClosing = true }
        work.signal()
    }

    private func run() {
        var isBehind = false
        while true {
            work.wait(milliseconds: isBehind ? Self.retryMilliseconds : -1)
            let (record, isClosing) = shared.withLock { ($0.wanted, $0.isClosing) }
            if let record {
                var failure: SystemError?
                do throws(SystemError) { try record.write(path) } catch { failure = error }
                isBehind = failure != nil
                let outcome = failure
                shared.withLock { shared in
                    shared.failure = outcome
                    guard outcome == nil else { return }
                    shared.kept = record
                    if shared.wanted == record { shared.wanted = nil }
                }
                finished.signal()
            }
            if isClosing { return }
        }
    }
}
