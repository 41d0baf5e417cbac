/// How fast a worker pool lets units run, and when it hands over what they computed.
package enum WorkerPacing: Sendable {
    /// A robot: units run as fast as they can at the lowest priority, start within the budget (`MeasuredPacer`), and are
    /// handed over when they end.
    case measured(budgetPercent: Double)
    /// The laboratory: kernels run, and what they computed is handed over when their declared cost would have been
    /// done by a processor of this capacity, 0…100 percent of one core, by the simulator's rule (`DeclaredPacer`).
    case declared(capacityPercent: Double)
}
