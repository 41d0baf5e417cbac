import SkeinRadio
import SkeinTasks
import SkeinWire

/// All neighbours, ascending by id, bounded. A robot enters by being heard and leaves by its silence: four of its own
/// announced intervals on either band. When the table is full the weakest makes room for a stronger one.
struct NeighbourTable {
    private(set) var all: [Neighbour] = []
    private(set) var past = PastNeighbours()
    /// What each of `all` sends, in the same order.
    private var lists: [NeighbourLists] = []
    private let tuning: MeshTuning
    private let model: RadioModel
    /// Noise assumed when a radio reports none (thermal noise of 20 MHz with a 7 dB receiver is −94 dBm; the reference field
    /// has less). [R]
    static let assumedNoiseDBm = -94.0

    init(tuning: MeshTuning, model: RadioModel = RadioModel()) {
        self.tuning = tuning
        self.model = model
    }

    subscript(id: NodeID) -> Neighbour? {
        let index = position(of: id)
        return index < all.count && all[index].id == id ? all[index] : nil
    }

    /// The lists of a neighbour by its place in `all`.
    func lists(at index: Int) -> NeighbourLists { lists[index] }

    func lists(of id: NodeID) -> NeighbourLists? {
        let index = position(of: id)
        return index < all.count && all[index].id == id ? lists[index] : nil
    }

