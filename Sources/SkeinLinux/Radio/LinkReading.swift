import SkeinPeer
import SkeinWire

/// What one interface's radio knew of everybody it heard, at one instant; and what that makes of an address.
///
/// Best first, as far as the driver goes: signal and noise of the channel in use, signal alone, the rate the driver
/// expects to get through. A station that has been silent for longer than `ageMax` says nothing any more.
package struct LinkReading: Sendable {
    package var at: Instant
    package var noiseDBm: Double?
    private let stations: [RadioStation]
    /// Those of this interface.
    private let neighbours: [NetworkNeighbour]
    private let rates: [Rates]

    /// The last bitrates to one station of which the driver neither knows the signal nor expects a throughput.
    private struct Rates {
        var address: HardwareAddress
        var bitsPerSecond: [Double]
    }

    /// A robot at 1 m/s moves three metres in it: 3 dB at ten metres' distance.
    package static let ageMax = Duration.seconds(3)
    package static let stationsMax = 256
    /// One bitrate can be the rate control's trial of another: the median of several is believed, of fewer none.
    package static let rateReadingsMax = 9
    package static let rateReadingsMin = 3
    /// Of the raw bitrate, what preambles, contention and acknowledgements leave: the part that the Linux kernel's own
    /// mesh takes when a driver expects nothing itself (net/batman-adv/bat_v_elp.c).
    package static let goodputFraction = 1.0 / 3

    /// - Parameter neighbours: those of all interfaces, or none if nobody's address hides its hardware.
    package init(
        at: Instant, interface: RadioInterface, stations: [RadioStation], survey: [SurveyChannel],
        neighbours: [NetworkNeighbour], previous: LinkReading?
    ) {
        self.at = at
        self.stations = Array(stations.prefix(Self.stationsMax))
        self.neighbours = neighbours.filter { $0.index == interface.index }
        noiseDBm = interface.frequencyMHz.flatMap { survey.noiseDBm(atMHz: $0) }
        rates = self.stations.compactMap { station in
            guard station.signal == nil, station.expectedBitsPerSecond == nil,
                let rate = station.transmitBitsPerSecond
            else { return nil }
            let before = previous?.rates.first { $0.address == station.hardwareAddress }?.bitsPerSecond ?? []
            return Rates(
                address: station.hardwareAddress, bitsPerSecond: before.suffix(Self.rateReadingsMax - 1) + [rate])
        }
    }

    /// What is known of the transmitter that calls itself so, an IPv6 interface identifier or an IPv4 address.
    package func signal(of address: LinkAddress, now: Instant) -> Signal {
        for hardware in hardwareAddresses(of: address) {
            if let station = stations.first(where: { $0.hardwareAddress == hardware }) {
                return signal(of: station, now: now)
            }
        }
        return .none
    }

    /// At most three: the one in the identifier; what neighbour discovery says of the identifier; and, since an IPv4
    /// address and a short identifier (fe80::1) look alike, what ARP says.
    private func hardwareAddresses(of address: LinkAddress) -> [HardwareAddress] {
        if let hardware = HardwareAddress(interfaceIdentifier: address.number) { return [hardware] }
        let known = neighbours.filter { $0.identifier == address.number }
        let linkLocal = known.first { $0.family == .ip6 && $0.isLinkLocal } ?? known.first { $0.family == .ip6 }
        return [linkLocal, known.first { $0.family == .ip4 }].compactMap { $0?.hardwareAddress }
    }

    private func signal(of station: RadioStation, now: Instant) -> Signal {
        let silent = (station.inactive ?? .zero) + (now - at)
        guard silent <= Self.ageMax else { return .none }
        if let power = station.signal {
            return noiseDBm.map { .measured(powerDBm: power, noiseDBm: $0) } ?? .power(dBm: power)
        }
        if let expected = station.expectedBitsPerSecond { return .throughput(bitsPerSecond: expected) }
        guard let recent = rates.first(where: { $0.address == station.hardwareAddress })?.bitsPerSecond,
            recent.count >= Self.rateReadingsMin
        else { return .none }
        return .throughput(bitsPerSecond: recent.sorted()[recent.count / 2] * Self.goodputFraction)
    }
}

extension RadioStation {
    /// The last frame's before the average: the peer smooths by itself, and an average of eight beacons is of where a
    /// robot was seconds ago.
    package var signal: Double? { signalDBm ?? signalAverageDBm }
}
