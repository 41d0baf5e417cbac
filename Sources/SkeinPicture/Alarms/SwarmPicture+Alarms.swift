import SkeinPeer
import SkeinSeal
import SkeinView
import SkeinWire

// Which conditions hold now. Each alarm has a function of its own; docs/alarms.md has them in a table.

extension SwarmPicture {
    func findings(at now: Instant) -> [AlarmFinding] {
        let table = HearsayTable(self, at: now)
        let fresh = witnesses.filter { $0.isFresh(at: now) }
        var findings = stops(table, at: now) + silences(table, at: now) + keys(table, fresh) + helpers(table)
        findings += partition(fresh)
        for witness in fresh {
            guard let report = witness.report else { continue }
            findings += radio(report, witness) + mesh(report) + work(report, witness)
            findings += (witness.body?.troubles ?? []).map { .init($0.kind.alarm, of: witness.id, $0.text) }
        }
        return findings
    }

    // MARK: Safety

    private func stops(_ table: HearsayTable, at now: Instant) -> [AlarmFinding] {
        let active = activeStops
        guard let last = active.last else { return [] }
        var findings: [AlarmFinding] = []
        var standing = 0
        var asked = 0
        for row in table.rows where row.account?.state != .revoked {
            switch answer(row, at: now).answer {
            case .stands: (standing, asked) = (standing + 1, asked + 1)
            case .goesOn:
                asked += 1
                findings.append(.init(.notStanding, of: row.id, "does not stand, by its own word"))
            case .waiting, .unreachable:
                asked += 1
                findings.append(.init(.notStanding, of: row.id, "has not said that it stands"))
            case .unknown: break
            }
        }
        let more = active.count > 1 ? " and \(active.count - 1) more" : ""
        findings.append(
            .init(
                .stopInForce,
                "EMERGENCY STOP \(last.number) by \(name(last.issuer))\(more): \(standing) of \(asked) stand"))
        return findings
    }

    // MARK: Who is there

    /// A robot that told of itself and does not any more, or that a witness had as a neighbour and cannot reach by any way. Who
    /// has said that it leaves is not missed.
    private func silences(_ table: HearsayTable, at now: Instant) -> [AlarmFinding] {
        table.rows.compactMap { row -> AlarmFinding? in
            guard !row.hasLeft, row.account?.state != .revoked else { return nil }
            if let own = witness(row.id) {
                if own.isFresh(at: now) { return nil }
                if let muted = own.mutedAt {
                    // One that has never answered is not given time to: its socket is there, and nobody listens.
                    guard own.report == nil || now - muted >= Self.staleAfter else { return nil }
                    let heard = row.sight.map { $0.age <= Self.staleAfter } ?? false
                    return .init(
                        .silent, of: row.id, "its daemon does not answer" + (heard ? "; others still hear it" : ""))
                }
                if own.report != nil {
                    return .init(.silent, of: row.id, "no word from it for more than \(Words.span(Self.staleAfter))")
                }
            }
            guard let witness = row.isMissedBy else { return nil }
            return .init(.silent, of: row.id, "was a neighbour of \(name(witness)), and no way to it is known")
        }
    }

    private func partition(_ fresh: [Witness]) -> [AlarmFinding] {
        var roots = Set<NodeID>()
        for witness in fresh {
            guard let report = witness.report else { continue }
            if report.status.hops != nil { roots.insert(report.status.root) }
            for neighbour in report.neighbours where neighbour.root != .none && !neighbour.isQuiet {
                roots.insert(neighbour.root)
            }
        }
        roots.remove(.none)
        guard roots.count > 1 else { return [] }
        return [.init(.partition, "\(roots.count) roots: \(list(roots.sorted())); the swarm is in parts")]
    }

    private func mesh(_ report: PeerReport) -> [AlarmFinding] {
        var findings: [AlarmFinding] = []
        let status = report.status
        if status.hops == nil { findings.append(.init(.noRoot, of: report.id, "knows no way to a root")) }
        if status.leader == .none { findings.append(.init(.noLeader, of: report.id, "has no leader")) }
        guard let time = status.clock.time else {
            return findings + [.init(.clockUnknown, of: report.id, "does not know the mesh's time")]
        }
        let bound = Duration.nanoseconds(time.boundNanoseconds)
        guard bound > AlarmLimits.clockBoundClear else { return findings }
        return findings + [
            .init(
                .clockLoose, of: report.id, degree: bound > AlarmLimits.clockBoundRaise ? .bad : .doubtful,
                "mesh time may be \(Words.span(bound)) wrong")
        ]
    }

