import RealModule
import SkeinRadio
import SkeinTasks
import SkeinWire

/// One robot that a sender's signal reaches, and how strong, dBm. Power is symmetric; below the model's threshold a band
/// does not reach it.
package struct Heard: Sendable {
    package var robot: Int32
    package var controlDBm: Double
    package var dataDBm: Double

    package func powerDBm(_ band: Band) -> Double {
        switch band {
        case .control: controlDBm
        case .data: dataDBm
        }
    }
}

/// Who hears whom, how strong, and above what noise: geometry, fading, and the faults that bend either.
///
/// Power follows from distance and slow fading and is recomputed as bodies move. Noise is a pure function of seed, band,
/// directed link and second, so nothing is stored for it. A table of fixed efficiencies, where the scenario has one,
/// overrides the noise on 5 GHz so that Shannon's bound gives the table's value.
package struct LinkField: Sendable {
    package let model: RadioModel
    private let noiseSeed: UInt64
    private let noiseDBmMin: Double
    private let noiseDBmMax: Double
    /// Beyond this no fade up brings a link back, m.
    private let distanceMax: Double
    /// By sender: whom it reaches on either band, ascending.
    package private(set) var rows: [[Heard]]
    private var fading: Fading?
    private var shadows: [Obstacle] = []
    /// By sender · n + receiver, b/s/Hz; 0: not fixed. Empty without a table.
    private var fixed: [Double] = []
    /// Which side of each partition a robot is on, a bit for each; equal sides hear each other.
    package var sides: [UInt64]
    /// What is left of a robot's rates: 1 unless a fault slows its links.
    package var rateFactors: [Double]
    /// Robots that hear nothing on a band but the jammer.
    package var isControlJammed: [Bool]
    package var isDataJammed: [Bool]

    package init(robots: Int, config: MediumConfig, seed: UInt64) {
        model = config.model
        noiseSeed = Dice.mixed(seed, Dice.Stream.noise.rawValue)
        noiseDBmMin = config.noiseDBmMin
        noiseDBmMax = config.noiseDBmMax
        let margin = Double.pow(10, Fading.sigmasMax * config.fadingSigmaDB / (10 * model.pathLossExponent))
        distanceMax = max(model.controlRangeMeters, model.dataRangeMeters) * margin
        rows = [[Heard]](repeating: [], count: robots)
        fading =
            config.fadingSigmaDB > 0
            ? Fading(
                robots: robots, sigmaDB: config.fadingSigmaDB,
                decorrelationMeters: config.fadingDecorrelationMeters, seed: seed) : nil
        sides = [UInt64](repeating: 0, count: robots)
        rateFactors = [Double](repeating: 1, count: robots)
        isControlJammed = [Bool](repeating: false, count: robots)
        isDataJammed = isControlJammed
    }

    package var count: Int { rows.count }

    /// What stands between the robots from now on.
    package mutating func stand(_ obstacles: [Obstacle]) { shadows = obstacles.filter { $0.lossDB > 0 } }

    private func shadowDB(_ from: FieldPoint, _ to: FieldPoint) -> Double {
        shadows.reduce(0) { $0 + ($1.blocks(from, to) ? $1.lossDB : 0) }
    }

    /// Recomputes all powers for bodies at these places.
    package mutating func refresh(_ places: [FieldPoint]) {
        precondition(places.count == count, "\(places.count) places of \(count) robots")
        fading?.move(to: places)
        for robot in 0..<count { rows[robot].removeAll(keepingCapacity: true) }
        let least = model.usablePowerMinDBm
        let squareMax = distanceMax * distanceMax
        for first in 0..<count {
            for second in (first + 1)..<max(first + 1, count) where sides[first] == sides[second] {
                let dx = places[first].xMeters - places[second].xMeters
                let dy = places[first].yMeters - places[second].yMeters
                let square = dx * dx + dy * dy
                guard square <= squareMax else { continue }
                let loss = 5 * model.pathLossExponent * Double.log10(max(square, 1))
                var fade = fading?.decibels(first, second) ?? 0
                if !shadows.isEmpty { fade -= shadowDB(places[first], places[second]) }
                let control = model.controlPowerAtOneMeterDBm - loss + fade
                let data = model.dataPowerAtOneMeterDBm - loss + fade
                guard control >= least || data >= least else { continue }
                rows[first].append(Heard(robot: Int32(second), controlDBm: control, dataDBm: data))
                rows[second].append(Heard(robot: Int32(first), controlDBm: control, dataDBm: data))
            }
        }
    }

    /// The signal of `sender` at `receiver`, if it reaches it on either band.
    package func heard(_ receiver: Int, from sender: Int) -> Heard? { Self.find(receiver, in: rows[sender]) }

    static func find(_ receiver: Int, in row: [Heard]) -> Heard? {
        index(of: receiver, in: row).map { row[$0] }
    }

    static func index(of receiver: Int, in row: [Heard]) -> Int? {
        var low = 0
        var high = row.count
        while low < high {
            let middle = (low + high) >> 1
            if row[middle].robot < Int32(receiver) { low = middle + 1 } else { high = middle }
        }
        return low < row.count && row[low].robot == Int32(receiver) ? low : nil
    }

    /// Noise at `receiver` under a frame of `sender`, dBm; `second` is the world's.
    package func noiseDBm(_ band: Band, from sender: Int, to receiver: Int, powerDBm: Double, second: Int64) -> Double {
        let noise: Double
        let table = band == .data && !fixed.isEmpty ? fixed[sender * count + receiver] : 0
        if table > 0 {
            noise = powerDBm - Shannon.snrDB(efficiency: table)
        } else {
            let link = UInt64(sender) << 32 | UInt64(receiver) << 1 | UInt64(band.rawValue)
            let word = Dice.stirred(Dice.stirred(noiseSeed ^ link) ^ UInt64(bitPattern: second))
            noise = noiseDBmMin + (noiseDBmMax - noiseDBmMin) * (Double(word >> 11) * 0x1p-53)
        }
        let factor = min(rateFactors[sender], rateFactors[receiver])
        guard factor < 1 else { return noise }
        let efficiency = Shannon.efficiency(snrDB: powerDBm - noise) * factor
        return powerDBm - Shannon.snrDB(efficiency: max(efficiency, Self.efficiencyMin))
    }

    /// What a slowed link keeps at least, b/s/Hz: the legacy 6 Mb/s on 20 MHz.
    static let efficiencyMin = Airtime.broadcastBitsPerSecond / (Airtime.channelMHz * 1e6)
}

