/// The task of a camera robot, once a step (mesh-cloud §6 and §7): where am I and where are those I see, in four parts,
/// and where is the source, in two. It prepares what is asked, reads what helpers answer, and puts it together; who
/// computes a part is not its business.
package struct NavigationTask: Hashable, Sendable {
    package let star: EkfStar
    package let search: PsoSearch
    private let groups: [EkfGroup]
    private let islands: [PsoIsland]

    package static let ekfPartCount = EkfStar.groupCount
    package static let psoPartCount = PsoSearch.islandCount
    package static let partCount = ekfPartCount + psoPartCount

    package init(localisation: EkfStep, search: PsoSearch) {
        star = EkfStar(localisation)
        self.search = search
        groups = star.groups()
        islands = search.islands()
    }

    /// The parts, EKF first. They depend on nothing but the task: asked again, the same bytes.
    package func split() -> [TaskPart] {
        groups.map { TaskPart(kernel: .ekf, input: $0.encoded()) }
            + islands.map { TaskPart(kernel: .pso, input: $0.encoded()) }
    }

    /// Whether a helper's answer to a part can be merged: its size, its numbers, and that it answers what was asked. The
    /// ledger asks before it stops waiting for a better one.
    package func validate(part: Int, result: [UInt8]) -> Bool {
        guard (0..<Self.partCount).contains(part), result.count <= Kernel.resultBytesMax else { return false }
        do throws(KernelError) {
            if part < Self.ekfPartCount {
                _ = try contribution(part, result)
            } else {
                _ = try best(part, result)
            }
            return true
        } catch {
            return false
        }
    }

    /// Puts the parts together, in the order of `split`; nil is a part nobody answered. A part that came and is wrong is
    /// named in the error: the ledger should have refused it.
    package func merge(_ results: [[UInt8]?]) throws(KernelError) -> Outcome {
        precondition(results.count == Self.partCount, "\(results.count) results of \(Self.partCount) parts")
        var contributions: [EkfContribution?] = []
        var bests: [PsoBest?] = []
        for (part, result) in results.enumerated() {
            if part < Self.ekfPartCount {
                var contribution: EkfContribution?
                if let result { contribution = try self.contribution(part, result) }
                contributions.append(contribution)
            } else {
                var best: PsoBest?
                if let result { best = try self.best(part, result) }
                bests.append(best)
            }
        }
        return Outcome(
            localisation: try star.merge(contributions), source: search.merge(bests),
            partsMissing: results.count { $0 == nil })
    }

    /// What a step of navigation found.
    package struct Outcome: Hashable, Sendable {
        package var localisation: EkfOutcome
        /// Nil if no island answered or nothing was smelled.
        package var source: PsoBest?
        package var partsMissing: Int
    }

    /// Both computed here, undivided: what a benchmark and the tests hold the division against.
    package func undivided() throws(KernelError) -> Outcome {
        Outcome(localisation: try EkfUndivided.update(star), source: search.undivided(), partsMissing: 0)
    }

    private func contribution(_ part: Int, _ result: [UInt8]) throws(KernelError) -> EkfContribution {
        do throws(KernelError) {
            return try EkfContribution(reading: result, answering: groups[part])
        } catch {
            throw .badResult(part: part)
        }
    }

    private func best(_ part: Int, _ result: [UInt8]) throws(KernelError) -> PsoBest {
        do throws(KernelError) {
            return try PsoBest(reading: result, answering: islands[part - Self.ekfPartCount])
        } catch {
            throw .badResult(part: part)
        }
    }
}
