/// The planner's chance: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable
/// pseudorandom number generators") from a constant seed, so that one graph
/// has one plan wherever it is planned.
struct PlannerDice {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A number in 0..<bound; the bias of a modulo is nothing at such bounds.
    mutating func roll(below bound: Int) -> Int {
        precondition(bound > 0, "a die of \(bound) sides")
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Int(mixed % UInt64(bound))
    }
}
