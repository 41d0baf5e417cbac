import SkeinWire

/// The computations a robot lends to its neighbours. A kernel is a pure function of bytes: it knows no peer, no clock and
/// no swarm, and the same machine gives the same bits, so that a part may be computed anywhere, twice, or again.
package enum Kernel: UInt8, CaseIterable, Sendable {
    /// One group of rays of a robot's localisation star: `EkfGroup` in, `EkfContribution` out.
    case ekf = 1
    /// One island of the search for the virtual source: `PsoIsland` in, `PsoBest` out.
    case pso = 2

    /// Of every layout in this room and of what is computed from it: 2 since a neighbour's turn is an error across its way. A
    /// helper that knows another version declines; nothing is guessed.
    package static let version: UInt8 = 2
    /// Input and result each fit one signed datagram (mesh-cloud §6: a part must arrive within 0.1 s; fragments would
    /// multiply the loss).
    package static let inputBytesMax = 1100
    package static let resultBytesMax = 1100

    /// Computes one part. `input` comes from the air: it throws on anything it does not understand, never traps, and its
    /// time and memory are bounded by the counts it checks first.
    package func run(input: [UInt8]) throws(KernelError) -> [UInt8] {
        guard input.count <= Self.inputBytesMax else { throw .outOfRange(.inputBytes) }
        switch self {
        case .ekf: return try EkfGroup(reading: input).run().encoded()
        case .pso: return try PsoIsland(reading: input).run().encoded()
        }
    }
}

/// Why a part was not computed, or a result not believed. A small closed set, so that refusals are counted by reason.
package enum KernelError: Error, Hashable, Sendable {
    /// The bytes are not this kernel's layout.
    case malformed(WireError)
    /// A number that no sane requester sends.
    case outOfRange(Quantity)
    /// The arithmetic left the finite numbers, or a matrix was singular.
    case diverged
    /// A helper's answer to this part is not an answer to what was asked.
    case badResult(part: Int)

    /// What was out of range.
    package enum Quantity: String, Sendable {
        case inputBytes, pose, covariance, motion, weight, camera, detection, box, sample, island, misfit, information
    }
}

/// What travels to a helper, and what its answer is held against.
package struct TaskPart: Hashable, Sendable {
    package var kernel: Kernel
    package var version: UInt8
    package var input: [UInt8]

    package init(kernel: Kernel, version: UInt8 = Kernel.version, input: [UInt8]) {
        precondition(input.count <= Kernel.inputBytesMax, "a part of \(input.count) bytes does not fit its datagram")
        self.kernel = kernel
        self.version = version
        self.input = input
    }
}
