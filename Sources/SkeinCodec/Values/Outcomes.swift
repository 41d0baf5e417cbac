import SkeinPeer
import SkeinTasks
import SkeinWire

extension Plan: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.list(leaders, limit: PlanGraph.robotsMax)
        writer.list(owner, limit: PlanGraph.robotsMax)
        writer.list(grantedPercent, limit: PlanGraph.robotsMax)
        writer.list(grantedMHz, limit: PlanGraph.robotsMax)
    }

    /// Every index is of a robot that the plan has.
    package init(reading reader: inout ByteReader) throws(WireError) {
        let leaders = try reader.list(of: Int.self, limit: PlanGraph.robotsMax)
        let owner = try reader.list(of: Int.self, limit: PlanGraph.robotsMax)
        let grantedPercent = try reader.list(of: Double.self, limit: PlanGraph.robotsMax)
        let grantedMHz = try reader.list(of: Double.self, limit: PlanGraph.robotsMax)
        guard grantedPercent.count == owner.count, grantedMHz.count == owner.count,
            leaders.allSatisfy(owner.indices.contains), owner.allSatisfy(owner.indices.contains)
        else { throw .invalid(.entries) }
        self.init(leaders: leaders, owner: owner, grantedPercent: grantedPercent, grantedMHz: grantedMHz)
    }
}

extension ComputationOutcome: Coded {
    private enum Kind: UInt8 { case refused, unit, plan, program }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .unit(let output, let queued, let computed):
            writer.raw(output == nil ? Kind.refused : .unit)
            queued.write(to: &writer)
            computed.write(to: &writer)
            if let output { writer.blob(output, limit: Self.outputBytesMax) }
        case .plan(let plan):
            writer.raw(Kind.plan)
            plan.write(to: &writer)
        case .program(let outcome):
            writer.raw(Kind.program)
            outcome.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .refused:
            self = .unit(
                output: nil, queued: try Duration(reading: &reader), computed: try Duration(reading: &reader))
        case .unit:
            let queued = try Duration(reading: &reader)
            let computed = try Duration(reading: &reader)
            self = .unit(output: try reader.blob(limit: Self.outputBytesMax), queued: queued, computed: computed)
        case .plan: self = .plan(try Plan(reading: &reader))
        case .program: self = .program(try ProgramOutcome(reading: &reader))
        }
    }

    /// A kernel of ours stays below `Kernel.resultBytesMax`; one that does not is still recorded as it was.
    package static let outputBytesMax = 65_535
}
