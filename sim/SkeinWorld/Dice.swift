import RealModule
import SkeinPeer

/// The world's chance. One seed makes every stream; each noun draws from a stream of its own, so that a draw more in one
/// place moves nothing in another.
package struct Dice: Sendable {
    /// What a stream is for. The number is part of every recorded run.
    package enum Stream: UInt64, Sendable {
        case layout = 1, targets, processors, boot, body, sensors, medium, fading, noise, peer, keys, clocks,
            adversaries, drifts, work, obstacles, gusts, ranges
        case whims = 64
    }

    private var random: PeerRandom
    private var spare: Double?

    package init(seed: UInt64, stream: Stream, index: Int = 0) {
        random = PeerRandom(seed: Self.mixed(seed, stream.rawValue, UInt64(index)))
    }

    /// A seed made of three numbers, each stirred in by SplitMix64's finalizer.
    package static func mixed(_ first: UInt64, _ second: UInt64, _ third: UInt64 = 0) -> UInt64 {
        stirred(stirred(stirred(first &+ 0x9E37_79B9_7F4A_7C15) ^ second) ^ third)
    }

    @inline(__always)
    package static func stirred(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func word() -> UInt64 { random.next() }

    /// Uniform in 0..<1.
    package mutating func unit() -> Double { random.unit() }

    package mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.unit() }

    /// Uniform in 0..<`bound`; the modulo's bias is below 2⁻³² for any bound of ours.
    package mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// Box and Muller 1958, both values used.
    package mutating func gauss(mean: Double = 0, sigma: Double) -> Double {
        guard sigma > 0 else { return mean }
        if let value = spare {
            spare = nil
            return mean + sigma * value
        }
        let radius = (-2 * Double.log(1 - random.unit())).squareRoot()
        let angle = 2 * Double.pi * random.unit()
        spare = radius * Double.sin(angle)
        return mean + sigma * radius * Double.cos(angle)
    }

    /// `count` different numbers of 0..<`bound`, ascending.
    package mutating func choose(_ count: Int, of bound: Int) -> [Int] {
        precondition(count >= 0 && count <= bound, "\(count) of \(bound)")
        var numbers = Array(0..<bound)
        for place in 0..<count { numbers.swapAt(place, place + below(bound - place)) }
        return numbers[..<count].sorted()
    }
}
