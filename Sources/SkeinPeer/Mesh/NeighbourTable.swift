import SkeinRadio
import SkeinWire

/// All neighbours, ascending by id, bounded. A robot enters by being heard and leaves by its silence: four of its own
/// announced intervals on either band. When the table is full the weakest makes room for a stronger one.
struct NeighbourTable {
    private(set) var all: [Neighbour] = []
    private let tuning: MeshTuning
    /// Noise assumed when a radio reports none (thermal noise of 20 MHz with a 7 dB receiver is −94 dBm; the reference field
    /// has less). [R]
    static let assumedNoiseDBm = -94.0

    init(tuning: MeshTuning) { self.tuning = tuning }

    subscript(id: NodeID) -> Neighbour? {
        let index = position(of: id)
        return index < all.count && all[index].id == id ? all[index] : nil
    }

    /// Lets `change` edit a neighbour that is there.
    @discardableResult
    mutating func update(_ id: NodeID, _ change: (inout Neighbour) -> Void) -> Bool {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return false }
        change(&all[index])
        return true
    }

    /// A frame of a robot arrived with this signal: the only way into the table.
    mutating func observe(_ observation: LinkObservation) {
        var index = position(of: observation.neighbour)
        if index == all.count || all[index].id != observation.neighbour {
            guard makeRoom(for: observation) else { return }
            index = position(of: observation.neighbour)
            all.insert(Neighbour(id: observation.neighbour), at: index)
        }
        switch observation.band {
        case .control:
            let isFirst = all[index].lastBeaconAt == nil
            smooth(&all[index].controlPowerDBm, toward: observation.powerDBm, isFirst: isFirst)
        case .data:
            let noiseDBm = observation.noiseDBm ?? Self.assumedNoiseDBm
            let efficiency = Shannon.efficiency(snrDB: observation.powerDBm - noiseDBm)
            if var power = all[index].dataPowerDBm {
                smooth(&power, toward: observation.powerDBm, isFirst: false)
                all[index].dataPowerDBm = power
                smooth(&all[index].efficiency, toward: efficiency, isFirst: false)
            } else {
                all[index].dataPowerDBm = observation.powerDBm
                all[index].efficiency = efficiency
            }
        }
    }

    private func smooth(_ value: inout Double, toward reading: Double, isFirst: Bool) {
        value = isFirst ? reading : value + tuning.smoothing * (reading - value)
    }

    private mutating func makeRoom(for observation: LinkObservation) -> Bool {
        guard all.count >= tuning.neighboursMax else { return true }
        guard observation.band == .control,
            let weakest = all.indices.min(by: { all[$0].controlPowerDBm < all[$1].controlPowerDBm }),
            all[weakest].controlPowerDBm < observation.powerDBm
        else { return false }
        all.remove(at: weakest)
        return true
    }

    /// Forgets what has been silent too long on either band. True if a link was lost.
    mutating func expire(now: Instant) -> Bool {
        var isChanged = false
        var index = 0
        while index < all.count {
            if let heard = all[index].lastBeaconAt,
                now - heard > all[index].beaconInterval * tuning.silentIntervalsMax
            {
                all[index].lastBeaconAt = nil
                all[index].hearsUs = false
                all[index].tree = .none
                all[index].leaders = []
                all[index].reaches = []
                isChanged = true
            }
            if let heard = all[index].lastHelloAt, let hello = all[index].hello,
                now - heard > .milliseconds(Int(hello.intervalMilliseconds)) * tuning.silentIntervalsMax
            {
                all[index].lastHelloAt = nil
                all[index].dataPowerDBm = nil
                all[index].hello = nil
                isChanged = true
            }
            if all[index].lastBeaconAt == nil && all[index].lastHelloAt == nil && isForgotten(all[index]) {
                all.remove(at: index)
            } else {
                index += 1
            }
        }
        return isChanged
    }

    /// Robots only seen by their signal, with no beacon or hello, hold no state worth keeping.
    private func isForgotten(_ neighbour: Neighbour) -> Bool { neighbour.hello == nil && neighbour.leaders.isEmpty }

    /// A beacon's contents. The signal was observed before.
    mutating func take(_ beacon: Beacon, from id: NodeID, us: NodeID, now: Instant) {
        update(id) { neighbour in
            neighbour.lastBeaconAt = now
            neighbour.beaconInterval = .milliseconds(Int(beacon.intervalMilliseconds))
            if beacon.neighbours.contains(where: { $0.neighbour == us }) {
                neighbour.hearsUs = true
            } else if beacon.listsAllNeighbours {
                neighbour.hearsUs = false
            }
            neighbour.tree = TreeAdvert(
                root: beacon.root, term: beacon.term, sequence: beacon.rootSequence, hops: beacon.hops,
                parent: beacon.parent)
            neighbour.leader = beacon.leader
            neighbour.plan = beacon.plan
            neighbour.missionRevision = beacon.missionRevision
            neighbour.sightingRevision = beacon.sightingRevision
            neighbour.leaders = beacon.leaders
            neighbour.list(beacon, now: now)
        }
    }

    mutating func take(_ hello: Hello, from id: NodeID, now: Instant) {
        update(id) { neighbour in
            neighbour.lastHelloAt = now
            neighbour.hello = hello
        }
    }

    private func position(of id: NodeID) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Neighbour {
    /// Listed robots stay known for this many of the sender's intervals: a long list travels in turns.
    static let listTurnsMax = 4

    fileprivate mutating func list(_ beacon: Beacon, now: Instant) {
        if beacon.listsAllNeighbours {
            reaches = beacon.neighbours.map { ($0.neighbour, now) }
        } else {
            let keep = beaconInterval * Self.listTurnsMax
            reaches.removeAll { entry in
                now - entry.listedAt > keep || beacon.neighbours.contains { $0.neighbour == entry.id }
            }
            for entry in beacon.neighbours { reaches.append((entry.neighbour, now)) }
        }
    }
}
