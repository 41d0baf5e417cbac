import SkeinPeer
import SkeinSeal
import SkeinWire

@testable import SkeinPicture

/// Made-up words of robots: everything well, but for what a test says.
enum Made {
    static let bootAtSeconds = 100.0

    static func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    static func robot(_ number: Int) -> NodeID { NodeID(UInt16(number)) }

    /// A robot's report at `seconds` of its own clock: member of r0, which is the root; 1 ms of mesh time's bound.
    static func report(
        _ number: Int, at seconds: Double = 200, epoch: UInt32 = 1, _ change: (inout PeerReport) -> Void = { _ in }
    ) -> PeerReport {
        let id = robot(number)
        let now = instant(seconds)
        let time = MeshTime(
            root: robot(0), term: 1, nanoseconds: now.nanoseconds, boundNanoseconds: 1_000_000, isOwn: number == 0)
        let status = PeerStatus(
            id: id, root: robot(0), hops: number == 0 ? 0 : 1, parent: number == 0 ? .none : robot(0), leader: robot(0),
            leaderReason: .plan, plan: .none, grantedPercent: 0, grantedMHz: 0, idlePercent: 50, neighbours: 1,
            drops: DropCounters(), isMissionRunning: false, hasArrived: false, xMeters: Double(number), yMeters: 1,
            headingRadians: 0,
            clock: ClockStatus(
                local: now, time: time, hops: 1, source: robot(0), sinceAnswer: .seconds(1), answers: 1, refusals: 0))
        var report = PeerReport(
            id: id, epoch: Epoch(epoch), now: now, startedAt: instant(bootAtSeconds), status: status,
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false),
            office: OfficeReport(
                term: 1, rootSince: number == 0 ? now : nil, leaderSince: number == 0 ? now : nil,
                followsSince: instant(bootAtSeconds + 1), treeSince: instant(bootAtSeconds + 1), planned: nil,
                former: nil, mayLead: true, ownEfficiency: nil),
            radio: radio(), safety: safety([]),
            trust: TrustFigures(
                digest: 1, entries: 1, keyNumber: 1, members: 3, revoked: 0, expired: 0, demoted: 0, doubled: 0,
                shunned: 0, doubted: 0, expiresAtSeconds: nil),
            plan: PlanReport(number: .none, root: robot(0), leaders: [], making: nil))
        change(&report)
        return report
    }

    static func radio(controlFraction: Double = 0.02, sentBytes: UInt64 = 0) -> RadioAccount {
        func band(_ bytes: UInt64) -> RadioAccount.BandAccount {
            let traffic = RadioAccount.Traffic(
                datagrams: bytes / 100, bytes: bytes, airtimeNanoseconds: Int64(bytes) * 1_000)
            return RadioAccount.BandAccount(
                sent: TrafficClass.allCases.map { $0 == .control ? traffic : .init() }, relayed: .init(),
                received: traffic, controlFraction: controlFraction, busyFraction: 0.1)
        }
        return RadioAccount(control: band(sentBytes), data: band(0), windowSeconds: 10, beaconFractionMax: 0.02)
    }

    static func safety(_ active: [StopStatement.Name], isStopped: Bool? = nil) -> SafetyFigures {
        SafetyFigures(
            isStopped: isStopped ?? !active.isEmpty, isPersisted: true, numberMax: active.last?.number ?? 0,
            active: active, activeCount: active.count, issued: nil, standing: 0, goingOn: 0, waiting: 0,
            unreachable: 0)
    }

    static func drops(_ counts: [DropReason: Int]) -> DropCounters {
        guard let counters = DropCounters(counts: DropReason.allCases.map { counts[$0] ?? 0 }) else {
            preconditionFailure("no counters of \(counts)")
        }
        return counters
    }

    static func neighbour(
        _ number: Int, heardAt seconds: Double, efficiency: Double = 4,
        _ change: (inout NeighbourAccount) -> Void = { _ in }
    ) -> NeighbourAccount {
        var neighbour = NeighbourAccount(
            id: robot(number), since: instant(bootAtSeconds), heardAt: instant(seconds), isQuiet: false)
        let link = NeighbourAccount.BandLink(
            powerDBm: -60, efficiency: efficiency, basis: .measured, isLink: true, outlook: .lasting,
            heardAt: instant(seconds))
        neighbour.control = link
        neighbour.data = link
        neighbour.root = robot(0)
        neighbour.leader = robot(0)
        change(&neighbour)
        return neighbour
    }

    static func account(_ number: Int, _ change: (inout PeerAccount) -> Void = { _ in }) -> PeerAccount {
        guard let key = PublicKey(bytes: [UInt8](repeating: UInt8(number + 1), count: PublicKey.byteCount)) else {
            preconditionFailure("no key of \(number)")
        }
        var account = PeerAccount(robot: robot(number), state: .member, key: key, roles: .all, expiresAtSeconds: nil)
        change(&account)
        return account
    }

    static func note(_ number: UInt64, at seconds: Double, mesh: Double? = nil, _ event: Event) -> EventNote {
        let time = mesh.map {
            MeshTime(
                root: robot(0), term: 1, nanoseconds: Int64($0 * 1e9), boundNanoseconds: 1_000_000, isOwn: false)
        }
        return EventNote(number: number, at: instant(seconds), mesh: time, event: event)
    }

    /// A swarm of so many, all well, told at `at` of the watcher's clock, which shows 1000 s when theirs show 200.
    static func swarm(_ count: Int, at seconds: Double = 1_000) -> SwarmPicture {
        var picture = SwarmPicture(mode: .live, source: "made up")
        picture.take(names: (0..<count).map { (robot($0), "r\($0)") })
        tell(&picture, count, at: seconds)
        return picture
    }

    static func tell(
        _ picture: inout SwarmPicture, _ count: Int, at seconds: Double, except silent: Set<Int> = [],
        _ change: (Int, inout PeerReport) -> Void = { _, _ in }
    ) {
        for number in 0..<count where !silent.contains(number) {
            picture.take(
                report(number, at: seconds - 800) { change(number, &$0) }, of: robot(number), at: instant(seconds))
        }
    }
}
