import SkeinWire

/// A transmitter without a key of the fleet, with one radio or two. It keeps what it hears, bounded, and makes its tries
/// of that; what the fleet makes of a try it never learns.
struct Outsider {
    /// A frame that it sends, and what it is meant to be.
    struct Try {
        var trick: OutsiderTrick
        var datagram: [UInt8]
    }

    /// Frames remembered; an older one gives way to a new one at random, so that some are very old.
    private static let memoryMax = 4_096
    private static let carriedMax = 64
    /// Frames handed to one radio that have not left it yet.
    static let underWayMax = 16

    let config: OutsiderConfig
    /// Its radios' numbers in the medium.
    let stations: [Int]
    private let forgery: Forgery
    private var dice: Dice
    private var memory: [[UInt8]] = []
    private var lastHeard: [UInt8] = []
    /// By radio and band: what the other radio has heard, to be sent from this one.
    private var carried: [[[UInt8]]]
    /// By radio and band: what its frames under way are, in their order.
    private var underWay: [[OutsiderTrick]]
    private var turn = 0
    var isAtWork = false

    init(_ config: OutsiderConfig, stations: [Int], forgery: Forgery, dice: Dice) {
        precondition(stations.count == config.places.count, "\(stations.count) radios at \(config.places.count) places")
        self.config = config
        self.stations = stations
        self.forgery = forgery
        self.dice = dice
        carried = [[[UInt8]]](repeating: [], count: stations.count * Band.allCases.count)
        underWay = [[OutsiderTrick]](repeating: [], count: stations.count * Band.allCases.count)
    }

    private func lane(_ station: Int, _ band: Band) -> Int {
        guard let radio = stations.firstIndex(of: station) else { preconditionFailure("station \(station) of another") }
        return radio * Band.allCases.count + Int(band.rawValue)
    }

    /// A frame of the fleet's that one of its radios has heard.
    mutating func overhear(_ datagram: [UInt8], on band: Band, at station: Int) {
        guard datagram.count >= Envelope.overheadBytes else { return }
        lastHeard = datagram
        if memory.count < Self.memoryMax {
            memory.append(datagram)
        } else {
            memory[dice.below(Self.memoryMax)] = datagram
        }
        guard config.tricks.contains(.wormhole) else { return }
        for other in stations where other != station {
            let lane = lane(other, band)
            if carried[lane].count < Self.carriedMax { carried[lane].append(datagram) }
        }
    }

    /// Whether the radio takes a further frame now.
    func hasRoom(_ station: Int, _ band: Band) -> Bool { underWay[lane(station, band)].count < Self.underWayMax }

    /// What to send from there next; nil: nothing has been heard yet that something could be made of.
    mutating func next(from station: Int, on band: Band) -> Try? {
        let lane = lane(station, band)
        for _ in config.tricks {
            turn += 1
            let trick = config.tricks[turn % config.tricks.count]
            guard let datagram = datagram(for: trick, lane) else { continue }
            underWay[lane].append(trick)
            return Try(trick: trick, datagram: datagram)
        }
        return nil
    }

    private mutating func datagram(for trick: OutsiderTrick, _ lane: Int) -> [UInt8]? {
        switch trick {
        case .wormhole: return carried[lane].isEmpty ? nil : carried[lane].removeFirst()
        case .flood: return forgery.minimal(&dice)
        case .replay: return dice.below(2) == 0 ? heard() : lastHeard.isEmpty ? nil : lastHeard
        case .flip: return heard().map { Forgery.flipped($0, &dice) }
        case .truncate: return heard().map { Forgery.truncated($0, &dice) }
        case .forge:
            guard let one = heard(), let other = heard() else { return nil }
            return forgery.forged(one, other, &dice)
        }
    }

    private mutating func heard() -> [UInt8]? { memory.isEmpty ? nil : memory[dice.below(memory.count)] }

    /// A frame of its has left the air: what it was.
    mutating func ended(at station: Int, on band: Band) -> OutsiderTrick {
        let lane = lane(station, band)
        precondition(!underWay[lane].isEmpty, "station \(station) ends a frame it does not send")
        return underWay[lane].removeFirst()
    }
}
