import SkeinWire

/// What a body calls a radio neighbour on one band: an IPv6 interface identifier, an IPv4 address, a robot's number in the
/// simulator. Opaque to the peer, which learns whose it is from messages that hold, and hands it back for unicasts.
package struct LinkAddress: Hashable, Comparable, Sendable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// What a radio knows of a transmitter's signal, best first.
package enum Signal: Hashable, Sendable {
    case measured(powerDBm: Double, noiseDBm: Double)
    /// The driver reports no noise: a floor is assumed.
    case power(dBm: Double)
    /// No signal either, but the rate the driver expects to this neighbour.
    case throughput(bitsPerSecond: Double)
    /// Not a radio, or one that says nothing: the peer judges by what gets through and how fast it is answered.
    case none
}

/// How a frame came in.
package struct Reception: Hashable, Sendable {
    package var band: Band
    package var from: LinkAddress
    package var signal: Signal

    package init(band: Band, from: LinkAddress, signal: Signal) {
        self.band = band
        self.from = from
        self.signal = signal
    }
}

extension LinkBasis {
    init(_ signal: Signal) {
        switch signal {
        case .measured: self = .measured
        case .power: self = .assumedFloor
        case .throughput: self = .throughput
        case .none: self = .probed
        }
    }
}
