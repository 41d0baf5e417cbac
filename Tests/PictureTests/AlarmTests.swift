import SkeinPeer
import SkeinSeal
import SkeinView
import SkeinWire
import Testing

@testable import SkeinPicture

/// Three robots, all well, told each second; r1 is what a test makes of it.
private struct Watch {
    static let start = 1_000
    var picture = Made.swarm(3)
    /// Bad seconds so far, for what counts up.
    var bad = 0

    /// One second of a swarm in which the condition of an alarm holds, or does not.
    mutating func second(_ second: Int, _ kind: AlarmKind, isBad: Bool) {
        let at = Double(Self.start + second)
        if isBad { bad += 1 }
        let count = bad * 100
        let isSilent = kind == .silent && isBad
        Made.tell(&picture, 3, at: at, except: isSilent ? [1] : []) { number, report in
            if number == 1 { Self.change(&report, kind, isBad: isBad, count: count) }
        }
        if isSilent { picture.note(Made.robot(1), answers: false, at: Made.instant(at)) }
        let accounts = [
            Made.account(2) { account in
                if kind == .keyDoubled { account.isDoubled = isBad }
                if kind == .poisoned {
                    account.results = .init(
                        trust: isBad ? .shunned(left: .seconds(60)) : .trusted, right: 1, wrong: 1, probes: 0,
                        wordsKept: 1, wordsBroken: 0, lossLast: .poisoned, isUnreliable: false,
                        isDistrustedLeader: false)
                }
            }
        ]
        picture.take(accounts, of: Made.robot(1), at: Made.instant(at))
        if kind == .stepsFailing {
            let verdict: StepVerdict = isBad ? .failed(missing: 1, .noResult) : .completed
            picture.take(
                [Made.note(UInt64(second + 10), at: at - 800, .stepEnded(task: 1, verdict: verdict))],
                of: Made.robot(1), at: Made.instant(at))
        }
        if let trouble = BodyTrouble.Kind(kind) {
            picture.take(
                BodyAccount(troubles: isBad ? [.init(trouble, "made up")] : []), of: Made.robot(1), at: Made.instant(at)
            )
        }
        picture.watch(at: Made.instant(at))
    }

    private static func change(_ report: inout PeerReport, _ kind: AlarmKind, isBad: Bool, count: Int) {
        switch kind {
        case .stopInForce: if isBad { report.safety = Made.safety([.init(issuer: Made.robot(1), number: 1)]) }
        case .notStanding:
            if isBad { report.safety = Made.safety([.init(issuer: Made.robot(1), number: 1)], isStopped: false) }
        case .revokedHeard: report.status.drops = Made.drops([.revoked: count])
        case .forgeries: report.status.drops = Made.drops([.wrongSignature: count])
        case .strangers: report.status.drops = Made.drops([.wrongTag: count])
        case .noRoot: if isBad { report.status.hops = nil }
        case .noLeader: if isBad { report.status.leader = .none }
        case .partition: if isBad { report.status.root = Made.robot(2) }
        case .clockUnknown: if isBad { report.status.clock.time = nil }
        case .clockLoose: if isBad { report.status.clock.time?.boundNanoseconds = 100_000_000 }
        case .controlOver: if isBad { report.radio = Made.radio(controlFraction: 0.3) }
        case .kernelFailing:
            guard isBad else { return }
            var task = TaskAccount(name: .job(TaskKey(1)), number: 1, kernels: ["k"], phase: .running, count: 1)
            var unit = TaskAccount.Unit(number: 0, phase: .failed)
            unit.trouble = .job(.program(.signalled, by: Made.robot(2), ""))
            task.units = [unit]
            report.tasks = [task]
        case .placeDoubtful: report.targets.localisation[.compass].isDiverged = isBad
        case .silent, .keyDoubled, .poisoned, .throttled, .diskTrouble, .logFull, .portDown, .bodyLost, .stepsFailing:
            break
        }
        if kind == .stepsFailing { report.status.isMissionRunning = true }
    }

    func alarm(_ kind: AlarmKind) -> Alarm? { picture.alarms.first { $0.kind == kind } }
}

@Suite struct AlarmTests {
    /// What was bad is told as bad after as long: rates need two reports, and a robot is silent after three seconds.
    private static func lag(_ kind: AlarmKind) -> Int {
        switch kind {
        case .silent: Int(SwarmPicture.staleAfter.inSeconds)
        case .revokedHeard, .forgeries, .strangers: 1
        case .stopInForce, .notStanding, .keyDoubled, .poisoned, .noRoot, .noLeader, .partition, .clockUnknown,
            .clockLoose, .controlOver, .throttled, .diskTrouble, .logFull, .portDown, .bodyLost, .kernelFailing,
            .stepsFailing, .placeDoubtful:
            0
        }
    }

