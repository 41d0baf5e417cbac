import Glibc
import SkeinSeal
import SkeinWire

/// The files of `ObjectDisk`, in the hands of its thread: one for each object, called by its hash.
struct ObjectFiles {
    private struct File {
        var object: ObjectID
        var bytes: Int
    }

    static let filesMax = 32_768
    private static let suffix = ".new"

    let path: String
    private let bytesMax: Int
    /// Ascending.
    private var files: [File] = []
    private var byteCount = 0

    /// Looks at what is there; what was being written when the last daemon died is removed. No folder holds nothing.
    init(path: String, bytesMax: Int) {
        self.path = path
        self.bytesMax = bytesMax
        for name in Self.names(in: path) {
            guard let object = Self.object(name) else {
                if name.hasSuffix(Self.suffix) { unlink("\(path)/\(name)") }
                continue
            }
            var status = stat()
            guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            note(object, bytes: Int(status.st_size))
        }
    }

    var objects: [ObjectID] { files.map(\.object) }

    /// On the disk when it returns.
    mutating func keep(_ object: ObjectID, _ bytes: ObjectBytes) throws(SystemError) {
        // What is there and good need not be written again.
        if index(of: object) != nil, let present = try? load(object), present == bytes { return }
        let file = self.file(object)
        guard byteCount + bytes.count <= bytesMax, files.count < Self.filesMax else {
            throw SystemError("quota of \(bytesMax) bytes", file, number: EDQUOT)
        }
        try Folder.make(path, mode: 0o700)
        do throws(SystemError) {
            try write(bytes, to: file + Self.suffix)
            guard rename(file + Self.suffix, file) == 0 else { throw SystemError("rename", file) }
            try Folder.synchronise(path)
        } catch {
            unlink(file + Self.suffix)
            throw error
        }
        note(object, bytes: bytes.count)
    }

    private func write(_ bytes: ObjectBytes, to name: String) throws(SystemError) {
        let file = try Descriptor(open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600), from: "open", name)
        for piece in bytes.pieces { try file.writeAll(piece, subject: name) }
        guard file.use({ fsync($0) }) == 0 else { throw SystemError("fsync", name) }
    }

    /// Nil: there is no such file. One that is not what its name says is removed, and thrown.
    mutating func load(_ object: ObjectID) throws(SystemError) -> ObjectBytes? {
        let name = file(object)
        let number = open(name, O_RDONLY | O_CLOEXEC)
        if number < 0, errno == ENOENT {
            forget(object)
            return nil
        }
        let file = try Descriptor(number, from: "open", name)
        var bytes = ObjectBytes()
        let hash = ObjectHash()
        while true {
            let piece = try Self.piece(of: file, name)
            guard !piece.isEmpty, bytes.count + piece.count <= ObjectBytes.countMax else { break }
            hash.absorb(piece[...])
            bytes.append(piece[...])
        }
        guard hash.finish() == object.hash else {
            discard(object)
            throw SystemError("hash of \(bytes.count) bytes", name, number: EBADMSG)
        }
        return bytes
    }

    /// At most as much as a piece holds; empty at the end.
    private static func piece(of file: Descriptor, _ name: String) throws(SystemError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: ObjectBytes.pieceBytes)
        while true {
            let count = file.use { read($0, &chunk, chunk.count) }
            if count >= 0 { return Array(chunk[..<count]) }
            guard errno == EINTR else { throw SystemError("read", name) }
        }
    }

    mutating func discard(_ object: ObjectID) {
        unlink(file(object))
        forget(object)
    }

    /// Removes all others; how many. `wanted` ascends.
    mutating func retain(_ wanted: [ObjectID]) -> Int {
        var place = 0
        var unwanted: [ObjectID] = []
        for object in objects {
            while place < wanted.count, wanted[place] < object { place += 1 }
            if place == wanted.count || wanted[place] != object { unwanted.append(object) }
        }
        for object in unwanted { discard(object) }
        return unwanted.count
    }

    private func file(_ object: ObjectID) -> String { "\(path)/\(Self.name(object))" }

    // MARK: - The list

    private func place(of object: ObjectID) -> Int {
        var (low, high) = (0, files.count)
        while low < high {
            let middle = (low + high) / 2
            if files[middle].object < object { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func index(of object: ObjectID) -> Int? {
        let place = place(of: object)
        return place < files.count && files[place].object == object ? place : nil
    }

    private mutating func note(_ object: ObjectID, bytes: Int) {
        forget(object)
        guard files.count < Self.filesMax else { return }
        files.insert(File(object: object, bytes: bytes), at: place(of: object))
        byteCount += bytes
    }

    private mutating func forget(_ object: ObjectID) {
        guard let index = index(of: object) else { return }
        byteCount -= files.remove(at: index).bytes
    }

    // MARK: - Names

    /// The whole hash, in hexadecimal.
    static func name(_ object: ObjectID) -> String {
        object.hash.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func object(_ name: String) -> ObjectID? {
        let digits = Array(name.utf8)
        guard digits.count == 2 * ObjectID.byteCount else { return nil }
        var hash: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            hash.append(byte)
        }
        guard let object = ObjectID(hash: hash), Self.name(object) == name else { return nil }
        return object
    }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
