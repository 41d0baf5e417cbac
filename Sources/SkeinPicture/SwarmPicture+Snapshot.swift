import SkeinPeer
import SkeinView
import SkeinWire

extension SwarmPicture {
    /// The picture at one moment.
    package func snapshot(at now: Instant) -> Snapshot {
        let table = HearsayTable(self, at: now)
        let alarms = alarms
        let robots = table.rows.map { robot($0, alarms, at: now) }
        var snapshot = Snapshot(
            mode: mode, source: source, time: time(at: now), mesh: mesh(robots), safety: safety(table, at: now))
        snapshot.speed = speed
        snapshot.fleet = fleet
        snapshot.me = eyes.flatMap { me($0, at: now) }
        snapshot.clockBound = clockBound(at: now)
        snapshot.alarms = alarms.map { alarm in
            let isAboutOne = alarm.robot != .none
            return Snapshot.Alarm(
                alarm.severity, isAboutOne ? "\(name(alarm.robot)): \(alarm.text)" : alarm.text,
                age: now - alarm.since, robot: isAboutOne ? alarm.robot : nil)
        }
        snapshot.robots = robots
        snapshot.links = links(at: now)
        snapshot.targets = targets(at: now)
        snapshot.field = field
        snapshot.tasks = tasks(at: now)
        snapshot.radio = radio(at: now)
        snapshot.events = eventLines
        snapshot.mission = missionFigures(at: now)
        return snapshot
    }

    /// Since the eyes' boot, or the earliest boot of those that tell.
    private func time(at now: Instant) -> Duration {
        let tellers = eyes.map { eyes in witnesses.filter { $0.id == eyes } } ?? witnesses
        return tellers.compactMap { witness in
            witness.report.map { witness.age(of: $0.startedAt, at: now) }
        }.max() ?? .zero
    }

    private func me(_ eyes: NodeID, at now: Instant) -> Snapshot.Me? {
        guard let witness = witness(eyes), let report = witness.report else {
            return Snapshot.Me(id: eyes, name: name(eyes), role: .unknown)
        }
        let role = Self.role(report)
        func since(_ instant: Instant?) -> Duration? { instant.map { witness.age(of: $0, at: now) } }
        let roleSince: Instant? =
            switch role {
            case .root: report.office.rootSince
            case .leader: report.office.leaderSince
            case .member: report.office.followsSince
            case .alone, .unknown: nil
            }
        let leader = report.status.leader == .none ? nil : report.status.leader
        return Snapshot.Me(
            id: eyes, name: name(eyes), role: role, roleSince: since(roleSince), leader: leader,
            leaderName: leader.map(name), leaderSince: since(report.office.followsSince))
    }

    static func role(_ report: PeerReport) -> Snapshot.Role {
        if report.status.root == report.id { return .root }
        if report.status.leader == report.id { return report.status.leaderReason == .alone ? .alone : .leader }
        return report.status.leader == .none ? .alone : .member
    }

    private func mesh(_ robots: [Snapshot.Robot]) -> Snapshot.Mesh {
        let present = robots.filter { !$0.isOff && ($0.heard.map { $0 <= Self.staleAfter } ?? false) }
        return Snapshot.Mesh(
            known: robots.count, heard: present.count,
            silent: robots.count { robot in robot.heard != nil && (robot.isOff || robot.state == RobotWords.silent) },
            leaders: present.count { $0.role == .leader || $0.role == .root })
    }

    /// The eyes', or the widest of those that tell.
    private func clockBound(at now: Instant) -> Known<Duration>? {
        let tellers =
            eyes.map { eyes in witnesses.filter { $0.id == eyes } } ?? witnesses.filter { $0.isFresh(at: now) }
        let bounds = tellers.compactMap { witness in
            witness.report?.status.clock.time.map {
                Known(Duration.nanoseconds($0.boundNanoseconds), age: witness.age(at: now))
            }
        }
        return bounds.max { $0.value < $1.value }
    }

