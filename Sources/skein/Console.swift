import Glibc
import SkeinFiles

/// Data on stdout, talk on stderr.
enum Console {
    static func print(_ text: String) { send(text + "\n", to: STDOUT_FILENO) }

    static func say(_ text: String) { send(text + "\n", to: STDERR_FILENO) }

    /// Stays on its line until the next one takes its place. Nothing where stderr is no terminal.
    static func progress(_ text: String) {
        if isatty(STDERR_FILENO) == 1 { send("\r\(text)\u{1B}[K", to: STDERR_FILENO) }
    }

    /// A result as JSON: to the file, or to stdout if it is `-`.
    static func write(_ value: JSONValue, to file: String) throws(FileError) {
        let bytes = JSONWriter.bytes(of: value)
        if file == "-" { send(bytes[...], to: STDOUT_FILENO) } else { try OutputFile.write(bytes, to: file) }
    }

    private static func send(_ text: String, to descriptor: Int32) { send(Array(text.utf8)[...], to: descriptor) }

    private static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR && errno != EAGAIN {
                // Whoever read us has gone: `skein … | head`.
                return
            }
        }
    }
}
