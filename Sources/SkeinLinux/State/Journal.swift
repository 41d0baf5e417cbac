import Glibc
import SkeinPeer
import SkeinWire

/// The peer's records on the disk: an append-only file, read once at the start, rewritten with only what is still there
/// at every start and when it has grown.
///
///     0        8
///     +--------+--------------------------------+
///     |SKEINJ01| records ...                    |
///     +--------+--------------------------------+
///     one record:
///     0        8      12           12+n     16+n
///     +--------+-------+------------+---------+
///     |key u64 |n u32  | n bytes    | CRC-32  |  big-endian; n = 0xFFFFFFFF and no bytes: the key is removed
///     +--------+-------+------------+---------+
///
/// A power cut can tear what was being appended, never what was synchronised before it and acknowledged. So the file ends
/// at the first record that does not check; the rest is kept in a file beside it and reported. A failed write or fsync
/// leaves it unknown what reached the disk: the journal is then written anew as a whole (`rewrite`).
struct Journal {
    static let magic = Array("SKEINJ01".utf8)
    static let recordBytesMax = 65_536
    /// More than a peer keeps: 4096 entries about the fleet, 256 stops and releases, 64 orders.
    static let recordsMax = 8_192
    static let fileBytesMax = 256 << 20
    private static let removed = UInt32.max
    private static let overhead = 16
    /// Below this it is not worth rewriting.
    private static let rewriteBytesMin = 1 << 20

    let path: String
    private var file: Descriptor?
    /// By key, sorted.
    private(set) var records: [StateRecord] = []
    private var fileBytes = 0
    private var liveBytes = 0
    /// Bytes at the end that a power cut had torn, moved to `path`.torn.
    private(set) var tornBytes = 0

    /// Recovers what is there and compacts it. No file is an empty journal.
    init(path: String) throws(StateError) {
        self.path = path
        if let bytes = try StateError.wrapping({ () throws(SystemError) in
            try Folder.read(path, limit: Self.fileBytesMax)
        }), !bytes.isEmpty {
            guard bytes.starts(with: Self.magic) else { throw .corruptJournal(path, found: "another beginning") }
            do throws(SystemError) { try recover(bytes) } catch { throw .system(error) }
        }
        do throws(SystemError) { try rewrite() } catch { throw .system(error) }
    }

    private mutating func recover(_ bytes: [UInt8]) throws(SystemError) {
        var position = Self.magic.count
        while position < bytes.count {
            guard let (record, length) = Self.record(in: bytes[position...]), apply(record) else {
                tornBytes = bytes.count - position
                return try Folder.replace(path + ".torn", with: Array(bytes[position...]))
            }
            position += length
        }
    }

    private static func record(in bytes: ArraySlice<UInt8>) -> (StateRecord, length: Int)? {
        var reader = ByteReader(bytes)
        guard let key = try? reader.u64(), let count = try? reader.u32() else { return nil }
        let length = count == removed ? 0 : Int(count)
        guard length <= recordBytesMax, let body = try? reader.bytes(length), let sum = try? reader.u32(),
            Checksum.crc32(bytes.prefix(12 + length)) == sum
        else { return nil }
        return (StateRecord(key: key, bytes: count == removed ? nil : body), overhead + length)
    }

    /// False when the journal holds all the records it may.
    private mutating func apply(_ record: StateRecord) -> Bool {
        let index = records.partitioningIndex { $0.key >= record.key }
        let isKnown = index < records.count && records[index].key == record.key
        if isKnown { liveBytes -= Self.overhead + (records[index].bytes?.count ?? 0) }
        switch (record.bytes, isKnown) {
        case (nil, true): records.remove(at: index)
        case (nil, false): break
        case (.some(let bytes), true):
            records[index] = record
            liveBytes += Self.overhead + bytes.count
        case (.some(let bytes), false):
            guard records.count < Self.recordsMax else { return false }
            records.insert(record, at: index)
            liveBytes += Self.overhead + bytes.count
        }
        return true
    }

    private static func write(_ record: StateRecord, to writer: inout ByteWriter) {
        var body = ByteWriter(capacity: overhead + (record.bytes?.count ?? 0))
        body.u64(record.key)
        body.u32(record.bytes.map { UInt32($0.count) } ?? removed)
        body.raw(record.bytes ?? [])
        writer.raw(body.bytes)
        writer.u32(Checksum.crc32(body.bytes))
    }

    /// Appends and synchronises; on the disk when it returns. After a failure only `rewrite` mends it, which includes
    /// these records.
    mutating func append(_ batch: [StateRecord]) throws(SystemError) {
        var writer = ByteWriter(capacity: 4_096)
        for record in batch {
            precondition(
                record.bytes?.count ?? 0 <= Self.recordBytesMax, "a record of \(record.bytes?.count ?? 0) bytes")
            let fits = apply(record)
            precondition(fits, "more than \(Self.recordsMax) records")
            Self.write(record, to: &writer)
        }
        guard let file else { return try rewrite() }
        let grown = fileBytes + writer.bytes.count
        if grown > Self.rewriteBytesMin, grown > 4 * liveBytes { return try rewrite() }
        do throws(SystemError) {
            try file.writeAll(writer.bytes, subject: path)
            guard file.use({ fdatasync($0) }) == 0 else { throw SystemError("fdatasync", path) }
        } catch {
            self.file = nil
            throw error
        }
        fileBytes = grown
    }

    /// Writes all that is there to a new file and puts that in place.
    mutating func rewrite() throws(SystemError) {
        file = nil
        var writer = ByteWriter(capacity: liveBytes + Self.magic.count)
        writer.raw(Self.magic)
        for record in records { Self.write(record, to: &writer) }
        try Folder.replace(path, with: writer.bytes)
        file = try Descriptor(open(path, O_WRONLY | O_APPEND | O_CLOEXEC), from: "open", path)
        fileBytes = writer.bytes.count
    }
}

extension Array {
    /// The first index whose element satisfies a predicate that, once true, stays so.
    fileprivate func partitioningIndex(where isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
