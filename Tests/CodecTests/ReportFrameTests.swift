import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

/// A robot's account of itself in one frame of the local socket, whatever it has to tell.
struct ReportFrameTests {
    private func told(_ report: PeerReport) throws -> PeerReport? {
        let bytes = LocalFrame.reply(ticket: 1, .report(report)).bytes
        #expect(bytes.count <= LocalFrame.bytesMax)
        guard case .reply(1, .report(let read)) = try LocalFrame(bytes) else { return nil }
        return read
    }

    /// Every list at its limit, every entry as long as it can be.
    private func largest() throws -> PeerReport {
        var samples = Samples(seed: 1)
        var report = samples.peerReport()
        var neighbour = NeighbourAccount(id: NodeID(1), since: .zero, heardAt: .zero, isQuiet: true)
        let link = NeighbourAccount.BandLink(
            powerDBm: -70, efficiency: 3, basis: .measured, isLink: true, outlook: .lasting, heardAt: .zero)
        neighbour.control = link
        neighbour.data = link
        neighbour.roundTrip = .milliseconds(3)
        neighbour.expectedDBm = -70
        neighbour.hops = 3
        neighbour.idlePercent = 50
        neighbour.busyParts = 2
        neighbour.place = .init(xMeters: 1, yMeters: 2, headingRadians: 3)
        report.neighbours = Array(repeating: neighbour, count: PeerReport.neighboursMax)
        let member = MemberAccount(
            member: NodeID(1), grantedPercent: 1, grantedMHz: 1, parts: 1, reservedParts: 1, idlePercent: 1)
        report.members = Array(repeating: member, count: PeerReport.membersMax)
        let route = RouteAccount(
            destination: NodeID(1), next: NodeID(2), rule: .learned, hops: 3, learnedAt: .zero)
        report.routes = Array(repeating: route, count: PeerReport.routesMax)
        let kernel = try #require(KernelName(name: String(repeating: "k", count: 32), version: .max))
        var unit = TaskAccount.Unit(number: 1, phase: .working)
        unit.reason = .offloaded(here: .seconds(1), there: .seconds(1))
        unit.trouble = .job(.program(.exited, by: NodeID(1), ""))
        var task = TaskAccount(
            name: .job(TaskKey(.max)), number: 1, kernels: ["\(kernel)"], phase: .running, count: 256)
        task.reason = .sooner(here: .seconds(1), there: .seconds(1))
        task.startedAt = .zero
        task.deadline = .zero
        task.took = .zero
        report.tasks = (0..<PeerReport.tasksMax).map { index in
            var task = task
            let units = min(PeerReport.unitsOfTaskMax, PeerReport.unitsMax - index * PeerReport.unitsOfTaskMax)
            task.units = Array(repeating: unit, count: max(0, units))
            return task
        }
        let help = HelpAccount(
            kind: .unit, requester: NodeID(1), task: 1, unit: 1, kernel: "\(kernel)", isFetching: true,
            deadline: .zero)
        report.helping = Array(repeating: help, count: PeerReport.helpingMax)
        let object = try #require(ObjectID(hash: [UInt8](repeating: 255, count: ObjectID.byteCount)))
        let transfer = TransferAccount(
            isSending: true, robot: NodeID(1), object: object, bytes: 9, doneBytes: 1, trafficClass: .bulk,
            deadline: .zero)
        report.transfers = Array(repeating: transfer, count: PeerReport.transfersMax)
        let leader = PlanReport.Leader(
            leader: NodeID(1), members: 9, grantedPercent: 1, grantedMHz: 1, wasLeader: true)
        report.plan.leaders = Array(repeating: NodeID(1), count: PeerReport.leadersMax)
        report.plan.making = PlanReport.Making(
            strategy: .skein, reporting: 1, robots: 1, plannedAt: .zero, settledAt: .zero,
            leaders: Array(repeating: leader, count: PeerReport.leadersMax))
        return report
    }

    @Test func `the largest report fits a frame, and comes back`() throws {
        let report = try largest()
        #expect(try told(report) == report)
    }

    @Test func `reports with anything in them come back`() throws {
        var samples = Samples(seed: 5)
        for _ in 0..<50 {
            let report = samples.peerReport()
            #expect(try told(report) == report)
        }
    }

    @Test func `a report with more units than all tasks together may have is refused`() throws {
        var report = try largest()
        let task = report.tasks[0]
        report.tasks = Array(repeating: task, count: PeerReport.unitsMax / PeerReport.unitsOfTaskMax + 1)
        #expect(throws: WireError.self) { try PeerReport(coded: report.coded) }
    }

    @Test func `what is no report is refused, and nothing traps`() throws {
        let bytes = try largest().coded
        var samples = Samples(seed: 9)
        for _ in 0..<2_000 {
            var bent = bytes
            for _ in 0...samples.below(3) { bent[samples.below(bent.count)] = samples.u8() }
            if samples.flag() { bent.removeLast(samples.below(bent.count)) }
            _ = try? PeerReport(coded: bent)
        }
    }

    /// Tools of another day must read it: a layout that changes needs another kind.
    @Test func `the layout is the one it was`() {
        var samples = Samples(seed: 77)
        let bytes = (0..<20).flatMap { _ in samples.peerReport().coded }
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        #expect(digest == 2_382_692_895_297_282_007, "\(digest)")
    }

    // MARK: Events

    @Test func `as many of the first events as fit a frame are told`() throws {
        var samples = Samples(seed: 2)
        let notes = (0..<EventShelf.capacity).map { number in
            EventNote(
                number: UInt64(number), at: samples.instant(), mesh: samples.meshTime(),
                event: .job(
                    .refused(JobUnitID(job: samples.task(), unit: 1, attempt: 1), .busy)))
        }
        let bytes = LocalFrame.events(notes, latest: 700).bytes
        #expect(bytes.count <= LocalFrame.bytesMax)
        guard case .events(let read, 700) = try LocalFrame(bytes) else {
            Issue.record("another frame")
            return
        }
        #expect(!read.isEmpty && read == Array(notes.prefix(read.count)))
        let short = Array(notes.suffix(3))
        guard case .events(short, 9) = try LocalFrame(LocalFrame.events(short, latest: 9).bytes) else {
            Issue.record("another frame")
            return
        }
    }
}
