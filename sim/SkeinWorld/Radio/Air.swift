import SkeinRadio
import SkeinWire

/// A frame that has just ended, and who received it.
package struct Arrival: Sendable {
    package struct Hearer: Sendable {
        package var robot: Int32
        package var powerDBm: Double
        package var noiseDBm: Double
    }

    package var datagram: [UInt8] = []
    package var band = Band.control
    package var sender = 0
    package var hearers: [Hearer] = []

    package init() {}

    /// The digest of a run after this frame has been handed to its hearers.
    package func stirred(into digest: UInt64, now: Int64) -> UInt64 {
        var digest = Dice.stirred(digest ^ UInt64(bitPattern: now) ^ UInt64(sender) << 48)
        digest = Dice.stirred(digest ^ datagram.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
        for hearer in hearers { digest = Dice.stirred(digest ^ UInt64(hearer.robot)) }
        return digest
    }
}

/// What both bands share: the links, which radios are on, luck, and the counters.
package struct Air: Sendable {
    package var field: LinkField
    package var isOn: [Bool]
    package var tally: Tally
    package var arrival = Arrival()
    private let lossFraction: Double
    private var dice: Dice

    package init(robots: Int, config: MediumConfig, seed: UInt64) {
        field = LinkField(robots: robots, config: config, seed: seed)
        isOn = [Bool](repeating: true, count: robots)
        tally = Tally(robots: robots)
        lossFraction = config.lossFraction
        dice = Dice(seed: seed, stream: .medium)
    }

    package var usableDBm: Double { field.model.usablePowerMinDBm }

    mutating func backoffSlots(window: Int) -> Int { dice.below(window + 1) }

    /// Whether a frame gets through noise and the scenario's loss; counts it either way.
    mutating func passes(_ band: Band, snrDB: Double) -> Bool {
        let chance = (1 - PacketError.probability(snrDB: snrDB)) * (1 - lossFraction)
        let passes = dice.unit() < chance
        if passes {
            tally.framesReceived[Int(band.rawValue)] += 1
        } else {
            tally.losses[Int(band.rawValue)] += 1
        }
        return passes
    }

    /// The same for an acknowledgement, which nobody counts.
    mutating func acknowledges(snrDB: Double) -> Bool {
        dice.unit() < (1 - PacketError.probability(snrDB: snrDB)) * (1 - lossFraction)
    }

    func noiseDBm(_ band: Band, from sender: Int, to heard: Heard, now: Int64) -> Double {
        field.noiseDBm(
            band, from: sender, to: Int(heard.robot), powerDBm: heard.powerDBm(band), second: now / 1_000_000_000)
    }

    /// Spectral efficiency of a unicast, b/s/Hz. The sender does not know that a robot has gone out of reach: its rate
    /// control ends at what it used at the edge.
    func efficiency(_ band: Band, from sender: Int, to receiver: Int, now: Int64) -> Double {
        let edge = Heard(robot: Int32(receiver), controlDBm: usableDBm, dataDBm: usableDBm)
        guard receiver < field.count else { return Access.efficiencyMin }
        let heard = field.heard(receiver, from: sender) ?? edge
        let noise = noiseDBm(band, from: sender, to: heard, now: now)
        return max(Shannon.efficiency(snrDB: heard.powerDBm(band) - noise), Access.efficiencyMin)
    }

    mutating func open(_ frame: Frame, band: Band, sender: Int) {
        arrival.datagram = frame.datagram
        arrival.band = band
        arrival.sender = sender
        arrival.hearers.removeAll(keepingCapacity: true)
    }

    /// Draws one reception; a success joins the arrival's hearers.
    mutating func receive(_ heard: Heard, band: Band, sender: Int, now: Int64) -> Bool {
        let power = heard.powerDBm(band)
        let noise = noiseDBm(band, from: sender, to: heard, now: now)
        guard passes(band, snrDB: power - noise) else { return false }
        arrival.hearers.append(.init(robot: heard.robot, powerDBm: power, noiseDBm: noise))
        return true
    }
}
