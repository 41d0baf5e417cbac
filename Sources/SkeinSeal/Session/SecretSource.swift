import CSodium
import SkeinWire

/// Where a session's short-lived secrets come from: the kernel on a robot, a seed in the simulator.
package protocol SecretSource: AnyObject {
    /// Writes secret bytes over all of these.
    func fill(_ bytes: UnsafeMutableBufferPointer<UInt8>)
}

/// The kernel's generator, through libsodium.
package final class KernelSecrets: SecretSource {
    package init() { precondition(Sodium.ready, "libsodium cannot start") }

    package func fill(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        randombytes_buf(start, bytes.count)
    }
}

/// The same secrets for the same seed: for simulators and tests, whose sessions hide nothing.
package final class SeededSecrets: SecretSource {
    private let seed: [UInt8]
    private var count: UInt64 = 0

    package init(seed: UInt64) {
        precondition(Sodium.ready, "libsodium cannot start")
        var writer = ByteWriter(capacity: 32)
        writer.u64(seed)
        writer.raw([UInt8](repeating: 0, count: 24))
        self.seed = writer.bytes
    }

    /// ChaCha20 under the seed, a stream for each call.
    package func fill(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        count += 1
        var writer = ByteWriter(capacity: 8)
        writer.u64(count)
        let status = crypto_stream_chacha20(start, UInt64(bytes.count), writer.bytes, seed)
        precondition(status == 0, "no stream from the seed")
    }
}
