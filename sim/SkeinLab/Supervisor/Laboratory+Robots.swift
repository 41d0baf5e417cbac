import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

// The robots' end of the supervisor: what is done to them, and what they say.

extension Laboratory {
    // MARK: Orders

    /// Carries out what the schedule has due.
    func follow() throws(LabError) {
        while true {
            let targets = FaultTargets(places: places, robots: book.robots, layout: layout, start: config.start)
            let robots = book.robots
            let orders = schedule.take(
                by: worldTime(now), targets: { targets.robots(of: $0) }, isUp: { robots[$0].isUp })
            guard let orders else { return }
            for order in orders {
                switch order {
                case .boot(let robot): try boot(robot)
                case .cut(let robot): try cut(robot)
                case .pause(let robot): peers[robot].process?.signal(SIGSTOP)
                case .resume(let robot): peers[robot].process?.signal(SIGCONT)
                case .beginFault(let index, let targets): try self.order(.faultBegan(index: index, targets: targets))
                case .endFault(let index): try self.order(.faultEnded(index: index))
                }
            }
        }
    }

    private func boot(_ robot: Int) throws(LabError) {
        let peer = peers[robot]
        let epoch = peer.epoch + 1
        do throws(FileError) {
            try fleet.configure(
                robot, epoch: epoch, at: places[robot], headingRadians: headingsRadians[robot],
                isFirst: epoch == 1 && book.startedAt == nil, logFolder: options.logFolder)
        } catch { throw .file(error) }
        var arguments = ["--config", fleet.configPath(robot)]
        if options.logFolder != nil { arguments += options.attachments.flatMap { ["--attach", $0] } }
        if options.records { arguments += ["--record", fleet.recordPath(robot, epoch: epoch)] }
        do throws(SystemError) {
            peer.start(try crew.startPeer(peer.name, arguments), now: now)
        } catch { throw .system(error) }
        book.booted(robot)
    }

    func cut(_ robot: Int) throws(LabError) {
        if let client = peers[robot].client { reactor.remove(client.descriptor) }
        guard let process = peers[robot].stop() else { return }
        crew.cut(process)
        try order(.off(robot: robot))
        book.switchedOff(robot)
        unanswered.remove(robot)
    }

    // MARK: Words

    func hear(_ peer: LabPeer) throws(LabError) {
        let client = peer.client
        while let word = try peer.hear() {
            switch word {
            case .event(let at, let event):
                // What comes after the run's end is not part of it.
                if !book.isOver || worldTime(at) <= lookedAt { try note(event, from: peer.robot, at: worldTime(at)) }
            case .reply(let ticket, .status(let status)): try take(status, ticket, from: peer.robot)
            case .reply: break
            case .lost(let count): eventsLost += Int(count)
            }
        }
        // A daemon that has hung up is dead, or will be asked why by `check`.
        if let client, peer.client == nil { reactor.remove(client.descriptor) }
    }

    private func note(_ event: Event, from robot: Int, at time: Int64) throws(LabError) {
        if case .planIssued = event { book.plans += 1 }
        switch book.note(event, from: robot, now: time) {
        case .nothing: break
        case .leader(let leader): try order(.leader(robot: robot, leader))
        case .settled: try order(.figuresWanted(ticket: Figures.settled))
        case .started:
            try order(.figuresWanted(ticket: Figures.start))
            schedule.missionStarted(at: time)
            for process in crew.everybody { process.endIdle() }
            ask()
        }
    }

    // MARK: Status

    /// Asks everybody who talks.
    func ask() {
        asksAt = now
        for peer in peers where peer.client != nil {
            peer.send(.request(ticket: LabPeer.Ticket.start, .status))
            unanswered.insert(peer.robot)
        }
    }

    private func take(_ status: PeerStatus, _ ticket: UInt32, from robot: Int) throws(LabError) {
        switch ticket {
        case LabPeer.Ticket.start:
            startStatuses[robot] = status
            unanswered.remove(robot)
            if unanswered.isEmpty { closeStart() }
        case LabPeer.Ticket.boot:
            // It may have found its leader before anybody listened.
            guard book.robots[robot].leader == nil, status.leader != .none else { return }
            try note(
                .leaderChanged(status.leader, status.plan, status.leaderReason), from: robot, at: worldTime(now))
        default: break
        }
    }

    /// No more answers are waited for.
    func closeStart() {
        guard asksAt != nil, book.startStatuses == nil else { return }
        unanswered = []
        book.startStatuses = startStatuses
    }
}