    @Test(arguments: AlarmKind.allCases)
    func `an alarm is raised when its condition has held for its span, and cleared when it has been over for its span`(
        kind: AlarmKind
    ) throws {
        var watch = Watch()
        for second in 1...5 {
            watch.second(second, kind, isBad: false)
            #expect(watch.picture.alarms.isEmpty, "\(watch.picture.alarms)")
        }
        let raise = Int(kind.rule.raiseAfter.inSeconds)
        let lag = Self.lag(kind)
        for second in 6...20 {
            watch.second(second, kind, isBad: true)
            let isDue = second - 6 >= raise + lag
            if second - 6 < raise { #expect(watch.alarm(kind) == nil, "\(second - 6) s is too early") }
            if isDue { #expect(watch.alarm(kind) != nil, "after \(second - 6) s") }
        }
        let alarm = try #require(watch.alarm(kind))
        #expect(alarm.severity > .calm && !alarm.text.isEmpty)
        let clear = Int(kind.rule.clearAfter.inSeconds)
        for second in 21...(22 + clear + lag) {
            watch.second(second, kind, isBad: false)
            if second - 20 < clear { #expect(watch.alarm(kind)?.since == alarm.since, "\(second - 20) s is too early") }
        }
        #expect(watch.alarm(kind) == nil)
    }

    /// Of what is bad at once; who answers every other second is not silent.
    @Test(
        arguments: AlarmKind.allCases.filter {
            $0.rule.clearAfter >= .seconds(2) && $0.rule.raiseAfter == .zero && $0 != .silent
        })
    func `what comes and goes each second is one alarm`(kind: AlarmKind) {
        var watch = Watch()
        for second in 1...10 { watch.second(second, kind, isBad: true) }
        let since = watch.alarm(kind)?.since
        for second in 11...40 {
            watch.second(second, kind, isBad: second % 2 == 0)
            #expect(watch.alarm(kind)?.since == since)
        }
    }

    @Test func `between its two limits an alarm stays as it is`() {
        var watch = Watch()
        func second(_ second: Int, _ fraction: Double) {
            let at = Double(Watch.start + second)
            Made.tell(&watch.picture, 3, at: at) { number, report in
                if number == 1 { report.radio = Made.radio(controlFraction: fraction) }
            }
            watch.picture.watch(at: Made.instant(at))
        }
        let between = (AlarmLimits.controlFractionRaise + AlarmLimits.controlFractionClear) / 2
        for at in 1...20 { second(at, between) }
        #expect(watch.alarm(.controlOver) == nil, "nothing begins between the limits")
        for at in 21...30 { second(at, 0.2) }
        let raised = watch.alarm(.controlOver)
        #expect(raised != nil)
        for at in 31...90 { second(at, between) }
        #expect(watch.alarm(.controlOver)?.since == raised?.since, "nothing ends between the limits")
    }

    @Test func `who looks once is told at once`() {
        var picture = Made.swarm(3)
        Made.tell(&picture, 3, at: 1_001) { number, report in if number == 1 { report.status.leader = .none } }
        picture.watch(at: Made.instant(1_001), patient: false)
        #expect(picture.alarms.map(\.kind) == [.noLeader])
    }

    @Test func `the severest alarm comes first`() {
        var picture = Made.swarm(3)
        Made.tell(&picture, 3, at: 1_001) { number, report in
            if number == 0 { report.status.clock.time = nil }
            if number == 1 { report.safety = Made.safety([.init(issuer: Made.robot(1), number: 4)]) }
            if number == 2 { report.status.leader = .none }
        }
        picture.watch(at: Made.instant(1_001), patient: false)
        #expect(picture.alarms.map(\.kind) == [.stopInForce, .notStanding, .notStanding, .noLeader, .clockUnknown])
        #expect(picture.alarms[0].text.contains("1 of 3 stand"))
    }

    @Test func `a robot that has said that it leaves is not missed`() {
        var picture = Made.swarm(3)
        picture.take([Made.account(1) { $0.hasLeft = true }], of: Made.robot(2), at: Made.instant(1_001))
        for second in 1_001...1_010 {
            Made.tell(&picture, 3, at: Double(second), except: [1])
            picture.note(Made.robot(1), answers: false, at: Made.instant(Double(second)))
            picture.watch(at: Made.instant(Double(second)))
        }
        #expect(picture.alarms.isEmpty, "\(picture.alarms)")
    }
}
