import Glibc

/// A file read whole.
package enum InputFile {
    /// Larger files are refused before they are read into memory.
    package static let bytesMax = 1 << 30

    package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    package static func bytes(of path: String) throws(FileError) -> [UInt8] {
        guard !path.isEmpty else { throw FileError(file: "\"\"", message: "cannot read: the file's name is empty") }
        guard let stream = fopen(path, "rb") else { throw failure("cannot read", path, errno) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= bytesMax else {
                throw FileError(file: path, message: "larger than \(bytesMax) bytes, the most that is read")
            }
            if count < chunk.count {
                guard ferror(stream) == 0 else { throw failure("cannot read", path, errno) }
                return bytes
            }
        }
    }

    /// As UTF-8 text; anything else is refused where it first goes wrong.
    package static func text(of path: String) throws(FileError) -> String {
        let bytes = try bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let offset = firstInvalidOffset(bytes)
            throw FileError(
                file: path, position: .init(offset: offset, in: bytes),
                message: "expected UTF-8 text, found byte \(bytes[offset])")
        }
        return text
    }

    private static func firstInvalidOffset(_ bytes: [UInt8]) -> Int {
        // Decoded text grows with the valid part, so the longest valid prefix is found by halving.
        var valid = 0
        var invalid = bytes.count
        while invalid - valid > 1 {
            let middle = (valid + invalid) / 2
            var end = middle
            while end > valid, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            if end == valid { break }
            if String(validating: bytes[valid..<end], as: UTF8.self) != nil { valid = end } else { invalid = end }
        }
        return min(valid, bytes.count - 1)
    }

    static func failure(_ what: String, _ path: String, _ code: Int32) -> FileError {
        FileError(file: path, message: "\(what): \(String(cString: strerror(code)))")
    }
}
