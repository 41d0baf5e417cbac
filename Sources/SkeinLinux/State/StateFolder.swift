import CSkeinLinux
import Glibc
import SkeinPeer
import SkeinWire

/// What must survive a crash and a power cut: the boot number, the peer's records and its objects, in a folder that one
/// daemon holds.
///
///     FOLDER/lock      flock, and the process id of who holds it
///     FOLDER/epoch     `EpochFile`
///     FOLDER/journal   `Journal`
///     FOLDER/objects   `ObjectDisk`; made when there is a first one
///
/// Opened once, before the peer is made. From then on `persist` hands records to a thread; `takeFinished` says which are
/// on the disk when `descriptor` is readable. The kernel frees the lock of a process that died.
package final class StateFolder {
    package let path: String
    /// This boot's number, on the disk.
    package let epoch: Epoch
    /// What the peer had persisted, by key.
    package let restored: [StateRecord]
    /// Bytes at the journal's end that a power cut had torn; never acknowledged, kept in `journal.torn`.
    package let tornBytes: Int
    package let objects: ObjectDisk
    private let lock: Descriptor
    private let writer: JournalWriter
    private var thread: Thread?

    package init(path: String) throws(StateError) {
        self.path = path
        try StateError.wrapping { () throws(SystemError) in try Folder.make(path, mode: 0o700) }
        lock = try Self.lock(path + "/lock")
        let journalPath = path + "/journal"
        epoch = try EpochFile.advance(path + "/epoch", mayBeFirst: access(journalPath, F_OK) != 0)
        let journal = try Journal(path: journalPath)
        restored = journal.records
        tornBytes = journal.tornBytes
        let writer = try StateError.wrapping { () throws(SystemError) in try JournalWriter() }
        self.writer = writer
        let objects = try StateError.wrapping { () throws(SystemError) in try ObjectDisk(path: path + "/objects") }
        self.objects = objects
        thread = try StateError.wrapping { () throws(SystemError) in
            try Thread(name: "skein-state") { writer.run(journal) }
        }
        do throws(SystemError) { try objects.start() } catch {
            close()
            throw .system(error)
        }
    }

    deinit { close() }

    /// A second in all.
    private static let lockTriesMax = 50
    private static let lockWaitMicroseconds: UInt32 = 20_000

    private static func lock(_ path: String) throws(StateError) -> Descriptor {
        let file = try StateError.wrapping { () throws(SystemError) in
            try Descriptor(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600), from: "open", path)
        }
        // A daemon that was killed a moment ago may not be quite dead: its lock goes with its last thread.
        var tries = Self.lockTriesMax
        while file.use({ flock($0, LOCK_EX | LOCK_NB) }) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw .system(SystemError("flock", path)) }
            tries -= 1
            guard tries == 0 else {
                usleep(Self.lockWaitMicroseconds)
                continue
            }
            let bytes = try StateError.wrapping { () throws(SystemError) in try Folder.read(path, limit: 32) }
            let digits = String(decoding: bytes ?? [], as: UTF8.self).prefix { $0.isNumber }
            throw .locked(path, process: Int32(digits))
        }
        guard file.use({ ftruncate($0, 0) }) == 0 else { throw .system(SystemError("ftruncate", path)) }
        try StateError.wrapping { () throws(SystemError) in
            try file.writeAll(Array("\(getpid())\n".utf8), subject: path)
        }
        return file
    }

    /// Readable when something has reached the disk, or could not.
    package var descriptor: Descriptor { writer.finished.descriptor }

    /// False when the disk is so far behind that nothing more is taken: the peer is never told that this is persisted.
    package func persist(_ id: PersistID, _ record: StateRecord) -> Bool { writer.submit(id, record) }

    package func takeFinished() -> (ids: [PersistID], failure: SystemError?) { writer.takeFinished() }

    /// Waits until everything handed over is on the disk, or has failed.
    package func close() {
        objects.close()
        guard let thread else { return }
        writer.close()
        thread.join()
        self.thread = nil
    }
}
