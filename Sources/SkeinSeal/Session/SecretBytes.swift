import CSodium

/// A secret in memory of its own, never copied, zeroed when the last one who holds it lets go (sodium_memzero(3), which
/// no optimiser removes). It may still be swapped out or lie in a core file: a robot's daemon has neither.
final class SecretBytes {
    let start: UnsafeMutablePointer<UInt8>
    let count: Int

    init(count: Int) {
        precondition(Sodium.ready && count > 0, "a secret of \(count) bytes")
        start = .allocate(capacity: count)
        start.initialize(repeating: 0, count: count)
        self.count = count
    }

    convenience init(count: Int, from source: any SecretSource) {
        self.init(count: count)
        source.fill(UnsafeMutableBufferPointer(start: start, count: count))
    }

    func wipe() { sodium_memzero(start, count) }

    deinit {
        wipe()
        start.deallocate()
    }
}
