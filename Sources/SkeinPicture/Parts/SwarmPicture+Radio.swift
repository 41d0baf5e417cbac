import SkeinPeer
import SkeinSeal
import SkeinView
import SkeinWire

extension SwarmPicture {
    /// The eyes' air, or of all that tell: bytes summed, shares of the air by the busiest.
    func radio(at now: Instant) -> Snapshot.Radio? {
        let tellers = eyes.map { eyes in witnesses.filter { $0.id == eyes } } ?? witnesses
        let told = tellers.filter { $0.report != nil }
        guard let first = told.first else { return nil }
        var radio = Snapshot.Radio(whose: told.count == 1 ? name(first.id) : "\(told.count) robots")
        radio.age = told.map { $0.age(at: now) }.max() ?? .zero
        let busiest = told.max { Self.controlFraction($0) < Self.controlFraction($1) } ?? first
        radio.controlFraction = Self.controlFraction(busiest)
        radio.controlFractionMax = AlarmLimits.controlFractionRaise
        radio.controlHistory = busiest.controlHistory
        radio.bands = Band.allCases.map { band($0, told) }
        radio.classes = TrafficClass.allCases.map { trafficClass($0, told) }
        radio.drops = DropReason.allCases.compactMap { drop($0, told) }
        return radio
    }

    private static func controlFraction(_ witness: Witness) -> Double {
        witness.report?.radio.control.controlFraction ?? 0
    }

    private func band(_ band: Band, _ told: [Witness]) -> Snapshot.Radio.BandLine {
        var line = Snapshot.Radio.BandLine(
            band: band,
            sentBytesPerSecond: told.reduce(0) { $0 + ($1.rates?.sent(on: band).bytesPerSecond ?? 0) },
            receivedBytesPerSecond: told.reduce(0) { $0 + ($1.rates?.received[Int(band.rawValue)].bytesPerSecond ?? 0) }
        )
        let busiest = told.max {
            ($0.report?.radio[band].busyFraction ?? 0) < ($1.report?.radio[band].busyFraction ?? 0)
        }
        line.busyFraction = busiest?.report?.radio[band].busyFraction
        line.history = busiest?.busyHistory[Int(band.rawValue)] ?? []
        line.ownFraction = told.compactMap { $0.rates?.sent(on: band).airtimeFraction }.max()
        if told.count == 1 {
            line.neighbours = told[0].report?.neighbours.count { (band == .control ? $0.control : $0.data) != nil }
        }
        return line
    }

    private func trafficClass(_ trafficClass: TrafficClass, _ told: [Witness]) -> Snapshot.Radio.ClassLine {
        let place = Int(trafficClass.rawValue)
        let flows = told.compactMap { witness in
            witness.rates.map { rates in Band.allCases.map { rates.sent[Int($0.rawValue)][place] }.reduce(.init(), +) }
        }
        let bytes = told.reduce(UInt64(0)) { sum, witness in
            Band.allCases.reduce(sum) { $0 &+ (witness.report?.radio[$1][trafficClass].bytes ?? 0) }
        }
        return Snapshot.Radio.ClassLine(
            trafficClass: trafficClass, sentBytesPerSecond: flows.reduce(0) { $0 + $1.bytesPerSecond },
            sentBytes: bytes, airtimeFraction: flows.map(\.airtimeFraction).max())
    }

    private func drop(_ reason: DropReason, _ told: [Witness]) -> Snapshot.Radio.DropLine? {
        let count = told.reduce(0) { $0 + ($1.report?.status.drops[reason] ?? 0) }
        guard count > 0 else { return nil }
        let rates = told.compactMap(\.rates)
        let rate = rates.isEmpty ? nil : rates.reduce(0) { $0 + $1[reason] }
        let severity: Severity = (rate ?? 0) > 0 ? AlarmLimits.severity(of: reason) : .calm
        return .init(reason: Words.spaced("\(reason)"), count: UInt64(count), perSecond: rate, severity: severity)
    }
}
