import RealModule
import SkeinRadio
import SkeinTasks
import SkeinWire

/// Whether a neighbour can be reached now, though its last word is old: its beacons say where it is and where it goes, and
/// the power it last arrived with is scaled to where it must be by now (link expiration after Su, Lee and Gerla 2001).
/// On a field crossed at 6 m/s half of the links of a second ago are gone, and silence would tell only after four beacons.
/// Two robots that stand, or one that does not say where it is, are as strong to each other as they last were. Routes use
/// links that will still be there for an answer; the tree and the subgroup use all that are not gone.
struct LinkForecast {
    /// A neighbour's own account of its place and velocity.
    struct Track {
        var place: FieldPoint
        var velocity: FieldPoint
        var headingRadians: Double
        var at: Instant

        init(_ beacon: Beacon, at now: Instant) {
            let heading = Double(beacon.pose.headingRadians)
            let speed = Double(beacon.speedMetersPerSecond)
            place = FieldPoint(xMeters: Double(beacon.pose.xMeters), yMeters: Double(beacon.pose.yMeters))
            velocity = FieldPoint(xMeters: speed * .cos(heading), yMeters: speed * .sin(heading))
            headingRadians = heading
            at = now
        }

        func distance(to own: FieldPoint, now: Instant) -> Double {
            let seconds = min(now.seconds(since: at), LinkForecast.secondsMax)
            let dx = place.xMeters + velocity.xMeters * seconds - own.xMeters
            let dy = place.yMeters + velocity.yMeters * seconds - own.yMeters
            return (dx * dx + dy * dy).squareRoot()
        }
    }

    /// Where a link stands.
    enum Outlook {
        /// Out of range by now.
        case gone
        /// In range, but not for as long as a message and its answer take.
        case going
        case lasting
    }

    /// Where this robot is, and where it goes.
    struct Own {
        var place: FieldPoint
        var velocity = FieldPoint(xMeters: 0, yMeters: 0)

        func place(after seconds: Double) -> FieldPoint {
            FieldPoint(
                xMeters: place.xMeters + velocity.xMeters * seconds,
                yMeters: place.yMeters + velocity.yMeters * seconds)
        }
    }

    /// Nobody goes straight for longer.
    static let secondsMax = 3.0
    /// A message over a few hops and its answer. [R]
    static let exchangeSeconds = 0.3
    private static let exchangeNanoseconds: Int64 = 300_000_000
    /// What is a little beyond its reach may still be there: places are estimates. 1 dB and 0.3 dB in distance. [R]
    static let goneFactor = 1.066
    static let lastingFactor = 1.02

    private struct Reading {
        var powerDBm: Double
        var distanceMeters: Double?
        /// The farthest it could be and still be heard, m; walked over at every look, so reckoned once.
        var reachMeters: Double
    }

    private(set) var track: Track?
    private var control: Reading?
    private var data: Reading?

    mutating func heard(_ band: Band, powerDBm: Double, own: Own?, now: Instant, model: RadioModel) {
        let distance = distance(own?.place, now: now)
        let reading = Reading(
            powerDBm: powerDBm, distanceMeters: distance,
            reachMeters: Self.reach(powerDBm: powerDBm, distanceMeters: distance, model: model))
        switch band {
        case .control: control = reading
        case .data: data = reading
        }
    }

    /// The band tells no power any more.
    mutating func forget(_ band: Band) {
        switch band {
        case .control: control = nil
        case .data: data = nil
        }
    }

    /// A beacon, just heard: its signal is of this place.
    mutating func told(_ beacon: Beacon, own: Own?, now: Instant, model: RadioModel) {
        track = Track(beacon, at: now)
        guard let power = control?.powerDBm else { return }
        heard(.control, powerDBm: power, own: own, now: now, model: model)
    }

    private static func reach(powerDBm: Double, distanceMeters: Double?, model: RadioModel) -> Double {
        guard let distanceMeters else { return .infinity }
        let spareDB = powerDBm - model.usablePowerMinDBm
        return max(distanceMeters, 1) * .pow(10, spareDB / (10 * model.pathLossExponent))
    }

    private func distance(_ own: FieldPoint?, now: Instant) -> Double? {
        guard let own, let track else { return nil }
        return track.distance(to: own, now: now)
    }

    func outlook(_ band: Band, own: Own, now: Instant) -> Outlook {
        guard let track, let reading = band == .control ? control : data, reading.reachMeters.isFinite else {
            return .lasting
        }
        if track.distance(to: own.place, now: now) > reading.reachMeters * Self.goneFactor { return .gone }
        let soon = track.distance(
            to: own.place(after: Self.exchangeSeconds),
            now: Instant(nanoseconds: now.nanoseconds + Self.exchangeNanoseconds))
        return soon > reading.reachMeters * Self.lastingFactor ? .going : .lasting
    }

    /// Power to be expected now, dBm.
    func powerDBm(_ band: Band, own: FieldPoint?, now: Instant, model: RadioModel) -> Double? {
        guard let reading = band == .control ? control : data else { return nil }
        guard let before = reading.distanceMeters, let distance = distance(own, now: now) else {
            return reading.powerDBm
        }
        return reading.powerDBm - 10 * model.pathLossExponent * .log10(max(distance, 1) / max(before, 1))
    }
}
