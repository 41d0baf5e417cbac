import Glibc
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// An object that a person has as a file, or that came from a pipe: its name, and its bytes piece by piece. A file is read
/// twice, to be named and to be given, so that hundreds of large ones need no memory; what cannot be read twice is kept.
struct ObjectSource {
    private enum Place {
        case file
        case memory([UInt8])
    }

    /// As the person called it.
    let label: String
    let object: ObjectID
    let count: Int
    private let place: Place

    /// Refuses what no object can be, an empty file too.
    init(file path: String) throws(FileError) {
        guard Self.isRegular(path) else {
            // A pipe, a device, or nothing: what it is, reading says.
            try self.init(bytes: try InputFile.bytes(of: path), label: path)
            return
        }
        let hash = ObjectHash()
        var count = 0
        while true {
            let piece = try Self.read(path, from: count)
            if piece.isEmpty { break }
            count += piece.count
            guard count <= ObjectBytes.countMax else { throw Self.tooLarge(path) }
            hash.absorb(piece[...])
        }
        self.init(label: path, hash: hash, count: count, place: .file)
        guard count > 0 else { throw Self.empty(path) }
    }

    init(bytes: [UInt8], label: String) throws(FileError) {
        guard !bytes.isEmpty else { throw Self.empty(label) }
        guard bytes.count <= ObjectBytes.countMax else { throw Self.tooLarge(label) }
        let hash = ObjectHash()
        hash.absorb(bytes[...])
        self.init(label: label, hash: hash, count: bytes.count, place: .memory(bytes))
    }

    private init(label: String, hash: ObjectHash, count: Int, place: Place) {
        guard let object = ObjectID(hash: hash.finish()) else { preconditionFailure("a hash of another length") }
        self.label = label
        self.object = object
        self.count = count
        self.place = place
    }

    /// What is on stdin, to its end.
    static func standardInput() throws(FileError) -> ObjectSource {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            if count == 0 { return try ObjectSource(bytes: bytes, label: "standard input") }
            guard count > 0 else {
                if errno == EINTR, !Interruption.isNoted { continue }
                throw FileError(file: "standard input", message: "cannot read: \(String(cString: strerror(errno)))")
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= ObjectBytes.countMax else { throw tooLarge("standard input") }
        }
    }

    var pieces: Int { (count + ObjectBytes.pieceBytes - 1) / ObjectBytes.pieceBytes }

    func piece(_ index: Int) throws(FileError) -> ObjectPiece {
        let from = index * ObjectBytes.pieceBytes
        let length = min(ObjectBytes.pieceBytes, count - from)
        precondition(length > 0, "piece \(index) of \(count) bytes")
        let bytes: [UInt8]
        switch place {
        case .memory(let all): bytes = Array(all[from..<from + length])
        case .file: bytes = Array(try Self.read(label, from: from).prefix(length))
        }
        guard bytes.count == length else { throw changed }
        return ObjectPiece(object: object, objectBytes: count, index: index, bytes: bytes)
    }

    var changed: FileError { FileError(file: label, message: "it was changed while it was read; try again") }

    private static func empty(_ label: String) -> FileError {
        FileError(file: label, message: "it is empty: an input has at least one byte")
    }

    private static func tooLarge(_ label: String) -> FileError {
        FileError(
            file: label, message: "larger than \(ObjectBytes.countMax >> 20) MiB, the most that one input may have")
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// A piece's length of it at most; empty at its end.
    private static func read(_ path: String, from offset: Int) throws(FileError) -> [UInt8] {
        func failure() -> FileError {
            FileError(file: path, message: "cannot read: \(String(cString: strerror(errno)))")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: ObjectBytes.pieceBytes)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled, off_t(offset + filled))
            }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure()
            }
            filled += count
        }
        return Array(bytes[..<filled])
    }
}
