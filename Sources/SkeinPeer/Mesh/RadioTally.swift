import SkeinRadio
import SkeinWire

/// What this robot's radios have sent and heard: additions alone, no decision. Shares of time are taken over the last ten
/// seconds, in slots of one.
struct RadioTally {
    private static let slotSpan: Duration = .seconds(1)
    private static let slots = 10
    private static let bands = Band.allCases.count
    private static let classes = TrafficClass.allCases.count

    /// By band, then class.
    private var sent = [RadioAccount.Traffic](repeating: RadioAccount.Traffic(), count: bands * classes)
    private var relayed = [RadioAccount.Traffic](repeating: RadioAccount.Traffic(), count: bands)
    private var received = [RadioAccount.Traffic](repeating: RadioAccount.Traffic(), count: bands)
    /// Airtime in each slot, nanoseconds, by band; the slot in use is `slot`.
    private var controlTimes = [Int64](repeating: 0, count: bands * slots)
    private var otherTimes = [Int64](repeating: 0, count: bands * slots)
    private var slot = 0
    private let startedAt: Instant
    private var slotBegan: Instant
    /// When the slot in use is over.
    private(set) var turnsAt: Instant

    init(now: Instant) {
        startedAt = now
        slotBegan = now
        turnsAt = now + Self.slotSpan
    }

    /// `turnsAt` has passed.
    mutating func turn(now: Instant) {
        var turned = 0
        while turnsAt <= now, turned < Self.slots {
            slot = (slot + 1) % Self.slots
            for band in 0..<Self.bands {
                controlTimes[band * Self.slots + slot] = 0
                otherTimes[band * Self.slots + slot] = 0
            }
            slotBegan = turnsAt
            turnsAt += Self.slotSpan
            turned += 1
        }
        // After a long sleep nothing of the time before is left.
        guard turnsAt <= now else { return }
        slotBegan = now
        turnsAt = now + Self.slotSpan
    }

    // MARK: What happens

    mutating func sends(_ bytes: Int, on band: Band, _ trafficClass: TrafficClass, airtime: Int64) {
        add(bytes, airtime, to: &sent[Int(band.rawValue) * Self.classes + Int(trafficClass.rawValue)])
        spend(airtime, on: band, trafficClass)
    }

    /// Something that was counted as sent was another's.
    mutating func relays(_ bytes: Int, on band: Band, airtime: Int64) {
        add(bytes, airtime, to: &relayed[Int(band.rawValue)])
    }

    mutating func receives(_ bytes: Int, on band: Band) { add(bytes, 0, to: &received[Int(band.rawValue)]) }

    /// Something that came is of this class, and took so long.
    mutating func hears(_ trafficClass: TrafficClass, on band: Band, airtime: Int64) {
        received[Int(band.rawValue)].airtimeNanoseconds += airtime
        spend(airtime, on: band, trafficClass)
    }

    private func add(_ bytes: Int, _ airtime: Int64, to traffic: inout RadioAccount.Traffic) {
        traffic.datagrams += 1
        traffic.bytes += UInt64(bytes)
        traffic.airtimeNanoseconds += airtime
    }

    private mutating func spend(_ airtime: Int64, on band: Band, _ trafficClass: TrafficClass) {
        let place = Int(band.rawValue) * Self.slots + slot
        switch trafficClass {
        case .safety, .membership, .control: controlTimes[place] += airtime
        case .task, .bulk: otherTimes[place] += airtime
        }
    }

    /// Of a datagram, in nanoseconds: broadcast, or to a neighbour on a share of the band. A link that nothing is known of
    /// is taken for the slowest.
    static func airtime(bytes: Int, isBroadcast: Bool, shareMHz: Double, efficiency: Double) -> Int64 {
        guard !isBroadcast, efficiency > 0, shareMHz > 0 else {
            return Airtime.broadcastNanoseconds(datagramBytes: bytes)
        }
        return Airtime.unicastNanoseconds(
            datagramBytes: bytes, shareMHz: shareMHz, efficiency: max(efficiency, NeighbourTable.efficiencyMin))
    }

    // MARK: What is told

    func account(beaconFractionMax: Double, now: Instant) -> RadioAccount {
        let running = max(0, (now - slotBegan).inSeconds)
        let whole = min(Double(Self.slots - 1), (slotBegan - startedAt).inSeconds)
        let window = min(RadioAccount.windowSecondsMax, whole + running)
        func band(_ band: Band) -> RadioAccount.BandAccount {
            let index = Int(band.rawValue)
            let control = controlTimes[(index * Self.slots)..<((index + 1) * Self.slots)].reduce(0, +)
            let other = otherTimes[(index * Self.slots)..<((index + 1) * Self.slots)].reduce(0, +)
            return RadioAccount.BandAccount(
                sent: Array(sent[(index * Self.classes)..<((index + 1) * Self.classes)]), relayed: relayed[index],
                received: received[index], controlFraction: window > 0 ? Double(control) * 1e-9 / window : 0,
                busyFraction: window > 0 ? Double(control + other) * 1e-9 / window : 0)
        }
        return RadioAccount(
            control: band(.control), data: band(.data), windowSeconds: window, beaconFractionMax: beaconFractionMax)
    }
}
