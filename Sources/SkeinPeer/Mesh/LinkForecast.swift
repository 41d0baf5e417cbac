import RealModule
import SkeinRadio
import SkeinTasks
import SkeinWire

/// Whether a neighbour can be reached now, though its last word is old: its beacons say where it is and where it goes, and
/// the power it last arrived with is scaled to where it must be by now (link expiration after Su, Lee and Gerla 2001).
/// On a field crossed at 6 m/s half of the links of a second ago are gone, and silence would tell only after four beacons.
/// A robot that stands, or does not say where it is, is as strong as it last was.
struct LinkForecast {
    /// A neighbour's own account of its place and velocity.
    struct Track {
        var place: FieldPoint
        var velocity: FieldPoint
        var at: Instant

        init(_ beacon: Beacon, at now: Instant) {
            let heading = Double(beacon.pose.headingRadians)
            let speed = Double(beacon.speedMetersPerSecond)
            place = FieldPoint(xMeters: Double(beacon.pose.xMeters), yMeters: Double(beacon.pose.yMeters))
            velocity = FieldPoint(xMeters: speed * .cos(heading), yMeters: speed * .sin(heading))
            at = now
        }

        func distance(to own: FieldPoint, now: Instant) -> Double {
            let seconds = min((now - at).inSeconds, LinkForecast.secondsMax)
            let dx = place.xMeters + velocity.xMeters * seconds - own.xMeters
            let dy = place.yMeters + velocity.yMeters * seconds - own.yMeters
            return (dx * dx + dy * dy).squareRoot()
        }
    }

    /// Nobody goes straight for longer.
    static let secondsMax = 3.0
    /// Below the usable power by less than this may still be reached: places are estimates. [R]
    static let slackDB = 1.0

    private struct Reading {
        var powerDBm: Double
        var distanceMeters: Double?
    }

    private var track: Track?
    private var control: Reading?
    private var data: Reading?

    mutating func heard(_ band: Band, powerDBm: Double, own: FieldPoint?, now: Instant) {
        let reading = Reading(powerDBm: powerDBm, distanceMeters: distance(own, now: now))
        switch band {
        case .control: control = reading
        case .data: data = reading
        }
    }

    /// A beacon, just heard: its signal is of this place.
    mutating func told(_ beacon: Beacon, own: FieldPoint?, now: Instant) {
        track = Track(beacon, at: now)
        let distance = distance(own, now: now)
        control?.distanceMeters = distance
    }

    private func distance(_ own: FieldPoint?, now: Instant) -> Double? {
        guard let own, let track else { return nil }
        return track.distance(to: own, now: now)
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
