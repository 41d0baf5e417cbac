import Glibc

/// Lines for a log whose reader may have stopped reading: a pipe, a socket, a terminal. Writing never waits, since the
/// loop writes here; a line that finds no room is lost, and counted, and the next one that finds room says how many.
///
/// WHY poll(2) and not O_NONBLOCK: that flag belongs to the open file, which this process shares with whoever started it.
/// A pipe with room takes PIPE_BUF bytes at once (pipe(7)), so no line is longer.
package final class LogLines {
    package static let lineBytesMax = 4_096

    private let number: Int32
    private let lossLine: (Int) -> String
    /// Since the last line that was written.
    package private(set) var lost = 0

    /// `number` stays its owner's: it is stderr.
    package init(_ number: Int32, lossLine: @escaping (Int) -> String) {
        self.number = number
        self.lossLine = lossLine
    }

    package func write(_ line: String) {
        if lost > 0, put(lossLine(lost)) { lost = 0 }
        if lost > 0 || !put(line) { lost += 1 }
    }

    private func put(_ line: String) -> Bool {
        let bytes = Array(line.utf8.prefix(Self.lineBytesMax - 1)) + [UInt8(ascii: "\n")]
        while true {
            var watched = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
            let count = poll(&watched, 1, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0, watched.revents & Int16(POLLOUT) != 0 else { return false }
            let written = Glibc.write(number, bytes, bytes.count)
            if written < 0, errno == EINTR { continue }
            return written > 0
        }
    }
}
