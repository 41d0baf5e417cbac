import SkeinPeer
import SkeinView
import SkeinWire

/// An event in a line for people.
package struct EventWords {
    private let name: (NodeID) -> String

    package init(name: @escaping (NodeID) -> String) { self.name = name }

    package static func severity(_ event: Event) -> Severity {
        switch event {
        case .stopped, .keyDoubled, .expelled: .alarm
        case .stepEnded(_, .failed), .resultRefused, .unitRefused, .standingLost, .robotLeft, .left, .clockStepped,
            .job(.failed), .job(.objectLost), .job(.refused), .requestRetried, .localisation(_, .diverged),
            .localisation(_, .reset), .mission(.planRefused), .mission(.planWithdrawn), .mission(.ended(.unvouched)),
            .mission(.ended(.taskMissed)), .mission(.paused(.taskMissed)), .mission(.taskMissed), .mission(.ruleFired),
            .mission(.roleChanged(_, _, nil, .silent)), .mission(.roleChanged(_, _, nil, .lowBattery)):
            .warning
        case .orderEnded(_, let missing), .job(.ended(_, let missing)): missing > 0 ? .warning : .calm
        case .treeChanged(let root, _, _): root == .none ? .warning : .calm
        case .leaderChanged(let leader, _, _): leader == .none ? .warning : .calm
        case .planIssued, .settled, .missionStarted, .missionStopped, .arrived, .stepStarted, .stepEnded(_, .completed),
            .partOffered, .partDone, .sightingTaken, .fixFused, .orderStarted, .trustLearned, .released, .job(.started),
            .job(.offered), .job(.done), .job(.objectReceived), .localisation(_, .recovered), .mission:
            .calm
        }
    }

    package func text(_ event: Event) -> String {
        switch event {
        case .treeChanged(let root, let hops, let parent):
            if root == .none { return "no root" }
            return hops == 0 ? "root" : "root \(name(root)), \(hops) hops by \(name(parent))"
        case .leaderChanged(let leader, _, let reason):
            return leader == .none ? "no leader" : "leader \(name(leader)): \(Self.text(reason))"
        case .planIssued(let number, let leaders): return "plan \(number.term).\(number.number), \(leaders) leaders"
        case .settled(let number): return "settled on plan \(number.term).\(number.number)"
        case .missionStarted: return "mission started"
        case .missionStopped: return "mission stopped by the emergency stop"
        case .arrived: return "arrived"
        case .sightingTaken(let revision): return "target sighting \(revision)"
        case .fixFused(let robot): return "position fix from \(name(robot))"
        case .localisation(let source, let turn): return Self.text(source, turn)
        case .left: return "leaves"
        case .robotLeft(let robot): return "\(name(robot)) has left"
        case .standingLost(let robot, let loss):
            return "\(name(robot)) has lost its standing: \(Words.spaced("\(loss)"))"
        case .trustLearned(let issuer, let number, let change, let robot):
            return "\(Words.spaced("\(change)")) of \(name(robot)), by \(name(issuer)) (\(number))"
        case .expelled(let robot): return "\(name(robot)) is out of the fleet"
        case .keyDoubled(let robot): return "two machines speak with the key of \(name(robot))"
        case .stopped(let stop): return "EMERGENCY STOP \(stop.number) by \(name(stop.issuer))"
        case .released(let stop): return "stop \(stop.number) by \(name(stop.issuer)) released"
        case .clockStepped(let by, let bound):
            return "mesh time stepped by \(Words.span(by)), bound \(Words.span(bound))"
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded:
            return taskText(event)
        case .job(let event): return text(event)
        case .mission(let event): return MissionWords(name: name).text(event)
        }
    }

    private func taskText(_ event: Event) -> String {
        switch event {
        case .stepStarted(let task, let remote): return "step \(task) started, \(remote) parts leave"
        case .stepEnded(let task, .completed): return "step \(task) done"
        case .stepEnded(let task, .failed(let missing, let trouble)):
            return "step \(task) FAILED, \(missing) parts missing: \(Words.spaced("\(trouble)"))"
        case .partOffered(let task, let part, let attempt, let helper, let leader):
            return "part \(task).\(part) offered to \(name(helper)) of \(name(leader)), attempt \(attempt)"
        case .partDone(let task, let part, let helper): return "part \(task).\(part) done by \(name(helper))"
        case .resultRefused(let task, let part, let helper, let why):
            return "result \(task).\(part) of \(name(helper)) refused: \(Words.spaced("\(why)"))"
        case .requestRetried(let task, let attempt, let leader):
            return "task \(task) asked again of \(name(leader)), attempt \(attempt)"
        case .unitRefused(let task, let part, let verdict):
            return "part \(part) of \(name(task.requester)) refused: \(Words.spaced("\(verdict)"))"
        case .orderStarted(let key, let task, let remote):
            return "task \(key.number) started as \(task), \(remote) leave"
        case .orderEnded(let key, let missing):
            return missing > 0 ? "task \(key.number) FAILED, \(missing) missing" : "task \(key.number) done"
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .sightingTaken, .fixFused, .localisation, .left, .robotLeft, .standingLost, .trustLearned, .expelled,
            .keyDoubled, .stopped, .job, .mission, .clockStepped, .released:
            preconditionFailure("\(event) is not about a task")
        }
    }

    private func text(_ event: JobEvent) -> String {
        switch event {
        case .started(let key, let job, let units): "job \(key.number) started as \(job), \(units) units"
        case .ended(let key, let missing):
            missing > 0 ? "job \(key.number) FAILED, \(missing) missing" : "job \(key.number) done"
        case .offered(let job, let unit, let attempt, let helper, let isHedge):
            "unit \(job).\(unit) offered to \(name(helper))\(isHedge ? " as well" : ""), attempt \(attempt)"
        case .done(let job, let unit, let robot): "unit \(job).\(unit) done by \(name(robot))"
        case .failed(let job, let unit, let robot, let failure):
            "unit \(job).\(unit) FAILED at \(name(robot)): \(Words.spaced("\(failure)"))"
        case .refused(let unit, let verdict):
            "unit of \(name(unit.job.requester)) refused: \(Words.spaced("\(verdict)"))"
        case .objectReceived(_, let bytes, let robot): "object of \(Words.bytes(Double(bytes))) from \(name(robot))"
        case .objectLost(_, let robot): "object from \(name(robot)) lost"
        }
    }

    private static func text(_ source: LocalisationSource, _ turn: LocalisationTurn) -> String {
        switch turn {
        case .diverged: "does not know where it is: \(Words.spaced("\(source)")) against the estimate"
        case .reset: "place set anew: \(Words.spaced("\(source)")) believed again"
        case .recovered: "\(Words.spaced("\(source)")) and the estimate agree again"
        }
    }

    private static func text(_ reason: LeaderReason) -> String {
        switch reason {
        case .start: "told to start"
        case .plan: "by plan"
        case .strongest: "the strongest heard"
        case .alone: "none in range"
        }
    }
}

extension SwarmPicture {
    /// What drives the swarm, without the hundreds a second of each part offered and done.
    var eventLines: [Snapshot.EventLine] {
        let words = EventWords(name: name)
        let zero = reel.items.first?.seenAt ?? .zero
        let origin = eyes == nil ? zero : nil
        return reel.items.filter { !$0.note.event.isRoutine }.suffix(Self.eventLinesMax).map { item in
            let started = witness(item.robot)?.report?.startedAt ?? zero
            return Snapshot.EventLine(
                time: origin.map { item.seenAt - $0 } ?? item.note.at - started, robot: item.robot,
                robotName: name(item.robot), severity: EventWords.severity(item.note.event),
                text: words.text(item.note.event))
        }
    }

    private static let eventLinesMax = 256
}
