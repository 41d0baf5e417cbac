import SkeinPeer
import SkeinWire

// Missions: what is asked and answered.

extension Samples {
    mutating func instructions() -> [MissionInstruction] {
        [
            .run(plan: bytes(below(300)), launches: flag()), .pause, .resume, .report,
            .assignment(plan: bytes(below(300))), .plans, .runHeld(object(), launches: flag()),
        ]
    }

    mutating func planRefusals() -> [PlanRefusal] {
        [
            .unreadable, .unknownSigner, .wrongSignature, .older(than: u32()), .otherPlan(revision: u32()), .full,
            .withdrawn,
        ]
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
        let held = (0..<below(MissionHeld.countMax + 1)).map { _ in
            MissionHeld(name: planName(), revision: u32(), object: object(), signer: signer())
        }
        return [
            .outOfTurn, .unknownPlan, .plans([]), .plans(held),
            .assignment(MissionAssignment(isFromReports: flag(), places: places)),
        ]
            + planRefusals().map { .refused($0) } + states.map { .report(missionReport($0)) }
    }

    private mutating func planName() -> String { String("patrol-of_2026-in-the-north-yard-1".prefix(1 + below(32))) }

    private mutating func signer() -> PlanSigner { flag() ? .authority : .robot(node()) }

    mutating func missionEvents() -> [MissionEvent] {
        let roles: [String?] = [nil, planName()]
        let reason = one(of: MissionBrief.Reason.allCases)
        let rule = one(of: MissionRule.allCases)
        return [
            .planTaken(name: planName(), revision: u32(), signer()),
            .planWithdrawn(name: planName(), revision: u32(), signer()), .paused(reason), .resumed, .ended(reason),
            .taskDone(planName()), .taskMissed(planName()), .ruleFired(rule, one(of: MissionRules.Action.allCases)),
            .ruleOver(rule),
        ] + planRefusals().map { .planRefused($0) }
            + roles.map { .roleTaken($0, order: u32(), by: node()) }
            + roles.map {
                .roleChanged(robot: node(), from: $0, to: one(of: roles), one(of: RoleCause.allCases))
            }
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