    /// Each pair once; by both ends' words where both tell: the weaker direction, the fresher age.
    private func links(at now: Instant) -> [Snapshot.Link] {
        var links: [Snapshot.Link] = []
        for witness in witnesses {
            guard let report = witness.report else { continue }
            for neighbour in report.neighbours {
                let isTree = report.status.parent == neighbour.id || neighbour.parent == report.id
                let isSubgroup = report.status.leader == neighbour.id || neighbour.leader == report.id
                for (band, heard) in [(Band.control, neighbour.control), (.data, neighbour.data)] {
                    guard let heard, heard.isLink else { continue }
                    links.append(
                        Snapshot.Link(
                            from: min(report.id, neighbour.id), to: max(report.id, neighbour.id), band: band,
                            bitsPerSecondPerHz: heard.efficiency, isTree: isTree && band == .control,
                            isSubgroup: isSubgroup && band == .data, age: witness.age(of: heard.heardAt, at: now)))
                }
            }
        }
        links.sort { ($0.from, $0.to, $0.band.rawValue) < ($1.from, $1.to, $1.band.rawValue) }
        var merged: [Snapshot.Link] = []
        for link in links {
            guard let last = merged.last, last.from == link.from, last.to == link.to, last.band == link.band else {
                merged.append(link)
                continue
            }
            let place = merged.count - 1
            if let one = last.bitsPerSecondPerHz, let other = link.bitsPerSecondPerHz {
                merged[place].bitsPerSecondPerHz = min(one, other)
            }
            merged[place].age = min(last.age, link.age)
            merged[place].isTree = last.isTree || link.isTree
            merged[place].isSubgroup = last.isSubgroup || link.isSubgroup
        }
        return merged
    }

    /// The latest word of the physical target, and the surest of the source.
    private func targets(at now: Instant) -> [Snapshot.Target] {
        var sighting: (place: TargetReport.Place, revision: UInt32, age: Duration)?
        var source: (place: TargetReport.Place, age: Duration)?
        for witness in witnesses {
            guard let targets = witness.report?.targets else { continue }
            let age = witness.age(at: now)
            if let place = targets.sighting, sighting.map({ $0.revision < targets.sightingRevision }) ?? true {
                sighting = (place, targets.sightingRevision, age)
            }
            if let place = targets.source, source.map({ place.sigmaMeters < $0.place.sigmaMeters }) ?? true {
                source = (place, age)
            }
        }
        func target(_ kind: Snapshot.Target.Kind, _ place: TargetReport.Place, _ age: Duration) -> Snapshot.Target {
            let name = kind == .physical ? "target" : "source"
            return Snapshot.Target(
                kind: kind, name: name,
                place: Known(.init(xMeters: place.xMeters, yMeters: place.yMeters), age: age))
        }
        return [
            sighting.map { target(.physical, $0.place, $0.age) }, source.map { target(.source, $0.place, $0.age) },
        ].compactMap { $0 }
    }

    private func missionFigures(at now: Instant) -> [Snapshot.MissionFigure] {
        let reports = witnesses.compactMap(\.report)
        guard !reports.isEmpty else { return [] }
        let cameras = reports.filter(\.role.carriesCamera)
        let others = reports.filter { !$0.role.carriesCamera }
        let running = reports.count { $0.status.isMissionRunning }
        let failed = witnesses.reduce(0) { $0 + $1.failedSteps }
        let open = reports.reduce(0) { sum, report in sum + report.tasks.count(where: \.isOpen) }
        let away = reports.reduce(0) { $0 + $1.helping.count }
        var figures = [Snapshot.MissionFigure("mission", running > 0 ? "running on \(running)" : "not running")]
        if !cameras.isEmpty {
            figures.append(.init("at target", "\(cameras.count { $0.status.hasArrived }) of \(cameras.count) cameras"))
        }
        if !others.isEmpty {
            let label = cameras.isEmpty ? "at target" : ""
            figures.append(.init(label, "\(others.count { $0.status.hasArrived }) of \(others.count) others"))
        }
        figures.append(.init("steps seen", "\(witnesses.reduce(0) { $0 + $1.steps })"))
        figures.append(.init("steps failed", "\(failed)", severity: failed > 0 ? .warning : .calm))
        figures.append(.init("tasks open", "\(open)"))
        figures.append(.init("units lent", "\(away)"))
        return figures
    }
}
