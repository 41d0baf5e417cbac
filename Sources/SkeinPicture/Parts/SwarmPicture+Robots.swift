import SkeinPeer
import SkeinSeal
import SkeinView
import SkeinWire

/// How a robot stands, in a word.
enum RobotWords {
    static let ok = "ok"
    static let stands = "stands"
    static let silent = "silent"
    static let quiet = "quiet"
    static let noWay = "no way"
    static let left = "left"
    static let revoked = "revoked"
    static let notMet = "not met"
}

extension SwarmPicture {
    func robot(_ hearsay: Hearsay, _ alarms: [Alarm], at now: Instant) -> Snapshot.Robot {
        let own = witness(hearsay.id)
        var robot = Snapshot.Robot(id: hearsay.id, name: name(hearsay.id), state: RobotWords.notMet)
        if let own, let report = own.report { tell(report, own, into: &robot, at: now) }
        add(hearsay, isFirstHand: own?.report != nil, to: &robot)
        let isFresh = own?.isFresh(at: now) ?? false
        robot.heard = [hearsay.silence, own?.report == nil ? nil : own?.age(at: now)].compactMap { $0 }.min()
        robot.state = state(hearsay, own, isFresh: isFresh, heard: robot.heard)
        robot.isOff = robot.state == RobotWords.left || (robot.state == RobotWords.silent && own?.mutedAt != nil)
        for alarm in alarms where alarm.robot == hearsay.id {
            robot.troubles.append(alarm.text)
            robot.severity = max(robot.severity, alarm.severity)
        }
        if robot.state == RobotWords.quiet { robot.severity = max(robot.severity, .warning) }
        return robot
    }

    private func state(_ hearsay: Hearsay, _ own: Witness?, isFresh: Bool, heard: Duration?) -> String {
        if hearsay.account?.state == .revoked { return RobotWords.revoked }
        if isFresh, let report = own?.report { return report.safety.isStopped ? RobotWords.stands : RobotWords.ok }
        if hearsay.hasLeft { return RobotWords.left }
        if own?.report != nil || own?.mutedAt != nil, hearsay.sight == nil { return RobotWords.silent }
        if let sight = hearsay.sight, sight.age <= Self.staleAfter {
            if own?.mutedAt != nil { return RobotWords.quiet }
            return sight.neighbour.isStopped == true
                ? RobotWords.stands : sight.neighbour.isQuiet ? RobotWords.quiet : RobotWords.ok
        }
        if hearsay.isMissedBy != nil { return RobotWords.silent }
        if let route = hearsay.route { return route.isUsable ? RobotWords.ok : RobotWords.noWay }
        if let account = hearsay.account, account.next != .none { return RobotWords.ok }
        return heard == nil ? RobotWords.notMet : RobotWords.silent
    }

    // MARK: By its own word

    private func tell(_ report: PeerReport, _ witness: Witness, into robot: inout Snapshot.Robot, at now: Instant) {
        let age = witness.age(at: now)
        let status = report.status
        robot.role = Self.role(report)
        robot.hops = eyes == report.id ? 0 : status.hops
        robot.next = status.parent == .none ? nil : status.parent
        robot.idle = Known(status.idlePercent / 100, age: age)
        robot.granted = Known(status.grantedPercent / 100, age: age)
        robot.place = Known(
            .init(xMeters: status.xMeters, yMeters: status.yMeters, headingRadians: status.headingRadians), age: age)
        robot.leader = status.leader == .none ? nil : status.leader
        robot.carriesCamera = report.role.carriesCamera
        robot.hasArrived = status.hasArrived
        robot.isFailing = witness.lastStepFailed
        if status.isMissionRunning { robot.target = report.role.carriesCamera ? 0 : 1 }
        robot.details = details(report, witness, at: now)
    }

