import CSodium

/// BLAKE2b (RFC 7693), unkeyed, of bytes that come piece by piece. What it has taken in is zeroed with it.
final class HashStream {
    private let state: OpaquePointer
    private let memory: UnsafeMutableRawPointer
    private let hashBytes: Int

    init(hashBytes: Int) {
        precondition(Sodium.ready && (16...64).contains(hashBytes), "a hash of \(hashBytes) bytes")
        // libsodium wants its state aligned to a cache line, which Swift's own allocation does not promise.
        memory = .allocate(byteCount: crypto_generichash_statebytes(), alignment: 64)
        state = OpaquePointer(memory)
        self.hashBytes = hashBytes
        let status = crypto_generichash_init(state, nil, 0, hashBytes)
        precondition(status == 0, "no hash")
    }

    deinit {
        sodium_memzero(memory, crypto_generichash_statebytes())
        memory.deallocate()
    }

    func absorb(_ start: UnsafePointer<UInt8>, count: Int) {
        let status = crypto_generichash_update(state, start, UInt64(count))
        precondition(status == 0, "no hash")
    }

    func absorb(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { absorb(start, count: buffer.count) }
        }
    }

    func absorb(_ bytes: [UInt8]) { absorb(bytes[...]) }

    /// The end: nothing can be taken in after it.
    func finish(into hash: UnsafeMutablePointer<UInt8>) {
        let status = crypto_generichash_final(state, hash, hashBytes)
        precondition(status == 0, "a hash that had ended")
    }

    func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: hashBytes) { buffer, count in
            guard let start = buffer.baseAddress else { preconditionFailure("no room for a hash") }
            finish(into: start)
            count = hashBytes
        }
    }
}
