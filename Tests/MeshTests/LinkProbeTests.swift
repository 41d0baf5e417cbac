import SkeinRadio
import SkeinWire
import Testing

@testable import SkeinPeer

struct LinkProbeTests {
    private static func probe(_ gaps: [Double], interval: Double = 1) -> LinkProbe {
        var probe = LinkProbe()
        for gap in gaps { probe.heard(after: .fromSeconds(gap), interval: .fromSeconds(interval)) }
        return probe
    }

    @Test func `every beacon heard in time betters the link, every one missed worsens it`() {
        let fresh = LinkProbe()
        #expect(Self.probe([1]).delivered > fresh.delivered)
        #expect(Self.probe([0.8, 1.2, 1.4]).delivered == Self.probe([1, 1, 1]).delivered, "jitter misses nothing")
        #expect(Self.probe([2]).delivered < fresh.delivered)
        #expect(Self.probe([3]).delivered < Self.probe([2]).delivered)
        #expect(Self.probe([1_000]).delivered == Self.probe([11]).delivered, "a long silence says no more than ten")
    }

    @Test(arguments: [0.1, 0.3, 0.5, 0.7, 0.9])
    func `in the long run it tells the share delivered`(share: Double) {
        var dice = Dice(seed: 4)
        var probe = LinkProbe()
        var sum = 0.0
        var count = 0.0
        var gap = 0.0
        for turn in 0..<20_000 {
            gap += 1
            guard dice.unit() < share else { continue }
            probe.heard(after: .fromSeconds(gap), interval: .seconds(1))
            gap = 0
            if turn > 500 {
                sum += probe.delivered
                count += 1
            }
        }
        // Looked at when something has just arrived: a tenth of what is missing too much; and ten misses at a time.
        #expect(abs(sum / count - share) < 0.1 * (1 - share) + 0.03, "\(sum / count) of \(share)")
    }

    @Test func `more delivered is a stronger signal, within bounds`() {
        var last = -Double.infinity
        for missed in (0..<60).reversed() {
            let snr = Self.probe([Double](repeating: 2, count: missed)).snrDB
            #expect(snr.isFinite && snr >= last)
            last = snr
        }
        #expect(Self.probe([Double](repeating: 1, count: 500)).snrDB.isFinite, "a wire has no signal to speak of")
    }

    @Test func `an echo's bits over its time bound the efficiency`() {
        let slow = LinkProbe.efficiency(datagramBytes: 119, roundTrip: .milliseconds(100))
        let fast = LinkProbe.efficiency(datagramBytes: 119, roundTrip: .milliseconds(1))
        #expect(abs(fast / slow - 100) < 1e-6)
        #expect(LinkProbe.efficiency(datagramBytes: 119, roundTrip: .zero).isFinite)
    }

    private static func table(_ signal: Signal, _ band: Band) -> Neighbour {
        var table = NeighbourTable(tuning: MeshTuning())
        table.observe(Reception(band: band, from: LinkAddress(7), signal: signal), of: NodeID(7))
        table.take(.sample(hears: [0]), from: NodeID(7), us: NodeID(0), now: .zero)
        table.take(.leading(7), from: NodeID(7), now: .zero)
        return table[NodeID(7)] ?? Neighbour(id: NodeID(7))
    }

    @Test func `every reading says what it rests on, on its own band`() {
        let cases: [(Signal, LinkBasis)] = [
            (.measured(powerDBm: -60, noiseDBm: -100), .measured), (.power(dBm: -60), .assumedFloor),
            (.throughput(bitsPerSecond: 54e6), .throughput), (.none, .probed),
        ]
        for (signal, basis) in cases {
            #expect(Self.table(signal, .control).controlBasis == basis)
            #expect(Self.table(signal, .data).dataBasis == basis)
            #expect(Self.table(signal, .data).isProbed == (basis == .probed))
        }
    }

    @Test func `readings of every basis are in the same terms`() {
        let measured = Self.table(.measured(powerDBm: -60, noiseDBm: -94), .data)
        let power = Self.table(.power(dBm: -60), .data)
        #expect(measured.efficiency == power.efficiency && measured.dataPowerDBm == power.dataPowerDBm)
        let bits = power.efficiency * 20e6
        let rate = Self.table(.throughput(bitsPerSecond: bits), .data)
        #expect(abs(rate.efficiency - power.efficiency) < 1e-9)
        #expect(rate.dataPowerDBm.map { abs($0 + 60) < 1e-6 } == true)
        #expect(Self.table(.throughput(bitsPerSecond: 0), .data).efficiency == NeighbourTable.efficiencyMin)
        #expect(Self.table(.none, .data).efficiency >= NeighbourTable.efficiencyMin)
    }

