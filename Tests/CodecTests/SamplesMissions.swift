import SkeinPeer
import SkeinWire

// Missions: what is asked and answered.

extension Samples {
    mutating func instructions() -> [MissionInstruction] {
        [
            .run(plan: bytes(below(300)), launches: flag()), .pause, .resume, .report,
            .assignment(plan: bytes(below(300))),
        ]
    }

    mutating func planRefusals() -> [PlanRefusal] {
        [.unreadable, .unknownSigner, .wrongSignature, .older(than: u32()), .otherPlan(revision: u32()), .full]
    }

    mutating func missionReplies() -> [MissionReply] {
        let places = (0..<below(9)).map { _ in
            RoleAssignment.Place(
                robot: node(), role: flag() ? below(16) : nil, reason: one(of: RoleAssignment.Reason.allCases))
        }
        var states: [MissionReport.PlanState] = [
            .none, .held(.authority), .held(.robot(node())), .fetching(from: node()),
        ]
        states += planRefusals().map { .refused($0) }
        return [.outOfTurn, .assignment(MissionAssignment(isFromReports: flag(), places: places))]
            + planRefusals().map { .refused($0) } + states.map { .report(missionReport($0)) }
    }

    mutating func missionReport(_ state: MissionReport.PlanState) -> MissionReport {
        var report = MissionReport(robot: node())
        report.phase = one(of: MissionPhase.allCases)
        let roles = (0..<below(9)).map { MissionBrief.Entry(robot: NodeID(UInt16($0 * 3)), role: u8()) }
        if flag() {
            report.order = MissionOrder(
                revision: u32() / 4, command: one(of: MissionOrder.Command.allCases), root: node(),
                brief: MissionBrief(
                    run: u32() / 4, elapsedTenths: u32(), reason: one(of: MissionBrief.Reason.allCases), roles: roles))
        }
        report.planState = state
        if flag() { report.plan = bytes(1 + below(300)) }
        report.seconds = Double(below(1_000)) / 8
        if flag() { report.ended = one(of: MissionBrief.Reason.allCases) }
        report.keeper = node()
        report.isKeeper = flag()
        if flag() { report.role = UInt8(below(16)) }
        if flag() { report.reason = one(of: RoleAssignment.Reason.allCases) }
        report.isBatteryLow = flag()
        report.isSplit = flag()
        report.tasks = bytes(below(9))
        report.robots = (0..<below(9)).map { _ in
            MissionReport.Robot(
                id: node(), role: flag() ? UInt8(below(16)) : nil,
                state: flag()
                    ? LinkReport.MissionState(
                        carriesCamera: flag(), carriesSatelliteReceiver: flag(), isUnfit: flag(), hasArrived: flag())
                    : nil)
        }
        return report
    }
}
