import SkeinPeer
import SkeinWire

extension TargetReport {
    var schema: Skein_Targets {
        var targets = Skein_Targets()
        if let sighting { targets.sighting = sighting.schema }
        targets.sightingRevision = sightingRevision
        if let ownSight { targets.ownSight = ownSight.schema }
        if let source { targets.source = source.schema }
        targets.positionSigmaM = positionSigmaMeters
        targets.missionPhase = LogEnum.number(missionPhase)
        targets.step = step
        targets.localisation = localisation == .init() ? [] : localisation.sources.map(\.schema)
        return targets
    }

    init(_ targets: Skein_Targets) throws(LogFault) {
        self.init()
        sighting = targets.hasSighting ? try Place(targets.sighting) : nil
        sightingRevision = targets.sightingRevision
        ownSight = targets.hasOwnSight ? try Place(targets.ownSight) : nil
        source = targets.hasSource ? try Place(targets.source) : nil
        positionSigmaMeters = try LogCheck.double(targets.positionSigmaM, "position_sigma_m")
        missionPhase = try LogEnum.value(targets.missionPhase, "mission_phase")
        step = targets.step
        guard targets.localisation.count <= LocalisationSource.allCases.count else { throw .unknown("localisation") }
        for (source, figures) in zip(LocalisationSource.allCases, targets.localisation) {
            localisation[source] = LocalisationReport.Source(figures)
        }
    }
}

extension LocalisationReport.Source {
    fileprivate var schema: Skein_Localisation {
        var figures = Skein_Localisation()
        figures.taken = taken
        figures.gatedOut = gatedOut
        figures.tooOld = tooOld
        figures.frozen = frozen
        figures.diverged = isDiverged
        return figures
    }

    fileprivate init(_ figures: Skein_Localisation) {
        self.init()
        taken = figures.taken
        gatedOut = figures.gatedOut
        tooOld = figures.tooOld
        frozen = figures.frozen
        isDiverged = figures.diverged
    }
}

extension TargetReport.Place {
    fileprivate var schema: Skein_Target {
        var target = Skein_Target()
        target.xM = xMeters
        target.yM = yMeters
        target.sigmaM = sigmaMeters
        return target
    }

    fileprivate init(_ target: Skein_Target) throws(LogFault) {
        self.init(
            xMeters: try LogCheck.double(target.xM, "target.x_m"),
            yMeters: try LogCheck.double(target.yM, "target.y_m"),
            sigmaMeters: try LogCheck.double(target.sigmaM, "target.sigma_m"))
    }
}

extension SafetyFigures {
    var schema: Skein_Safety {
        var safety = Skein_Safety()
        safety.stopped = isStopped
        safety.persisted = isPersisted
        safety.numberMax = numberMax
        safety.active = active.map(\.schema)
        safety.activeCount = UInt32(clamping: activeCount)
        if let issued {
            safety.issued = issued.name.schema
            safety.issuedRelease = issued.isRelease
        }
        safety.standing = UInt32(clamping: standing)
        safety.goingOn = UInt32(clamping: goingOn)
        safety.waiting = UInt32(clamping: waiting)
        safety.unreachable = UInt32(clamping: unreachable)
        return safety
    }

    init(_ safety: Skein_Safety) throws(LogFault) {
        var active: [StopStatement.Name] = []
        for name in try LogCheck.list(safety.active, Self.activeMax, "safety.active") {
            active.append(try StopStatement.Name(name))
        }
        let issued =
            safety.hasIssued
            ? SafetyReport.Issued(name: try StopStatement.Name(safety.issued), isRelease: safety.issuedRelease) : nil
        self.init(
            isStopped: safety.stopped, isPersisted: safety.persisted, numberMax: safety.numberMax, active: active,
            activeCount: Int(safety.activeCount), issued: issued, standing: Int(safety.standing),
            goingOn: Int(safety.goingOn), waiting: Int(safety.waiting), unreachable: Int(safety.unreachable))
    }
}

extension StopStatement.Name {
    fileprivate var schema: Skein_StopName {
        var name = Skein_StopName()
        name.issuer = UInt32(issuer.number)
        name.number = number
        return name
    }

    fileprivate init(_ name: Skein_StopName) throws(LogFault) {
        self.init(issuer: try LogCheck.node(name.issuer, "issuer"), number: name.number)
    }
}

extension TrustFigures {
    var schema: Skein_Trust {
        var trust = Skein_Trust()
        trust.digest = digest
        trust.entries = UInt32(clamping: entries)
        trust.keyNumber = UInt32(keyNumber)
        trust.members = UInt32(clamping: members)
        trust.revoked = UInt32(clamping: revoked)
        trust.expired = UInt32(clamping: expired)
        trust.demoted = UInt32(clamping: demoted)
        trust.doubled = UInt32(clamping: doubled)
        trust.shunned = UInt32(clamping: shunned)
        trust.doubted = UInt32(clamping: doubted)
        if let expiresAtSeconds { trust.expiresAtS = expiresAtSeconds }
        return trust
    }

    init(_ trust: Skein_Trust) throws(LogFault) {
        self.init(
            digest: trust.digest, entries: Int(trust.entries),
            keyNumber: try LogCheck.fitting(trust.keyNumber, "trust.key_number"), members: Int(trust.members),
            revoked: Int(trust.revoked), expired: Int(trust.expired), demoted: Int(trust.demoted),
            doubled: Int(trust.doubled), shunned: Int(trust.shunned), doubted: Int(trust.doubted),
            expiresAtSeconds: trust.hasExpiresAtS ? trust.expiresAtS : nil)
    }
}
