/// How a region's leaders are chosen and how each shares its band
/// (mesh-cloud.md §5). The first three keep the reference election and differ
/// in the sharing only, so that a table of the four compares like with like.
package enum PlanStrategy: String, CaseIterable, Sendable {
    /// Baseline A: every lending member gets the same MHz, at most its need.
    case equal
    /// Baseline B: equal, then what satisfied members leave goes to the short
    /// ones, the most efficient link first.
    case surplus
    /// Utility of computation: full need in order of resource gained per MHz,
    /// the last one partially. The exact LP optimum of fixed subgroups.
    case uoc
    /// Ours: the leaders and the owners are searched for as well.
    case skein
}
