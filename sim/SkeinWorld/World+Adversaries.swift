import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// Those who want the swarm to fail, at their places in the world.
extension World {
    // MARK: Who, where, when

    /// One more radio for each place of an outsider, after the robots'.
    static func stationPlaces(_ config: WorldConfig) -> [FieldPoint] {
        config.adversaries.flatMap { adversary -> [FieldPoint] in
            switch adversary.kind {
            case .outsider(let outsider): outsider.places
            case .insider: []
            }
        }
    }

    static func outsiders(_ config: WorldConfig, fleet: FleetID) -> [Outsider?] {
        var station = config.robots
        return config.adversaries.enumerated().map { index, adversary in
            guard case .outsider(let outsider) = adversary.kind else { return nil }
            var dice = Dice(seed: config.seed, stream: .adversaries, index: index)
            let forgery = Forgery(fleet: fleet, robots: config.robots, dice: &dice)
            defer { station += outsider.places.count }
            return Outsider(
                outsider, stations: Array(station..<(station + outsider.places.count)), forgery: forgery, dice: dice)
        }
    }

    /// Who is at work before the mission has a start. Whoever leads shows only then.
    mutating func beginAdversaries() {
        for index in config.adversaries.indices where config.adversaries[index].at == nil {
            guard case .insider(let insider) = config.adversaries[index].kind, insider.target.isKnownLate else {
                beginAdversary(index)
                continue
            }
        }
    }

    /// Called at the mission's start.
    mutating func scheduleAdversaries() {
        for (index, adversary) in config.adversaries.enumerated() {
            if let at = adversary.at {
                queue.push(WorldEvent(.adversaryTurn, at: now + at.nanoseconds, stamp: UInt32(index)))
            } else if case .insider(let insider) = adversary.kind, insider.target.isKnownLate {
                beginAdversary(index)
            }
        }
    }

    mutating func takeAdversaryTurn(_ index: Int) {
        guard isAtWork[index] else { return beginAdversary(index) }
        switch config.adversaries[index].kind {
        case .outsider(let outsider):
            transmit(index, outsider)
            let interval = outsider.ratePerSecond.map { Int64(1e9 / $0) } ?? Self.saturationInterval
            queue.push(WorldEvent(.adversaryTurn, at: now + max(1, interval), stamp: UInt32(index)))
        case .insider(let insider):
            guard insider.lies.contains(.flood) else { return }
            for robot in robots.indices where insiders[robot]?.config == insider { search(from: robot) }
            queue.push(WorldEvent(.adversaryTurn, at: now + Int64(1e9 / insider.ratePerSecond), stamp: UInt32(index)))
        }
    }

    /// Who sends all that the air takes has a look this often; less than a smallest frame lasts.
    private static let saturationInterval: Int64 = 200_000

    private mutating func beginAdversary(_ index: Int) {
        isAtWork[index] = true
        switch config.adversaries[index].kind {
        case .outsider: queue.push(WorldEvent(.adversaryTurn, at: now, stamp: UInt32(index)))
        case .insider(let insider):
            for robot in liars(insider.target, index) { corrupt(robot, insider, index) }
            if insider.lies.contains(.flood) {
                queue.push(WorldEvent(.adversaryTurn, at: now, stamp: UInt32(index)))
            }
        }
    }

    private func liars(_ target: InsiderConfig.Target, _ index: Int) -> [Int] {
        let seen = FaultTargets(places: places, robots: book.robots, layout: layout, start: config.start)
        switch target {
        case .robots(let list): return seen.robots(of: .robots(list))
        case .leader: return seen.robots(of: .leader)
        case .root:
            return robots.indices.filter { book.robots[$0].isUp && book.robots[$0].hops == 0 }.prefix(1).map { $0 }
        case .helper:
            let lenders = robots.indices.filter {
                $0 != config.start && !robots[$0].role.carriesCamera && book.robots[$0].leader != $0
            }
            return lenders.max { (robots[$0].idlePercent, $1) < (robots[$1].idlePercent, $0) }.map { [$0] } ?? []
        case .share(let share):
            var dice = Dice(seed: config.seed, stream: .adversaries, index: 1_000 + index)
            let others = robots.indices.filter { $0 != config.start }
            let count = min(others.count, Int((share * Double(robots.count)).rounded()))
            return dice.choose(count, of: others.count).map { others[$0] }
        }
    }

    private mutating func corrupt(_ robot: Int, _ insider: InsiderConfig, _ index: Int) {
        watch?.lies(robot)
        guard insiders[robot] == nil else {
            insiders[robot]?.add(insider.lies)
            return
        }
        insiders[robot] = Insider(
            robot: robot, config: insider, robots: robots.count,
            seal: keys.seal(robot: robot, epoch: Epoch(max(1, robots[robot].epoch))),
            dice: Dice(seed: Dice.mixed(config.seed, UInt64(index)), stream: .adversaries, index: 2_000 + robot))
        if insider.lies.contains(.falseSighting), isRunning(robot) { sight(from: robot) }
    }

