/// Why a robot lends less than its processors could do, or what it could not find out. For the operator.
package enum LoadNote: Hashable, Sendable, CustomStringConvertible {
    /// A control group allows only this much of one processor.
    case group(path: String, percent: Double)
    /// This process may run on some of the machine's processors only.
    case affinity(cores: Int, of: Int)
    /// The processors run slower than they can.
    case frequency(percent: Double)
    /// The Raspberry Pi's firmware reports it now (get_throttled, bits 0 to 3).
    case undervoltage
    case frequencyCapped
    case throttled
    case softTemperatureLimit
    /// A thermal zone is above a trip point.
    case hot(zone: Int, celsius: Double, trip: String, tripCelsius: Double)
    /// A file is there and says something else than the kernel's documentation, or is not there and should be.
    case unreadable(path: String, found: String)
    /// This machine does not tell; that kind of throttling goes unseen.
    case unseen(what: String, path: String)

    /// The processor does less than it could: heat, or a weak supply.
    var isThrottling: Bool {
        switch self {
        case .frequency, .undervoltage, .frequencyCapped, .throttled, .softTemperatureLimit, .hot: true
        case .group, .affinity, .unreadable, .unseen: false
        }
    }

    package var description: String {
        switch self {
        case .group(let path, let percent): "\(path): \(Int(percent)) % of one processor allowed"
        case .affinity(let cores, let all): "may run on \(cores) of \(all) processors"
        case .frequency(let percent): "processors run at \(Int(percent)) % of their frequency"
        case .undervoltage: "supply voltage too low; use a stronger supply or cable"
        case .frequencyCapped: "firmware caps the processor's frequency"
        case .throttled: "firmware throttles the processor: too hot or too little voltage"
        case .softTemperatureLimit: "firmware's soft temperature limit reached; improve cooling"
        case .hot(let zone, let celsius, let trip, let tripCelsius):
            "thermal zone \(zone) at \(Int(celsius)) °C, \(trip) trip point \(Int(tripCelsius)) °C; improve cooling"
        case .unreadable(let path, let found): "\(path): expected what the kernel documents, found \(found)"
        case .unseen(let what, let path): "\(what) is not watched: no \(path)"
        }
    }
}
