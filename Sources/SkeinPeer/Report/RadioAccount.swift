import SkeinWire

/// What a robot has sent and heard since its start, and how much of the last seconds control traffic took.
package struct RadioAccount: Hashable, Sendable {
    /// Datagrams of one kind. Airtime is reckoned from size, band and link, one transmission each: what a radio repeats
    /// it does not tell.
    package struct Traffic: Hashable, Sendable {
        package var datagrams: UInt64
        package var bytes: UInt64
        package var airtimeNanoseconds: Int64

        package init(datagrams: UInt64 = 0, bytes: UInt64 = 0, airtimeNanoseconds: Int64 = 0) {
            self.datagrams = datagrams
            self.bytes = bytes
            self.airtimeNanoseconds = airtimeNanoseconds
        }
    }

    /// One band.
    package struct BandAccount: Hashable, Sendable {
        /// One for each `TrafficClass`, in its order; what was relayed for others included.
        package var sent: [Traffic]
        /// Of what was sent: others' messages passed on.
        package var relayed: Traffic
        /// All that came, before anything was dropped.
        package var received: Traffic
        /// Share of the channel's time that safety, membership and control frames took, sent and heard, over
        /// `windowSeconds`: 0…1. Airtime of what was heard is counted for what could be opened.
        package var controlFraction: Double
        /// The same of all traffic.
        package var busyFraction: Double

        package init(
            sent: [Traffic], relayed: Traffic, received: Traffic, controlFraction: Double, busyFraction: Double
        ) {
            precondition(sent.count == TrafficClass.allCases.count, "\(sent.count) classes of traffic")
            self.sent = sent
            self.relayed = relayed
            self.received = received
            self.controlFraction = controlFraction
            self.busyFraction = busyFraction
        }

        package subscript(trafficClass: TrafficClass) -> Traffic { sent[Int(trafficClass.rawValue)] }
    }

    /// What the shares are of; shorter right after the start.
    package static let windowSecondsMax = 10.0

    package var control: BandAccount
    package var data: BandAccount
    package var windowSeconds: Double
    /// What the beacons of one neighbourhood may take of the control band together, 0…1: the budget.
    package var beaconFractionMax: Double

    package init(control: BandAccount, data: BandAccount, windowSeconds: Double, beaconFractionMax: Double) {
        self.control = control
        self.data = data
        self.windowSeconds = windowSeconds
        self.beaconFractionMax = beaconFractionMax
    }

    package subscript(band: Band) -> BandAccount {
        switch band {
        case .control: control
        case .data: data
        }
    }
}
