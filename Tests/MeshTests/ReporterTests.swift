import SkeinWire
import Testing

@testable import SkeinPeer

struct ReporterTests {
    private static let tuning = MeshTuning()

    /// A reporter that has told root 1 of neighbours 2 and 3 at ten seconds.
    private struct Desk {
        var reporter = Reporter(tuning: ReporterTests.tuning, now: .zero)
        var table = NeighbourTable(tuning: ReporterTests.tuning)
        var root = NodeID(1)
        var term: UInt32 = 1
        var plan = PlanNumber.none
        var idle = 50.0

        init() {
            for id in [2, 3] as [UInt16] {
                table.hear(.sample(hears: [9]), from: id, us: 9, powerDBm: -60, now: .at(10))
                table.hear(.leading(id), from: id, powerDBm: -62, now: .at(10))
            }
            precondition(due(10) != nil, "the first report is not due")
        }

        mutating func due(_ seconds: Double) -> LinkReport? {
            reporter.due(root: root, term: term, plan: plan, idlePercent: idle, neighbours: table, now: .at(seconds))
        }

        /// The smoothed power of neighbour 2 moves by this.
        mutating func shift(_ dB: Double) {
            table.hear(
                .sample(hears: [9]), from: 2, us: 9, powerDBm: -60 + dB / ReporterTests.tuning.smoothing, now: .at(11))
        }
    }

    @Test func `nothing is told without a root, nor before neighbours have had time to be heard`() {
        var reporter = Reporter(tuning: Self.tuning, now: .at(5))
        let table = NeighbourTable(tuning: Self.tuning)
        func due(_ root: NodeID, _ seconds: Double) -> Bool {
            reporter.due(root: root, term: 1, plan: .none, idlePercent: 0, neighbours: table, now: .at(seconds)) != nil
        }
        #expect(!due(.none, 60))
        #expect(!due(NodeID(1), 7.4))
        #expect(due(NodeID(1), 7.5))
    }

    @Test func `without a change only the refresh is due`() {
        var desk = Desk()
        let times = stride(from: 10.1, to: 40, by: 0.1).filter { desk.due($0) != nil }
        #expect(times.count == 2)
        #expect(abs(times[0] - 20) < 0.11 && abs(times[1] - 30) < 0.21)
    }

    @Test(arguments: [(5.9, false), (6.1, true), (-5.9, false), (-6.1, true)])
    func `a smoothed power counts from six decibels on`(dB: Double, isTold: Bool) {
        var desk = Desk()
        desk.shift(dB)
        #expect((desk.due(11.5) != nil) == isTold)
    }

    @Test(arguments: [(9.9, false), (10, true), (-9.9, false), (-10, true)])
    func `an idle share counts from ten points on`(points: Double, isTold: Bool) {
        var desk = Desk()
        desk.idle += points
        #expect((desk.due(11.5) != nil) == isTold)
    }

    @Test func `changes are told no oftener than once a second`() {
        var desk = Desk()
        var told = 0
        for step in 1...100 {
            desk.idle = step.isMultiple(of: 2) ? 20 : 70
            if desk.due(10 + Double(step) * 0.1) != nil { told += 1 }
        }
        #expect(told <= 10)
    }

    @Test func `a plan taken up is told within a quarter of a second`() {
        var desk = Desk()
        desk.plan = PlanNumber(term: 1, number: 1)
        #expect(desk.due(10.2) == nil)
        #expect(desk.due(10.3)?.plan == desk.plan)
        #expect(desk.due(10.6) == nil)
    }

    @Test func `a new root, and an old one that stands anew, are told at once, but not without end`() {
        var desk = Desk()
        desk.root = NodeID(2)
        #expect(desk.due(10.3) != nil)
        desk.term = 2
        #expect(desk.due(10.6) != nil, "the same root in a new term has an empty book")
        var told = 0
        for step in 0..<50 {
            desk.root = NodeID(step.isMultiple(of: 2) ? 1 : 2)
            if desk.due(11 + Double(step) * 0.1) != nil { told += 1 }
        }
        #expect(told <= 20, "\(told) reports in five seconds of two roots in turn")
    }

    @Test func `links gained and lost are told, on either band`() {
        var gained = Desk()
        gained.table.hear(.sample(hears: [9]), from: 7, us: 9, now: .at(11))
        #expect(gained.due(11.5)?.entries.map(\.neighbour.number) == [2, 3, 7])

        var lost = Desk()
        lost.table.hear(.sample(hears: []), from: 3, us: 9, now: .at(11))
        let report = lost.due(11.1)
        #expect(report?.entries.count == 2, "still on the data band")
        #expect(report?.entries[1].controlPower == .nothing)

        var hidden = Desk()
        hidden.table.hear(.sample(hears: []), from: 5, us: 9, now: .at(11))
        #expect(hidden.due(11.5) == nil, "who does not hear us is no link")
    }

    @Test func `versions rise`() {
        var desk = Desk()
        var last: UInt32 = 1
        for step in 1...5 {
            let version = desk.due(10 + Double(step) * 11)?.version ?? 0
            #expect(version == last + 1)
            last = version
        }
    }

    @Test func `of too many links the strongest are told, in order`() {
        var table = NeighbourTable(tuning: Self.tuning)
        for id in 1...100 as ClosedRange<UInt16> {
            table.hear(
                .sample(hears: [200]), from: id, us: 200, powerDBm: -40 - Double((Int(id) * 37) % 100) * 0.5, now: .zero
            )
        }
        let report = Reporter.report(version: 1, plan: .none, idlePercent: 10, table)
        #expect(report.entries.count == LinkReport.entriesMax)
        #expect(zip(report.entries, report.entries.dropFirst()).allSatisfy { $0.neighbour < $1.neighbour })
        #expect(report.entries.allSatisfy { ($0.controlPower.dBm ?? -200) >= -64 })
        #expect(Message.linkReport(report).bytes.count <= Envelope.bodyBytesMax)
    }
}
