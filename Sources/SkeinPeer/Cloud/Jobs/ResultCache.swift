import SkeinWire

/// What deterministic kernels are known to make of their inputs: the output's name, whose bytes the store may still have. The
/// oldest is forgotten first. A wrong output of a robot that this one believed stays until then; nobody else is told of it.
struct ResultCache {
    static let entriesMax = 512

    struct Key: Hashable {
        var kernel: KernelName
        /// In the kernel's order.
        var inputs: [ObjectID]
    }

    private var outputs: [Key: ObjectID] = [:]
    /// In order of arrival, from `oldest` round.
    private var keys: [Key] = []
    private var oldest = 0

    subscript(key: Key) -> ObjectID? { outputs[key] }

    mutating func learn(_ key: Key, _ output: ObjectID) {
        guard outputs.updateValue(output, forKey: key) == nil else { return }
        guard keys.count == Self.entriesMax else { return keys.append(key) }
        outputs[keys[oldest]] = nil
        keys[oldest] = key
        oldest = (oldest + 1) % Self.entriesMax
    }
}
