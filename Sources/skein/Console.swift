import Glibc
import SkeinFiles

/// Data on stdout, talk on stderr.
enum Console {
    static func print(_ text: String, end: String = "\n") { send(text + end, to: STDOUT_FILENO) }

    static func say(_ text: String) { send(text + "\n", to: STDERR_FILENO) }

    /// Stays on its line until the next one takes its place. Nothing where stderr is no terminal.
    static func progress(_ text: String) {
        if showsProgress { send("\r\(text)\u{1B}[K", to: STDERR_FILENO) }
    }

    /// A result as JSON: to the file, or to stdout if it is `-`.
    static func write(_ value: JSONValue, to file: String) throws(FileError) {
        let bytes = JSONWriter.bytes(of: value)
        if file == "-" { send(bytes[...], to: STDOUT_FILENO) } else { try OutputFile.write(bytes, to: file) }
    }

    /// A result's own bytes: whoever asked for them must know if they did not arrive.
    static func write(_ bytes: [UInt8]) throws(FileError) {
        guard send(bytes[...], to: STDOUT_FILENO) else {
            throw FileError(file: "stdout", message: "cannot write: \(String(cString: strerror(errno)))")
        }
    }

    /// Whether anybody sees `progress`.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    private static func send(_ text: String, to descriptor: Int32) { send(Array(text.utf8)[...], to: descriptor) }

    @discardableResult
    private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR && errno != EAGAIN {
                // Whoever read us has gone: `skein … | head`.
                return false
            }
        }
        return true
    }
}