    private func details(_ report: PeerReport, _ witness: Witness, at now: Instant) -> [Snapshot.MissionFigure] {
        let status = report.status
        let uptime = witness.age(of: report.startedAt, at: now)
        var details: [Snapshot.MissionFigure] = [
            .init("boot", "\(report.epoch.number), up \(Words.span(uptime))"),
            .init(
                "root", status.hops.map { $0 == 0 ? "itself" : "\(name(status.root)), \($0) hops" } ?? "out of reach"),
            .init("plan", status.plan == .none ? "none" : "\(status.plan.term).\(status.plan.number)"),
            .init("neighbours", "\(report.neighbours.count + report.cut.neighbours)"),
            .init("mesh time", Words.clock(status.clock, name: name)),
            .init("mission", "\(report.targets.missionPhase), step \(report.targets.step)"),
            .init("position", "± \(Words.decimal(report.targets.positionSigmaMeters, 2)) m"),
            .init("steps seen", "\(witness.steps), \(witness.failedSteps) failed"),
            .init("own tasks", "\(report.tasks.count(where: \.isOpen)) open"),
            .init("computes", "\(report.helping.count) units of others"),
        ]
        if !report.members.isEmpty {
            details.append(.init("grants", "\(report.members.count + report.cut.members) members"))
        }
        let fractions = Band.allCases.map { Words.percent(report.radio[$0].busyFraction) }
        details.append(.init("air busy", "\(fractions[0]) on 2.4 GHz, \(fractions[1]) on 5 GHz"))
        details.append(.init("dropped", "\(status.drops.total) datagrams"))
        return details
    }

    // MARK: By others'

    private func add(_ hearsay: Hearsay, isFirstHand: Bool, to robot: inout Snapshot.Robot) {
        if let sight = hearsay.sight {
            robot.link = link(sight)
            if !isFirstHand { tell(sight, into: &robot) }
        }
        if let route = hearsay.route, hearsay.id != eyes {
            robot.hops = route.hops
            robot.next = route.isUsable ? route.next : nil
        } else if !isFirstHand, let account = hearsay.account {
            robot.next = account.next == .none ? nil : account.next
        }
        guard !isFirstHand, let account = hearsay.account else { return }
        if robot.leader == nil, account.leader != .none { robot.leader = account.leader }
        if account.leader == hearsay.id, robot.role == .unknown { robot.role = .leader }
        if robot.role == .unknown, robot.leader != nil { robot.role = .member }
    }

    private func tell(_ sight: Hearsay.Sight, into robot: inout Snapshot.Robot) {
        let neighbour = sight.neighbour
        robot.leader = neighbour.leader == .none ? nil : neighbour.leader
        if neighbour.root == neighbour.id {
            robot.role = .root
        } else if neighbour.isLeader || neighbour.leader == neighbour.id {
            robot.role = .leader
        } else if neighbour.leader != .none {
            robot.role = .member
        }
        robot.idle = neighbour.idlePercent.map { Known($0 / 100, age: sight.age) }
        robot.place = neighbour.place.map {
            Known(.init(xMeters: $0.xMeters, yMeters: $0.yMeters, headingRadians: $0.headingRadians), age: sight.age)
        }
        robot.hops = eyes == nil ? neighbour.hops : robot.hops
    }

    private func link(_ sight: Hearsay.Sight) -> Snapshot.RadioLink? {
        let neighbour = sight.neighbour
        guard let (band, heard) = neighbour.data.map({ (Band.data, $0) }) ?? neighbour.control.map({ (.control, $0) })
        else { return nil }
        let estimator: Snapshot.RadioLink.Estimator =
            switch heard.basis {
            case .measured: .measured
            case .assumedFloor: .assumedFloor
            case .throughput: .throughput
            case .probed: .probed
            }
        var link = Snapshot.RadioLink(
            estimator: estimator, bitsPerSecondPerHz: heard.efficiency, band: band, age: sight.age)
        if sight.by == eyes { link.history = linkHistory[neighbour.id] ?? [] }
        return link
    }
}
