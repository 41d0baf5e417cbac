import RealModule

/// The tests' own luck: SplitMix64, so that a failure is found again by its seed.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(next() >> 11) * 0x1p-53
    }

    /// Box and Muller.
    mutating func gaussian(sigma: Double = 1) -> Double {
        let radius = Double.sqrt(-2 * Double.log(1 - uniform(0, 1)))
        return sigma * radius * Double.cos(2 * .pi * uniform(0, 1))
    }
}
