/// Random numbers that are a function of where they are used: no state travels, and a particle's luck does not depend on
/// who went before it. SplitMix64's finaliser (Steele, Lea and Flood 2014) over a key and a counter.
struct PsoStream {
    private let key: UInt64

    init(seed: UInt64, island: UInt8) {
        key = Self.mixed(seed ^ (UInt64(island) &+ 1) &* 0xD1B5_4A32_D192_ED03)
    }

    /// Two independent numbers, uniform in [0, 1).
    func pair(iteration: Int, particle: Int) -> (Double, Double) {
        let counter = UInt64(truncatingIfNeeded: iteration) << 32 | UInt64(truncatingIfNeeded: particle)
        let bits = Self.mixed(key &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15)
        return (Double(bits >> 32) * 0x1p-32, Double(bits & 0xFFFF_FFFF) * 0x1p-32)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