    /// A neighbour has sent something new, its own or another's.
    mutating func heard(_ id: NodeID, now: Instant) {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return }
        all[index].heardAt = now
        all[index].isQuiet = false
    }

    /// A new frame of a robot's own arrived with this signal: the only way into the table. `own` is where this robot
    /// believes to be. Entry and address come from what `announces`, beacons and hellos: so many of them are sent that one
    /// which was lost here and recorded elsewhere is soon too old to be taken for new, and is put right by the next.
    mutating func observe(
        _ reception: Reception, of id: NodeID, announces: Bool = true, own: LinkForecast.Own? = nil,
        now: Instant = .zero
    ) {
        var index = position(of: id)
        if index == all.count || all[index].id != id {
            guard announces, makeRoom(for: reception) else { return }
            index = position(of: id)
            var neighbour = Neighbour(id: id)
            neighbour.firstHeardAt = now
            past.back(id)
            all.insert(neighbour, at: index)
            lists.insert(NeighbourLists(), at: index)
        }
        switch reception.band {
        case .control:
            let reading = Reading(reception.signal, probe: all[index].controlProbe, roundTrip: all[index].roundTrip)
            let isFirst = all[index].lastBeaconAt == nil
            if announces { all[index].controlAddress = reception.from }
            all[index].controlBasis = LinkBasis(reception.signal)
            Self.smooth(&all[index].controlPowerDBm, tuning.smoothing, toward: reading.powerDBm, isFirst: isFirst)
            Self.smooth(&all[index].controlEfficiency, tuning.smoothing, toward: reading.efficiency, isFirst: isFirst)
        case .data:
            let reading = Reading(reception.signal, probe: all[index].dataProbe, roundTrip: all[index].roundTrip)
            if announces { all[index].dataAddress = reception.from }
            all[index].dataBasis = LinkBasis(reception.signal)
            if var power = all[index].dataPowerDBm {
                Self.smooth(&power, tuning.smoothing, toward: reading.powerDBm, isFirst: false)
                all[index].dataPowerDBm = power
                Self.smooth(&all[index].efficiency, tuning.smoothing, toward: reading.efficiency, isFirst: false)
            } else {
                all[index].dataPowerDBm = reading.powerDBm
                all[index].efficiency = reading.efficiency
            }
        }
        all[index].heardAt = now
        // Only a signal says how much farther it would carry.
        switch reception.signal {
        case .measured(let powerDBm, _), .power(let powerDBm):
            all[index].forecast.heard(reception.band, powerDBm: powerDBm, own: own, now: now, model: model)
        case .throughput, .none: all[index].forecast.forget(reception.band)
        }
        foresee(index, own: own, now: now)
    }

    /// A robot has left the mesh.
    mutating func remove(_ id: NodeID) {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return }
        drop(at: index)
    }

    private mutating func drop(at index: Int) {
        past.note(all.remove(at: index))
        lists.remove(at: index)
    }

    /// A robot leads no more, whatever was heard of it as a root or leader. A member and neighbour it stays.
    mutating func disregardLeading(of robot: NodeID) {
        for index in all.indices {
            if all[index].tree.root == robot { all[index].tree = .none }
            lists[index].leaders.removeAll { $0.leader == robot }
        }
        let index = position(of: robot)
        guard index < all.count, all[index].id == robot else { return }
        all[index].hello?.isLeader = false
        lists[index].grants = []
    }

    /// The boot that a neighbour's beacon is of. True if it is another than that of its last one: it knows nobody.
    mutating func meet(_ id: NodeID, _ epoch: Epoch) -> Bool {
        let index = position(of: id)
        guard index < all.count, all[index].id == id, all[index].epoch != epoch else { return false }
        all[index].epoch = epoch
        return true
    }

    /// An echo to a neighbour alone came back.
    mutating func measured(roundTrip: Duration, to id: NodeID) {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return }
        all[index].roundTrip = all[index].roundTrip.map { $0 + (roundTrip - $0) / 4 } ?? roundTrip
    }

    /// A signal in the terms links are compared by.
    private struct Reading {
        var powerDBm: Double
        var efficiency: Double

        /// What a broken driver says would stay in the smoothed values for ever.
        private static func bounded(dBm: Double) -> Double { min(100, max(-200, dBm)) }

        init(_ signal: Signal, probe: LinkProbe, roundTrip: Duration?) {
            switch signal {
            case .measured(let powerDBm, let noiseDBm):
                self.powerDBm = Self.bounded(dBm: powerDBm)
                efficiency = Shannon.efficiency(snrDB: self.powerDBm - Self.bounded(dBm: noiseDBm))
            case .power(let powerDBm):
                self.powerDBm = Self.bounded(dBm: powerDBm)
                efficiency = Shannon.efficiency(snrDB: self.powerDBm - NeighbourTable.assumedNoiseDBm)
            case .throughput(let bitsPerSecond):
                let told = bitsPerSecond / (Airtime.channelMHz * 1e6)
                efficiency = min(NeighbourTable.efficiencyMax, max(NeighbourTable.efficiencyMin, told))
                powerDBm = NeighbourTable.assumedNoiseDBm + Shannon.snrDB(efficiency: efficiency)
            case .none:
                powerDBm = NeighbourTable.assumedNoiseDBm + probe.snrDB
                let echoed = roundTrip.map {
                    LinkProbe.efficiency(datagramBytes: Echo.datagramBytes, roundTrip: $0)
                }
                efficiency = max(
                    min(Shannon.efficiency(snrDB: probe.snrDB), echoed ?? .infinity), NeighbourTable.efficiencyMin)
            }
        }
    }

    /// The slowest a link is said to be, b/s/Hz: the legacy 6 Mb/s on 20 MHz; and the fastest, what `EfficiencyField` holds.
    static let efficiencyMin = Airtime.broadcastBitsPerSecond / (Airtime.channelMHz * 1e6)
    static let efficiencyMax = 65.0

    /// Reckons anew who must be in range.
    mutating func foresee(own: LinkForecast.Own, now: Instant) {
        for index in all.indices { foresee(index, own: own, now: now) }
    }

    private mutating func foresee(_ index: Int, own: LinkForecast.Own?, now: Instant) {
        all[index].isQuiet = now - all[index].heardAt > all[index].quietAfter
        if let own {
            all[index].controlOutlook = all[index].forecast.outlook(.control, own: own, now: now)
            all[index].dataOutlook = all[index].forecast.outlook(.data, own: own, now: now)
        }
        // Only leaders are compared by it.
        guard all[index].hello?.isLeader == true else { return }
        if let power = all[index].forecast.powerDBm(.data, own: own?.place, now: now, model: model) {
            all[index].dataExpectedDBm = power
        }
    }

    /// The neighbour that stands best between this robot and another that it cannot reach itself: by the weaker of the two
    /// signals, as last told.
    func between(_ destination: NodeID) -> NodeID? {
        var best: (id: NodeID, powerDBm: Double)?
        for index in all.indices where all[index].isControlLasting {
            guard let far = lists[index].power(of: destination)?.dBm else { continue }
            let weaker = min(far, all[index].controlPowerDBm)
            if best.map({ weaker > $0.powerDBm }) ?? true { best = (all[index].id, weaker) }
        }
        return best?.id
    }

    private static func smooth(_ value: inout Double, _ weight: Double, toward reading: Double, isFirst: Bool) {
        value = isFirst ? reading : value + weight * (reading - value)
    }

    private mutating func makeRoom(for reception: Reception) -> Bool {
        guard all.count >= tuning.neighboursMax else { return true }
        let reading = Reading(reception.signal, probe: LinkProbe(), roundTrip: nil)
        guard reception.band == .control,
            let weakest = all.indices.min(by: { all[$0].controlPowerDBm < all[$1].controlPowerDBm }),
            all[weakest].controlPowerDBm < reading.powerDBm
        else { return false }
        drop(at: weakest)
        return true
    }

    /// Forgets what has been silent too long on either band. True if a link was lost.
    mutating func expire(now: Instant) -> Bool {
        var isChanged = false
        var index = 0
        while index < all.count {
            if all[index].lastBeaconAt != nil, now > all[index].beaconDueAt {
                all[index].lastBeaconAt = nil
                all[index].hearsUs = false
                all[index].tree = .none
                lists[index].leaders = []
                lists[index].reaches = []
                isChanged = true
            }
            if all[index].lastHelloAt != nil, now > all[index].helloDueAt {
                all[index].lastHelloAt = nil
                all[index].dataPowerDBm = nil
                all[index].hello = nil
                lists[index].grants = []
                lists[index].kernels = []
                isChanged = true
            }
            // Robots only seen by their signal hold no state worth keeping.
            if all[index].lastBeaconAt == nil && all[index].lastHelloAt == nil {
                drop(at: index)
            } else {
                index += 1
            }
        }
        return isChanged
    }

    /// A beacon's contents. The signal was observed before. True if the sender's place in the tree is another, or whether it
    /// hears this robot; a mere new sequence can wait.
    @discardableResult
    mutating func take(_ beacon: Beacon, from id: NodeID, us: NodeID, own: LinkForecast.Own? = nil, now: Instant)
        -> Bool
    {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return false }
        let before = (all[index].tree, all[index].hearsUs)
        if let last = all[index].lastBeaconAt {
            all[index].controlProbe.heard(after: now - last, interval: all[index].beaconInterval)
        }
        all[index].lastBeaconAt = now
        all[index].heardAt = now
        all[index].forecast.told(beacon, own: own, now: now, model: model)
        foresee(index, own: own, now: now)
        let interval = min(Duration.milliseconds(Int(beacon.intervalMilliseconds)), tuning.announcedIntervalMax)
        all[index].beaconInterval = interval
        all[index].beaconDueAt = now + interval * tuning.silentIntervalsMax
        if beacon.neighbours.contains(where: { $0.neighbour.number == us.number }) {
            all[index].hearsUs = true
            all[index].listedUsAt = now
        } else if beacon.listsAllNeighbours || now - all[index].listedUsAt > interval * NeighbourLists.linkTurnsMax {
            all[index].hearsUs = false
        }
        all[index].tree = TreeAdvert(
            root: beacon.root, term: beacon.term, sequence: beacon.rootSequence, hops: beacon.hops,
            parent: beacon.parent)
        all[index].leader = beacon.leader
        all[index].plan = beacon.plan
        all[index].missionRevision = beacon.missionRevision
        all[index].sightingRevision = beacon.sightingRevision
        lists[index].leaders = beacon.leaders
        lists[index].list(beacon, keep: interval * NeighbourLists.turnsMax, now: now)
        return !all[index].tree.isSamePlace(as: before.0) || all[index].hearsUs != before.1
    }

    mutating func take(_ hello: Hello, from id: NodeID, now: Instant) {
        let index = position(of: id)
        guard index < all.count, all[index].id == id else { return }
        if let last = all[index].lastHelloAt, let hello = all[index].hello {
            all[index].dataProbe.heard(after: now - last, interval: hello.interval)
        }
        all[index].lastHelloAt = now
        var news = HelloNews(hello)
        news.interval = min(news.interval, tuning.announcedIntervalMax)
        if all[index].hello?.leader != news.leader { all[index].leaderSince = now }
        all[index].hello = news
        all[index].helloDueAt = now + news.interval * tuning.silentIntervalsMax
        if news.isLeader {
            all[index].dataExpectedDBm =
                all[index].forecast.powerDBm(.data, own: nil, now: now, model: model) ?? all[index].dataExpectedDBm
        }
        lists[index].grants = hello.grants
        lists[index].kernels = hello.kernels
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
