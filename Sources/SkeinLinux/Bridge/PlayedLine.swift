import CSkeinLinux
import Glibc

/// A serial line whose other end is a program: a pty, under a name that stays. Whoever opens the name finds a device that was
/// never unplugged, also while nobody plays.
package final class PlayedLine {
    package let path: String
    package let descriptor: Descriptor
    /// Held, so that the line does not hang up when the last reader leaves (pty(7)).
    private let held: Descriptor

    /// `path` becomes a symbolic link to it, in the place of what is there.
    package init(path: String) throws(SystemError) {
        var device: Int32 = -1
        var line: Int32 = -1
        var name = [CChar](repeating: 0, count: 128)
        guard skein_open_pty(&device, &line, &name, name.count) == 0 else { throw SystemError("openpt", path) }
        descriptor = try Descriptor(device, from: "openpt", path)
        held = try Descriptor(line, from: "open", path)
        self.path = path
        unlink(path)
        guard symlink(name, path) == 0 else { throw SystemError("symlink", path) }
    }

    /// False: nobody has read for long; what a wire would have lost.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        descriptor.use { Glibc.write($0, bytes, bytes.count) } == bytes.count
    }

    /// What has come, at most the buffer; nil: nothing.
    package func read(into buffer: inout [UInt8]) -> Int? {
        let count = descriptor.use { Glibc.read($0, &buffer, buffer.count) }
        return count > 0 ? count : nil
    }
}
