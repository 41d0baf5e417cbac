import SkeinPeer
import SkeinWire

extension StepVerdict: Coded {
    private enum Kind: UInt8 { case completed, failed }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .completed: writer.raw(Kind.completed)
        case .failed(let missing, let trouble):
            writer.raw(Kind.failed)
            missing.write(to: &writer)
            writer.raw(trouble)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .completed: self = .completed
        case .failed: self = .failed(missing: try Int(reading: &reader), try reader.raw(PartTrouble.self))
        }
    }
}

extension Event: Coded {
    /// Part of every recording and of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case treeChanged = 1
        case leaderChanged = 2
        case planIssued = 3
        case settled = 4
        case missionStarted = 5
        case missionStopped = 6
        case arrived = 7
        case stepStarted = 8
        case stepEnded = 9
        case partOffered = 10
        case partDone = 11
        case resultRefused = 12
        case requestRetried = 13
        case unitRefused = 14
        case sightingTaken = 15
        case fixFused = 16
        case orderStarted = 17
        case orderEnded = 18
        case left = 19
        case robotLeft = 20
        case trustLearned = 21
        case expelled = 22
        case keyDoubled = 23
        case stopped = 24
        case released = 25
        case standingLost = 26
        case job = 27
        case clockStepped = 28
        case localisation = 29
        case mission = 30
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .treeChanged(let root, let hops, let parent):
            writer.raw(Kind.treeChanged)
            writer.node(root)
            writer.u8(hops)
            writer.node(parent)
        case .leaderChanged(let leader, let plan, let reason):
            writer.raw(Kind.leaderChanged)
            writer.node(leader)
            plan.write(to: &writer)
            writer.raw(reason)
        case .planIssued(let plan, let leaders):
            writer.raw(Kind.planIssued)
            plan.write(to: &writer)
            leaders.write(to: &writer)
        case .settled(let plan):
            writer.raw(Kind.settled)
            plan.write(to: &writer)
        case .missionStarted: writer.raw(Kind.missionStarted)
        case .missionStopped: writer.raw(Kind.missionStopped)
        case .arrived: writer.raw(Kind.arrived)
        case .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .orderStarted, .orderEnded, .standingLost:
            writeWork(to: &writer)
        case .sightingTaken(let revision):
            writer.raw(Kind.sightingTaken)
            writer.u32(revision)
        case .fixFused(let robot):
            writer.raw(Kind.fixFused)
            writer.node(robot)
        case .left: writer.raw(Kind.left)
        case .robotLeft(let robot):
            writer.raw(Kind.robotLeft)
            writer.node(robot)
        case .trustLearned, .expelled, .keyDoubled, .stopped, .released: writeTrust(to: &writer)
        case .job(let event):
            writer.raw(Kind.job)
            event.write(to: &writer)
        case .mission(let event):
            writer.raw(Kind.mission)
            event.write(to: &writer)
        case .clockStepped(let by, let bound):
            writer.raw(Kind.clockStepped)
            by.write(to: &writer)
            bound.write(to: &writer)
        case .localisation(let source, let turn):
            writer.raw(Kind.localisation)
            writer.raw(source)
            writer.raw(turn)
        }
    }

    private func writeTrust(to writer: inout ByteWriter) {
        switch self {
        case .trustLearned(let issuer, let number, let change, let robot):
            writer.raw(Kind.trustLearned)
            writer.node(issuer)
            writer.u32(number)
            writer.raw(change)
            writer.node(robot)
        case .expelled(let robot):
            writer.raw(Kind.expelled)
            writer.node(robot)
        case .keyDoubled(let robot):
            writer.raw(Kind.keyDoubled)
            writer.node(robot)
        case .stopped(let name):
            writer.raw(Kind.stopped)
            name.write(to: &writer)
        case .released(let name):
            writer.raw(Kind.released)
            name.write(to: &writer)
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .stepStarted, .stepEnded, .partOffered, .partDone, .resultRefused, .requestRetried, .unitRefused,
            .sightingTaken, .fixFused, .orderStarted, .orderEnded, .left, .robotLeft, .standingLost,
            .job, .mission, .clockStepped, .localisation:
            preconditionFailure("\(self) is not about trust")
        }
    }

    private func writeWork(to writer: inout ByteWriter) {
        switch self {
        case .stepStarted(let task, let remoteParts):
            writer.raw(Kind.stepStarted)
            writer.u32(task)
            remoteParts.write(to: &writer)
        case .stepEnded(let task, let verdict):
            writer.raw(Kind.stepEnded)
            writer.u32(task)
            verdict.write(to: &writer)
        case .partOffered(let task, let part, let attempt, let helper, let leader):
            writer.raw(Kind.partOffered)
            writer.u32(task)
            writer.u8(part)
            writer.u8(attempt)
            writer.node(helper)
            writer.node(leader)
        case .partDone(let task, let part, let helper):
            writer.raw(Kind.partDone)
            writer.u32(task)
            writer.u8(part)
            writer.node(helper)
        case .resultRefused(let task, let part, let helper, let refusal):
            writer.raw(Kind.resultRefused)
            writer.u32(task)
            writer.u8(part)
            writer.node(helper)
            writer.raw(refusal)
        case .requestRetried(let task, let attempt, let leader):
            writer.raw(Kind.requestRetried)
            writer.u32(task)
            writer.u8(attempt)
            writer.node(leader)
        case .unitRefused(let task, let part, let verdict):
            writer.raw(Kind.unitRefused)
            task.write(to: &writer)
            writer.u8(part)
            writer.raw(verdict)
        case .orderStarted(let key, let task, let remoteParts):
            writer.raw(Kind.orderStarted)
            key.write(to: &writer)
            writer.u32(task)
            remoteParts.write(to: &writer)
        case .orderEnded(let key, let missing):
            writer.raw(Kind.orderEnded)
            key.write(to: &writer)
            missing.write(to: &writer)
        case .standingLost(let robot, let loss):
            writer.raw(Kind.standingLost)
            writer.node(robot)
            writer.raw(loss)
        case .treeChanged, .leaderChanged, .planIssued, .settled, .missionStarted, .missionStopped, .arrived,
            .sightingTaken, .fixFused, .left, .robotLeft, .trustLearned, .expelled, .keyDoubled, .stopped, .released,
            .job, .mission, .clockStepped, .localisation:
            preconditionFailure("\(self) is not about work")
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let kind = try reader.raw(Kind.self)
        switch kind {
        case .treeChanged:
            self = .treeChanged(root: try reader.node(), hops: try reader.u8(), parent: try reader.node())
        case .leaderChanged:
            self = .leaderChanged(
                try reader.node(), try PlanNumber(reading: &reader), try reader.raw(LeaderReason.self))
        case .planIssued: self = .planIssued(try PlanNumber(reading: &reader), leaders: try Int(reading: &reader))
        case .settled: self = .settled(try PlanNumber(reading: &reader))
        case .missionStarted: self = .missionStarted
        case .missionStopped: self = .missionStopped
        case .arrived: self = .arrived
        case .stepStarted: self = .stepStarted(task: try reader.u32(), remoteParts: try Int(reading: &reader))
        case .stepEnded: self = .stepEnded(task: try reader.u32(), verdict: try StepVerdict(reading: &reader))
        case .partOffered:
            self = .partOffered(
                task: try reader.u32(), part: try reader.u8(), attempt: try reader.u8(), helper: try reader.node(),
                leader: try reader.node())
        case .partDone:
            self = .partDone(task: try reader.u32(), part: try reader.u8(), helper: try reader.node())
        case .resultRefused:
            self = .resultRefused(
                task: try reader.u32(), part: try reader.u8(), helper: try reader.node(),
                try reader.raw(ResultRefusal.self))
        case .requestRetried:
            self = .requestRetried(task: try reader.u32(), attempt: try reader.u8(), leader: try reader.node())
        case .unitRefused:
            self = .unitRefused(
                task: try TaskID(reading: &reader), part: try reader.u8(),
                try reader.raw(UnitReceipt.Verdict.self))
        case .sightingTaken: self = .sightingTaken(revision: try reader.u32())
        case .fixFused: self = .fixFused(from: try reader.node())
        case .localisation:
            self = .localisation(try reader.raw(LocalisationSource.self), try reader.raw(LocalisationTurn.self))
        case .orderStarted:
            self = .orderStarted(
                try TaskKey(reading: &reader), task: try reader.u32(), remoteParts: try Int(reading: &reader))
        case .orderEnded: self = .orderEnded(try TaskKey(reading: &reader), missing: try Int(reading: &reader))
        case .left: self = .left
        case .robotLeft: self = .robotLeft(try reader.node())
        case .standingLost: self = .standingLost(try reader.node(), try reader.raw(StandingLoss.self))
        case .trustLearned:
            self = .trustLearned(
                issuer: try reader.node(), number: try reader.u32(), try reader.raw(TrustChange.self),
                robot: try reader.node())
        case .expelled: self = .expelled(try reader.node())
        case .keyDoubled: self = .keyDoubled(try reader.node())
        case .stopped: self = .stopped(try StopStatement.Name(reading: &reader))
        case .released: self = .released(try StopStatement.Name(reading: &reader))
        case .job: self = .job(try JobEvent(reading: &reader))
        case .mission: self = .mission(try MissionEvent(reading: &reader))
        case .clockStepped:
            self = .clockStepped(by: try Duration(reading: &reader), bound: try Duration(reading: &reader))
        }
    }
}