    @Test func `a slow echo lowers a probed link's efficiency, never below the slowest rate`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        let reception = Reception(band: .data, from: LinkAddress(7), signal: .none)
        table.observe(reception, of: NodeID(7))
        let before = try #require(table[NodeID(7)]).efficiency
        table.measured(roundTrip: .milliseconds(200), to: NodeID(7))
        table.measured(roundTrip: .milliseconds(400), to: NodeID(7))
        #expect(table[NodeID(7)]?.roundTrip == .milliseconds(250))
        table.measured(roundTrip: .milliseconds(1), to: NodeID(8))
        for _ in 0..<50 { table.observe(reception, of: NodeID(7)) }
        let after = try #require(table[NodeID(7)]).efficiency
        #expect(after < before && after >= NeighbourTable.efficiencyMin)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `on a wire that tells nothing, answers that come sooner or later unseat no leader`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout(count: 10, sideMeters: 8, dice: &dice)
        let swarm = Swarm(layout, conditions: .init(delayMin: 100, delayMax: 1_500, signals: .none), seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 20)
        let start = swarm.now
        swarm.run(seconds: 120)
        let changes = swarm.events(since: start) { if case .leaderChanged = $0 { true } else { false } }
        let plans = swarm.events(since: start) { if case .planIssued = $0 { true } else { false } }
        #expect(changes == 0, "seed \(seed): \(changes) changes of leader in two minutes, \(plans) plans")
        #expect(swarm.living.allSatisfy(swarm.isCovered))
    }

    @Test func `what a broken driver says stays within bounds, and does not stay`() throws {
        let absurd = [1e12, -1e12, .infinity, -.infinity, .nan, 0]
        for band in Band.allCases {
            var table = NeighbourTable(tuning: MeshTuning())
            for one in absurd {
                for signal in [
                    Signal.measured(powerDBm: one, noiseDBm: -one), .power(dBm: one), .throughput(bitsPerSecond: one),
                ] {
                    table.observe(Reception(band: band, from: LinkAddress(7), signal: signal), of: NodeID(7))
                }
            }
            for _ in 0..<100 { table.observe(.sample(band, from: 7), of: NodeID(7)) }
            let neighbour = try #require(table[NodeID(7)])
            let power = band == .control ? neighbour.controlPowerDBm : neighbour.dataPowerDBm ?? 0
            #expect(abs(power + 60) < 0.01, "\(band): \(power)")
        }
    }

    @Test(arguments: Swarm.Signals.allCases, [1, 2, 3] as [UInt64])
    func `whatever the radios tell, a swarm settles with hops as in breadth-first search and everybody covered`(
        signals: Swarm.Signals, seed: UInt64
    ) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 20, sideMeters: 55, dice: &dice)
        let swarm = Swarm(layout, conditions: .init(loss: 0.02, signals: signals), seed: seed)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        let settled = swarm.run(atMost: 20) {
            swarm.log.contains { if case .settled = $0.event { true } else { false } }
        }
        #expect(settled.map { $0 < 9 } == true, "\(signals), seed \(seed): \(settled ?? -1) s")
        swarm.conditions.loss = 0
        swarm.run(seconds: 4)
        #expect(swarm.misplaced(root: 0).isEmpty, "\(signals), seed \(seed)")
        #expect(swarm.living.allSatisfy(swarm.isCovered), "\(signals), seed \(seed)")
        let plans = Set(swarm.living.compactMap { swarm.status($0)?.plan.number })
        #expect(plans.count == 1 && !plans.contains(0), "\(signals), seed \(seed)")
        for robot in 0..<20 {
            swarm.command(.links, at: robot)
            guard case .links(let links)? = swarm.replies.last?.reply else { continue }
            let basis = LinkBasis(signals.signal(powerDBm: -60, at: robot))
            #expect(!links.isEmpty && links.allSatisfy { $0.basis == basis }, "\(signals), robot \(robot)")
            if basis == .probed { #expect(links.contains { $0.roundTrip != nil }) }
        }
    }
}
