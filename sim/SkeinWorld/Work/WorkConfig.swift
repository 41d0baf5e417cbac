import SkeinPeer
import SkeinWire

/// Jobs that operators submit in a world, and the toy kernel that its robots have registered.
package struct WorkConfig: Hashable, Sendable {
    package struct Order: Hashable, Sendable {
        /// From the world's begin.
        package var at: Duration
        package var robot: Int
        package var units: Int
        package var span: Duration
        package var isDurable = false
        package var isHedged = false
        /// From its submission to its operator's change of mind.
        package var cancelAfter: Duration?

        package init(at: Duration, robot: Int, units: Int, span: Duration) {
            self.at = at
            self.robot = robot
            self.units = units
            self.span = span
        }
    }

    package var orders: [Order] = []
    /// Processor time of one unit on a whole core.
    package var cost: Duration = .milliseconds(100)
    /// Robots that have the kernel, from the first on; nil: all.
    package var registered: Int?
    package var inputBytesMax = 800
    package var outputBytesMax = 1_000

    package init() {}

    package static let kernel: KernelName = {
        guard let name = KernelName(name: "mix", version: 1) else { preconditionFailure("mix is no name") }
        return name
    }()

    var offer: KernelOffer { KernelOffer(name: Self.kernel, isDeterministic: true, cost: cost) }

    /// What the kernel computes: a stream drawn from all its inputs, as long as they say.
    package func mix(_ inputs: [[UInt8]]) -> [UInt8] {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for input in inputs {
            for byte in input { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            state = (state ^ UInt64(input.count)) &* 0x0000_0100_0000_01B3
        }
        var dice = Dice(seed: state, stream: .work)
        return (0..<(1 + dice.below(outputBytesMax))).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }
}
