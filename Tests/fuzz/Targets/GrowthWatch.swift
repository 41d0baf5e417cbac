import CMalloc

/// Whether an input leaves something behind. Of some inputs, chosen by their bytes so that a replay looks at the same, the
/// target runs again and again: the heap must not grow with every run. What one run may hold at most is `-malloc_limit_mb`'s.
enum GrowthWatch {
    private static let oneOf: UInt32 = 128
    private static let runs = 4
    private static let runsOfSuspect = 64
    private static let bytesMax = 16 * runsOfSuspect

    static func look(at bytes: [UInt8], _ target: any FuzzTarget.Type) {
        // FNV-1a (Fowler, Noll, Vo).
        let hash = bytes.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        guard (hash ^ hash >> 16) % oneOf == 0, grows(bytes, target, runs: runs) else { return }
        // Freed pieces that the allocator keeps at hand count as used until it has enough of them.
        let before = heapBytes
        guard grows(bytes, target, runs: runsOfSuspect), heapBytes - before >= bytesMax else { return }
        broken("\((heapBytes - before) / runsOfSuspect) bytes are left of every run of this input")
    }

    /// With every single run.
    private static func grows(_ bytes: [UInt8], _ target: any FuzzTarget.Type, runs: Int) -> Bool {
        for _ in 0..<runs {
            let before = heapBytes
            HangWatch.run(target, bytes)
            if heapBytes <= before { return false }
        }
        return true
    }

    static var heapBytes: Int {
        let info = mallinfo2()
        return Int(info.uordblks + info.hblkhd)
    }
}
