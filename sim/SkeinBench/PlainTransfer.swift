import CSodium
import Glibc
import SkeinLinux
import SkeinSeal
import SkeinWire
import Synchronization

/// What a transfer is measured against: the same bytes in frames of the same size by UDP and libsodium's
/// ChaCha20-Poly1305, called as plainly as can be. Nothing is acknowledged, repeated, paced or put together; what the
/// receiver's socket has no room for is gone, and does not count.
final class PlainTransfer: @unchecked Sendable {
    /// As much before the encrypted bytes as a frame's header, and as much of it authenticated.
    private static let headerBytes = BulkFrame.headerBytes
    private static let quietSpan: Duration = .milliseconds(50)

    private let from: LoopbackSocket
    private let to: LoopbackSocket
    private let chunkBytes: Int
    private let count: Int
    private let key = [UInt8](repeating: 0x51, count: 32)
    private let isSent = Atomic<Bool>(false)
    /// Of the receiver, read once it has ended.
    private(set) var receivedBytes = 0
    private var lastAt = Instant.zero

    init(bytes: Int, chunkBytes: Int, from: LoopbackSocket, to: LoopbackSocket) {
        self.from = from
        self.to = to
        self.chunkBytes = chunkBytes
        count = (bytes + chunkBytes - 1) / chunkBytes
    }

    /// Seconds from the first frame sent to the last one opened.
    func run() throws(SystemError) -> Double {
        let receiver = try Thread(name: "plain-receive") { self.receive() }
        let begun = MonotonicClock.now()
        let sender = try Thread(name: "plain-send") {
            self.send()
            self.isSent.store(true, ordering: .releasing)
        }
        sender.join()
        receiver.join()
        return max(lastAt, begun).seconds(since: begun)
    }

    private func send() {
        let plain = [UInt8](repeating: 3, count: chunkBytes)
        var frame = [UInt8](repeating: 0, count: Self.headerBytes + chunkBytes + BulkFrame.tagBytes)
        frame.withUnsafeMutableBytes { raw in
            guard let start = raw.bindMemory(to: UInt8.self).baseAddress else { return }
            for number in 1...count {
                raw.storeBytes(of: UInt64(number).bigEndian, toByteOffset: 8, as: UInt64.self)
                crypto_aead_chacha20poly1305_ietf_encrypt(
                    start + Self.headerBytes, nil, plain, UInt64(chunkBytes), start, UInt64(Self.headerBytes), nil,
                    start + 4, key)
                from.send(UnsafeRawBufferPointer(raw))
            }
        }
    }

    private func receive() {
        var frame = [UInt8](repeating: 0, count: Envelope.datagramBytesMax)
        frame.withUnsafeMutableBytes { raw in
            guard let start = raw.bindMemory(to: UInt8.self).baseAddress else { return }
            while true {
                let isLast = isSent.load(ordering: .acquiring)
                guard let bytes = to.receive(into: raw) else {
                    if isLast { return }
                    to.wait(Self.quietSpan)
                    continue
                }
                let status = crypto_aead_chacha20poly1305_ietf_decrypt(
                    start + Self.headerBytes, nil, nil, start + Self.headerBytes,
                    UInt64(max(0, bytes - Self.headerBytes)), start, UInt64(Self.headerBytes), start + 4, key)
                guard status == 0 else { continue }
                receivedBytes += bytes - Self.headerBytes - BulkFrame.tagBytes
                lastAt = MonotonicClock.now()
            }
        }
    }
}