    // MARK: Insiders

    /// A peer transmits; if a liar is around it, something else may leave the robot.
    mutating func say(_ transmission: Transmission, from robot: Int) {
        guard let watch else { return medium.send(transmission, from: robot, now: now, queue: &queue) }
        watch.now = now
        guard insiders[robot] != nil else {
            watch.sent(transmission.datagram, by: robot)
            return medium.send(transmission, from: robot, now: now, queue: &queue)
        }
        let hearers = controlHearers(of: robot)
        guard let speech = insiders[robot]?.say(transmission, hearers: hearers, now: now) else { return }
        if let (requester, task, part) = speech.poisoned { watch.poisonedSent(requester, task, part, by: robot) }
        if speech.isLie { watch.lied(robot, isProof: speech.isProof) }
        for sent in speech.transmissions { medium.send(sent, from: robot, now: now, queue: &queue) }
    }

    private func controlHearers(of robot: Int) -> [NodeID] {
        medium.air.field.rows[robot].filter {
            Int($0.robot) < robots.count && $0.controlDBm >= medium.air.usableDBm
        }.map { NodeID(UInt16($0.robot)) }
    }

    private mutating func search(from robot: Int) {
        guard isRunning(robot), let search = insiders[robot]?.search() else { return }
        watch?.now = now
        watch?.lied(robot, isProof: false)
        medium.send(search, from: robot, now: now, queue: &queue)
    }

    private mutating func sight(from robot: Int) {
        guard let sighting = insiders[robot]?.sighting(near: places[robot], revision: 1) else { return }
        watch?.now = now
        watch?.lied(robot, isProof: false)
        medium.send(sighting, from: robot, now: now, queue: &queue)
    }

    /// What a robot's processor is said to have found; robots that ask for help do not lie to themselves.
    mutating func answered(_ kernel: Kernel, input: [UInt8], output: [UInt8]?, by robot: Int) -> [UInt8]? {
        guard insiders[robot] != nil, !robots[robot].role.carriesCamera || book.robots[robot].saysArrived else {
            return output
        }
        return insiders[robot]?.poisoned(kernel, input: input, output: output) ?? output
    }

    // MARK: Outsiders

    private mutating func transmit(_ index: Int, _ config: OutsiderConfig) {
        guard let stations = outsiders[index]?.stations else { return }
        for station in stations {
            for band in config.bands {
                guard outsiders[index]?.hasRoom(station, band) == true,
                    let next = outsiders[index]?.next(from: station, on: band)
                else { continue }
                let transmission = Transmission(
                    datagram: next.datagram, band: band, trafficClass: .control, next: .none, shareMHz: 20, address: nil
                )
                medium.send(transmission, from: station, now: now, queue: &queue)
            }
        }
    }

    /// A frame has ended. Outsiders in range of a robot's hear it, whomever it is for, noise or no noise; of one's own the
    /// watch learns what it is meant to be.
    mutating func overhear() {
        let sender = medium.air.arrival.sender
        let band = medium.air.arrival.band
        watch?.now = now
        watch?.trick = nil
        for index in outsiders.indices {
            guard let stations = outsiders[index]?.stations else { continue }
            if stations.contains(sender) { watch?.trick = outsiders[index]?.ended(at: sender, on: band) }
            guard sender < robots.count, isAtWork[index] else { continue }
            for station in stations {
                guard let heard = medium.air.field.heard(station, from: sender),
                    heard.powerDBm(band) >= medium.air.usableDBm
                else { continue }
                outsiders[index]?.overhear(medium.air.arrival.datagram, on: band, at: station)
            }
        }
    }

    /// Whoever has no key may still call its radio as it likes: as the robot's whose frame it plays.
    func source(of datagram: [UInt8], from sender: Int) -> UInt64 {
        guard sender >= robots.count, datagram.count > Envelope.Offset.relay + 1 else { return UInt64(sender) }
        return UInt64(datagram[Envelope.Offset.relay]) << 8 | UInt64(datagram[Envelope.Offset.relay + 1])
    }

    // MARK: The end

    mutating func adversaryFigures() -> AdversaryFigures {
        guard let watch else { return AdversaryFigures() }
        watch.now = now
        var figures = watch.close(
            shunned: robots.indices.map { robot in
                peers[robot]?.standings.all.filter { !$0.isTrusted }.map { Int($0.robot.number) }
            })
        var drops = [Int](repeating: 0, count: DropReason.allCases.count)
        for case let status? in askStatus() where !watch.isLiar(Int(status.id.number)) {
            for reason in DropReason.allCases { drops[Int(reason.rawValue)] += status.drops[reason] }
        }
        figures.drops = DropCounters(counts: drops) ?? DropCounters()
        return figures
    }
}

extension InsiderConfig.Target {
    /// Who that is shows only once there is a hierarchy.
    fileprivate var isKnownLate: Bool {
        switch self {
        case .leader, .root, .helper: true
        case .robots, .share: false
        }
    }
}