    // MARK: Trust

    private func keys(_ table: HearsayTable, _ fresh: [Witness]) -> [AlarmFinding] {
        var findings = table.rows.filter(\.isDoubled).map {
            AlarmFinding(.keyDoubled, of: $0.id, "two machines speak with its key: revoke it")
        }
        if findings.isEmpty, let witness = fresh.first(where: { ($0.report?.trust.doubled ?? 0) > 0 }) {
            findings.append(.init(.keyDoubled, "\(name(witness.id)) hears two machines with one key: skein peers"))
        }
        return findings
    }

    private func helpers(_ table: HearsayTable) -> [AlarmFinding] {
        table.rows.compactMap { row -> AlarmFinding? in
            guard !row.shunnedBy.isEmpty else { return nil }
            let why = row.lossLast.map { ": \(Words.spaced("\($0)"))" } ?? ""
            return .init(.poisoned, of: row.id, "\(list(row.shunnedBy)) give it no work\(why)")
        }
    }

    // MARK: Radio

    private func radio(_ report: PeerReport, _ witness: Witness) -> [AlarmFinding] {
        var findings: [AlarmFinding] = []
        let control = report.radio.control.controlFraction
        if control > AlarmLimits.controlFractionClear {
            findings.append(
                .init(
                    .controlOver, of: report.id, degree: control > AlarmLimits.controlFractionRaise ? .bad : .doubtful,
                    "control traffic takes \(Words.percent(control)) of its 2.4 GHz air"))
        }
        guard let rates = witness.rates else { return findings }
        if rates[.wrongSignature] > 0 {
            findings.append(
                .init(
                    .forgeries, of: report.id,
                    "hears \(Words.decimal(rates[.wrongSignature], 1)) forged messages a second"))
        }
        if rates[.revoked] > 0 {
            findings.append(.init(.revokedHeard, of: report.id, "hears a robot whose key is revoked"))
        }
        let strangers = rates[.wrongTag] + rates[.otherFleet] + rates[.unknownSender]
        if strangers > AlarmLimits.strangersClear {
            findings.append(
                .init(
                    .strangers, of: report.id, degree: strangers > AlarmLimits.strangersRaise ? .bad : .doubtful,
                    "hears \(Words.decimal(strangers, 0)) messages a second of strangers"))
        }
        return findings
    }

    // MARK: Work

    private func work(_ report: PeerReport, _ witness: Witness) -> [AlarmFinding] {
        var findings: [AlarmFinding] = []
        if witness.lastStepFailed, report.status.isMissionRunning {
            findings.append(.init(.stepsFailing, of: report.id, "its last step failed"))
        }
        let doubtful = report.targets.localisation.diverged.map { Words.spaced("\($0)") }
        if !doubtful.isEmpty {
            let sigma = Words.decimal(report.targets.positionSigmaMeters, 2)
            findings.append(
                .init(
                    .placeDoubtful, of: report.id,
                    "is not sure where it is: \(doubtful.joined(separator: ", ")) against its estimate, ± \(sigma) m"))
        }
        let failed = report.tasks.filter(\.isOpen).flatMap(\.units).compactMap { unit -> JobFailure? in
            if case .job(.program(let failure, _, _))? = unit.trouble { return failure }
            return nil
        }
        if let failure = failed.first {
            findings.append(
                .init(.kernelFailing, of: report.id, "a kernel of its jobs fails: \(Words.spaced("\(failure)"))"))
        } else if let at = witness.programFailedAt, report.now - at < AlarmLimits.kernelFailureSpan {
            findings.append(.init(.kernelFailing, of: report.id, "a kernel of its jobs has failed"))
        }
        return findings
    }
}

extension BodyTrouble.Kind {
    var alarm: AlarmKind {
        switch self {
        case .port: .portDown
        case .processor: .throttled
        case .disk: .diskTrouble
        case .log: .logFull
        case .body: .bodyLost
        }
    }

    init?(_ alarm: AlarmKind) {
        guard let kind = Self.allCases.first(where: { $0.alarm == alarm }) else { return nil }
        self = kind
    }
}
