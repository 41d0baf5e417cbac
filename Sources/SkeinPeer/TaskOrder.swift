import SkeinTasks
import SkeinWire

/// What a client calls its task: chosen by it, 64 bits, so that a repeated submit is recognised.
package struct TaskKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    package var description: String { "task \(number)" }
}

/// A task of a person: parts for one kernel, computed here or by neighbours as a step's are.
package struct TaskOrder: Hashable, Sendable {
    package static let partsMax = Request.partsMax
    /// A unit's deadline travels as 16 bits of milliseconds.
    package static let spanMin: Duration = .milliseconds(200)
    package static let spanMax: Duration = .seconds(60)

    package var key: TaskKey
    package var kernel: Kernel
    /// One for each part, 1…`partsMax`, each what the kernel reads, at most `Kernel.inputBytesMax`.
    package var inputs: [[UInt8]]
    /// From its acceptance to its deadline.
    package var span: Duration
    /// Kept over a power cut, and its outcome too.
    package var isDurable: Bool
    /// How its results are made sure of.
    package var check: ResultCheck

    package init(
        key: TaskKey, kernel: Kernel, inputs: [[UInt8]], span: Duration, isDurable: Bool,
        check: ResultCheck = .acceptOne
    ) {
        self.key = key
        self.kernel = kernel
        self.inputs = inputs
        self.span = span
        self.isDurable = isDurable
        self.check = check
    }

    /// Why it cannot be taken; nil: it can.
    package var invalidity: TaskRefusal? {
        guard !inputs.isEmpty, inputs.count <= Self.partsMax else { return .parts(count: inputs.count) }
        guard span >= Self.spanMin, span <= Self.spanMax else { return .span(span) }
        for (part, input) in inputs.enumerated() where !kernel.reads(input) { return .input(part: part) }
        return nil
    }

    /// Tells orders of one key apart: FNV-1a (Fowler, Noll, Vo), 64 bits, over all but the key.
    var digest: UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) {
            digest ^= UInt64(byte)
            digest = digest &* 0x0000_0100_0000_01B3
        }
        func add(word: UInt64) { for shift in 0..<8 { add(UInt8(truncatingIfNeeded: word >> (8 * shift))) } }
        add(kernel.rawValue)
        add(isDurable ? 1 : 0)
        add(word: check.code)
        add(word: UInt64(bitPattern: span.nanoseconds))
        for input in inputs {
            add(word: UInt64(input.count))
            for byte in input { add(byte) }
        }
        return digest
    }
}

/// Why an order, or a word about one, was not taken.
package enum TaskRefusal: Hashable, Sendable {
    /// Not 1…`TaskOrder.partsMax`.
    case parts(count: Int)
    /// The kernel cannot read this part's input, or it is too long.
    case input(part: Int)
    /// Not `TaskOrder.spanMin`…`spanMax`.
    case span(Duration)
    /// Another order has this key.
    case otherOrder
    /// `OrderBook.openMax` orders are open: wait for one to end.
    case tooManyOpen
    /// No place in the book that could be given up.
    case full
    /// To be forgotten: it is still open.
    case stillOpen
    /// Being forgotten at this moment: submit it again.
    case forgetting
    /// The robot has left the mesh.
    case left
}

extension Kernel {
    /// Whether an input is one that this kernel computes.
    func reads(_ input: [UInt8]) -> Bool {
        guard !input.isEmpty, input.count <= Self.inputBytesMax else { return false }
        do throws(KernelError) {
            switch self {
            case .ekf: _ = try EkfGroup(reading: input)
            case .pso: _ = try PsoIsland(reading: input)
            }
            return true
        } catch {
            return false
        }
    }

    /// Whether an output is an answer to this input, in form and numbers.
    func isAnswer(_ output: [UInt8], to input: [UInt8]) -> Bool {
        guard output.count <= Self.resultBytesMax else { return false }
        do throws(KernelError) {
            switch self {
            case .ekf: _ = try EkfContribution(reading: output, answering: EkfGroup(reading: input))
            case .pso: _ = try PsoBest(reading: output, answering: PsoIsland(reading: input))
            }
            return true
        } catch {
            return false
        }
    }
}
