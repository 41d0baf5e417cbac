import SkeinWire

/// Why a task, or a unit of one, is computed where it is: the decision as the scheduler took it, with the figures it took
/// it by.
package enum PlacementReason: Hashable, Sendable {
    /// The processor with the whole task on it, and what it may go up to, percent.
    package struct Load: Hashable, Sendable {
        package var percent: Double
        package var limitPercent: Double
        package init(percent: Double, limitPercent: Double) {
            self.percent = percent
            self.limitPercent = limitPercent
        }
    }

    /// Stays: the processor stays below its limit with it.
    case belowLimit(Load)
    /// Leaves: with it the processor would go above its limit.
    case aboveLimit(Load)
    /// No leader is known to ask.
    case noLeader
    /// No leader that was asked had a helper.
    case noHelpers
    /// Computed here since nobody had taken it when there was just time left to: before its deadline, so much.
    case deadlineTooNear(left: Duration)
    /// Computed here: soonest done, as far as is known. From the decision; nil: nobody else is known who could.
    case sooner(here: Duration, there: Duration?)
    /// Given away: when it would be done there, and here (nil: it cannot be computed here).
    case offloaded(here: Duration?, there: Duration)
    /// Given to one more helper: the first is late, or both were wished for.
    case hedged
    /// Stays, and is given to a helper as well whose answer is compared.
    case spotCheck
    /// An equal unit's output was known.
    case known
    /// Follows the helper that has leased its processor to the stream.
    case leased
}