extension LinkField {
    /// Fixes 5 GHz efficiencies. A pair within range that the table omits (a camera as helper: it has nothing to lend)
    /// gets the value that makes the leader's own entry the mean over all it could own, which is how the reference
    /// instances define a leader's own share; without an own entry, the mean of its listed ones.
    package mutating func fix(_ table: LinkTable) {
        fixed = [Double](repeating: 0, count: count * count)
        for link in table.links {
            precondition(
                link.leader < count && link.helper < count && link.bitsPerSecondPerHertz > 0,
                "link \(link.leader) to \(link.helper) at \(link.bitsPerSecondPerHertz) b/s/Hz")
            fixed[link.leader * count + link.helper] = link.bitsPerSecondPerHertz
        }
        for leader in 0..<count { fixUnlisted(leader) }
    }

    private mutating func fixUnlisted(_ leader: Int) {
        var unlisted: [Int] = []
        var sum = 0.0
        var listed = 0
        for heard in rows[leader] where heard.dataDBm >= model.usablePowerMinDBm {
            let value = fixed[leader * count + Int(heard.robot)]
            if value > 0 {
                sum += value
                listed += 1
            } else {
                unlisted.append(Int(heard.robot))
            }
        }
        let own = fixed[leader * count + leader]
        let rest: Double? =
            if own > 0 && !unlisted.isEmpty {
                (own * Double(listed + unlisted.count) - sum) / Double(unlisted.count)
            } else if listed > 0 {
                sum / Double(listed)
            } else {
                nil
            }
        guard let rest else { return }
        for helper in unlisted { fixed[leader * count + helper] = max(rest, Self.efficiencyMin) }
    }
}
