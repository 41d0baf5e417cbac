/// What a link's reading rests on. Said wherever the reading is shown.
package enum LinkBasis: UInt8, CaseIterable, Sendable {
    /// Signal and noise, both measured.
    case measured
    /// Signal measured, noise assumed.
    case assumedFloor
    /// The driver's expected throughput.
    case throughput
    /// Delivered and lost beacons and hellos, and the time an echo takes.
    case probed
}
