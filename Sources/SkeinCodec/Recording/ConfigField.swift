import SkeinPeer
import SkeinWire

/// One stored property of a peer's configuration: its path, and how it becomes bytes and is set from them.
///
/// A property that is not in the table would silently fall back to its default in a replay; CodecTests compare the table
/// with the configuration's own properties, in order.
package struct ConfigField: Sendable {
    package let path: String
    let write: @Sendable (PeerConfig, inout ByteWriter) -> Void
    let read: @Sendable (inout PeerConfig, inout ByteReader) throws(WireError) -> Void

    private init<Value: Coded>(_ path: String, _ key: WritableKeyPath<PeerConfig, Value> & Sendable) {
        self.path = path
        write = { config, writer in config[keyPath: key].write(to: &writer) }
        let preset = PeerConfig()[keyPath: key]
        read = { (config: inout PeerConfig, reader: inout ByteReader) throws(WireError) in
            let value = try Value(reading: &reader)
            guard Self.isPlausible(value, preset: preset) else { throw .invalid(.number) }
            config[keyPath: key] = value
        }
    }

    /// A list, its length first.
    private init<Value: Coded>(
        list path: String, _ key: WritableKeyPath<PeerConfig, [Value]> & Sendable, limit: Int
    ) {
        self.path = path
        write = { config, writer in writer.list(config[keyPath: key], limit: limit) }
        read = { (config: inout PeerConfig, reader: inout ByteReader) throws(WireError) in
            config[keyPath: key] = try reader.list(of: Value.self, limit: limit)
        }
    }

    /// Bounds far outside of what anybody flies with, within which a peer's sums and quotients stay numbers.
    private static func isPlausible(_ value: any Coded, preset: any Coded) -> Bool {
        switch (value, preset) {
        case (let value as Duration, _): value > .zero && value <= spanMax
        case (let value as Int, _): (1...countMax).contains(value)
        case (let value as UInt32, _): (1...UInt32(countMax)).contains(value)
        case (let value as UInt8, _): value > 0
        case (let value as Double, let preset as Double):
            value.magnitude <= settingMax && (preset <= 0 || value >= 0)
        default: true
        }
    }

    private static let spanMax: Duration = .seconds(86_400)
    private static let countMax = 65_535
    private static let settingMax = 1e6

    /// Every property, in the order of its declaration.
    package static let all = radio + mesh + cloud + mission + jobs

    /// Changes when a property comes, goes or moves: configurations of two programs are read by the same table or not at
    /// all.
    package static let layout: UInt64 = {
        var mix = Mix()
        for field in all { mix.add(Array(field.path.utf8)) }
        return mix.value
    }()

    private static let radio: [ConfigField] = [
        ConfigField("radio.controlPowerAtOneMeterDBm", \.radio.controlPowerAtOneMeterDBm),
        ConfigField("radio.dataPowerAtOneMeterDBm", \.radio.dataPowerAtOneMeterDBm),
        ConfigField("radio.pathLossExponent", \.radio.pathLossExponent),
        ConfigField("radio.usablePowerMinDBm", \.radio.usablePowerMinDBm),
    ]

    private static let mesh: [ConfigField] = [
        ConfigField("mesh.beaconAirtimeFractionMax", \.mesh.beaconAirtimeFractionMax),
        ConfigField("mesh.beaconIntervalMin", \.mesh.beaconIntervalMin),
        ConfigField("mesh.beaconIntervalMax", \.mesh.beaconIntervalMax),
        ConfigField("mesh.beaconIntervalEager", \.mesh.beaconIntervalEager),
        ConfigField("mesh.eagerSpan", \.mesh.eagerSpan),
        ConfigField("mesh.triggeredJitterMax", \.mesh.triggeredJitterMax),
        ConfigField("mesh.triggeredSpacingMin", \.mesh.triggeredSpacingMin),
        ConfigField("mesh.silentIntervalsMax", \.mesh.silentIntervalsMax),
        ConfigField("mesh.treeMakingSpan", \.mesh.treeMakingSpan),
        ConfigField("mesh.neighboursMax", \.mesh.neighboursMax),
        ConfigField("mesh.announcedIntervalMax", \.mesh.announcedIntervalMax),
        ConfigField("mesh.leaderHelloInterval", \.mesh.leaderHelloInterval),
        ConfigField("mesh.memberHelloInterval", \.mesh.memberHelloInterval),
        ConfigField("mesh.memberHelloPerNeighbour", \.mesh.memberHelloPerNeighbour),
        ConfigField("mesh.smoothing", \.mesh.smoothing),
        ConfigField("mesh.rootSilenceMax", \.mesh.rootSilenceMax),
        ConfigField("mesh.rootSuccessionStep", \.mesh.rootSuccessionStep),
        ConfigField("mesh.sequenceLagMax", \.mesh.sequenceLagMax),
        ConfigField("mesh.leaderHopsMax", \.mesh.leaderHopsMax),
        ConfigField("mesh.floodDelay", \.mesh.floodDelay),
        ConfigField("mesh.floodJitterMax", \.mesh.floodJitterMax),
        ConfigField("mesh.floodsPendingMax", \.mesh.floodsPendingMax),
        ConfigField("mesh.floodHopsMax", \.mesh.floodHopsMax),
        ConfigField("mesh.unicastHopsMax", \.mesh.unicastHopsMax),
        ConfigField("mesh.repairJitterMax", \.mesh.repairJitterMax),
        ConfigField("mesh.repairSpacingMin", \.mesh.repairSpacingMin),
        ConfigField("mesh.routesMax", \.mesh.routesMax),
        ConfigField("mesh.routeLifetime", \.mesh.routeLifetime),
        ConfigField("mesh.routeRequestTimeout", \.mesh.routeRequestTimeout),
        ConfigField("mesh.routeRequestTriesMax", \.mesh.routeRequestTriesMax),
        ConfigField("mesh.routeWaitingMax", \.mesh.routeWaitingMax),
        ConfigField("mesh.reportPowerChangeDB", \.mesh.reportPowerChangeDB),
        ConfigField("mesh.reportIdleChangePercent", \.mesh.reportIdleChangePercent),
        ConfigField("mesh.reportSpacingMin", \.mesh.reportSpacingMin),
        ConfigField("mesh.reportUrgentSpacingMin", \.mesh.reportUrgentSpacingMin),
        ConfigField("mesh.reportRefresh", \.mesh.reportRefresh),
        ConfigField("mesh.reportLifetime", \.mesh.reportLifetime),
        ConfigField("mesh.reportHoldOff", \.mesh.reportHoldOff),
        ConfigField("mesh.planQuiet", \.mesh.planQuiet),
        ConfigField("mesh.planSpacingMin", \.mesh.planSpacingMin),
        ConfigField("mesh.planSpacingMax", \.mesh.planSpacingMax),
        ConfigField("mesh.planRobotsMax", \.mesh.planRobotsMax),
        ConfigField("mesh.settledQuiet", \.mesh.settledQuiet),
        ConfigField("mesh.launchQuiet", \.mesh.launchQuiet),
        ConfigField("mesh.launchWaitMax", \.mesh.launchWaitMax),
        ConfigField("mesh.aloneAfter", \.mesh.aloneAfter),
        ConfigField("mesh.orphanJitterMax", \.mesh.orphanJitterMax),
        ConfigField("mesh.planLeaderWaitMax", \.mesh.planLeaderWaitMax),
        ConfigField("mesh.retirementSpan", \.mesh.retirementSpan),
    ]

    private static let cloud: [ConfigField] = [
        ConfigField("cloud.partPercent", \.cloud.partPercent),
        ConfigField("cloud.cpuCeilingPercent", \.cloud.cpuCeilingPercent),
        ConfigField("cloud.baseLoadPercent", \.cloud.baseLoadPercent),
        ConfigField("cloud.computeWindow", \.cloud.computeWindow),
        ConfigField("cloud.bandwidthMHz", \.cloud.bandwidthMHz),
        ConfigField("cloud.rateMbpsPerPercent", \.cloud.rateMbpsPerPercent),
        ConfigField("cloud.transferMax", \.cloud.transferMax),
        ConfigField("cloud.strategy", \.cloud.strategy),
        ConfigField("cloud.requestTimeout", \.cloud.requestTimeout),
        ConfigField("cloud.requestSendsMax", \.cloud.requestSendsMax),
        ConfigField("cloud.pendingTimeout", \.cloud.pendingTimeout),
        ConfigField("cloud.restInterval", \.cloud.restInterval),
        ConfigField("cloud.restFraction", \.cloud.restFraction),
        ConfigField("cloud.receiptTimeout", \.cloud.receiptTimeout),
        ConfigField("cloud.questionTimeout", \.cloud.questionTimeout),
        ConfigField("cloud.remoteTimeout", \.cloud.remoteTimeout),
        ConfigField("cloud.asksMax", \.cloud.asksMax),
        ConfigField("cloud.doubtInterval", \.cloud.doubtInterval),
        ConfigField("cloud.resultMargin", \.cloud.resultMargin),
        ConfigField("cloud.replaceSpan", \.cloud.replaceSpan),
        ConfigField("cloud.hedgeSpan", \.cloud.hedgeSpan),
        ConfigField("cloud.replaceSpanMin", \.cloud.replaceSpanMin),
        ConfigField("cloud.returnMargin", \.cloud.returnMargin),
        ConfigField("cloud.check", \.cloud.check),
        ConfigField("cloud.spotCheckFraction", \.cloud.spotCheckFraction),
        ConfigField("cloud.startSpan", \.cloud.startSpan),
        ConfigField("cloud.batchWindow", \.cloud.batchWindow),
        ConfigField("cloud.claimTimeout", \.cloud.claimTimeout),
        ConfigField("cloud.claimHopTimeout", \.cloud.claimHopTimeout),
        ConfigField("cloud.claimSendsMax", \.cloud.claimSendsMax),
        ConfigField("cloud.claimsParallelMax", \.cloud.claimsParallelMax),
        ConfigField("cloud.emptySpan", \.cloud.emptySpan),
    ]

    private static let mission: [ConfigField] = [
        ConfigField("mission.step", \.mission.step),
        ConfigField("mission.speedMetersPerSecondMax", \.mission.speedMetersPerSecondMax),
        ConfigField("mission.turnRadiansPerSecondMax", \.mission.turnRadiansPerSecondMax),
        ConfigField("mission.arrivalRadiusMeters", \.mission.arrivalRadiusMeters),
        ConfigField("mission.field.arena.xMetersMin", \.mission.field.arena.xMetersMin),
        ConfigField("mission.field.arena.xMetersMax", \.mission.field.arena.xMetersMax),
        ConfigField("mission.field.arena.yMetersMin", \.mission.field.arena.yMetersMin),
        ConfigField("mission.field.arena.yMetersMax", \.mission.field.arena.yMetersMax),
        ConfigField("mission.field.arena.marginMeters", \.mission.field.arena.marginMeters),
        ConfigField(list: "mission.field.inclusions", \.mission.field.inclusions, limit: MissionField.inclusionsMax),
        ConfigField(list: "mission.field.exclusions", \.mission.field.exclusions, limit: MissionField.exclusionsMax),
        ConfigField(list: "mission.field.obstacles", \.mission.field.obstacles, limit: MissionField.obstaclesMax),
        ConfigField("mission.rules.separationMeters", \.mission.rules.separationMeters),
        ConfigField("mission.rules.speedMetersPerSecondMax", \.mission.rules.speedMetersPerSecondMax),
        ConfigField("mission.rules.linkLoss", \.mission.rules.linkLoss),
        ConfigField("mission.rules.linkLossAfter", \.mission.rules.linkLossAfter),
        ConfigField("mission.rules.lowBatteryFraction", \.mission.rules.lowBatteryFraction),
        ConfigField("mission.rules.lowBattery", \.mission.rules.lowBattery),
        ConfigField("mission.rules.partition", \.mission.rules.partition),
        ConfigField("mission.rules.fence", \.mission.rules.fence),
        ConfigField("mission.turnsWhileWaiting", \.mission.turnsWhileWaiting),
        ConfigField("mission.bodyRadiusMeters", \.mission.bodyRadiusMeters),
        ConfigField("mission.rangeMetersMax", \.mission.rangeMetersMax),
        ConfigField("mission.rangeSigmaFraction", \.mission.rangeSigmaFraction),
        ConfigField("mission.rangeSigmaMeters", \.mission.rangeSigmaMeters),
        ConfigField("mission.brakingMetersPerSecondSquared", \.mission.brakingMetersPerSecondSquared),
        ConfigField("mission.actuationDelay", \.mission.actuationDelay),
        ConfigField("mission.search", \.mission.search),
        ConfigField("mission.inertia", \.mission.inertia),
        ConfigField("mission.ownPull", \.mission.ownPull),
        ConfigField("mission.swarmPull", \.mission.swarmPull),
        ConfigField("mission.camera.focalPixels", \.mission.camera.focalPixels),
        ConfigField("mission.camera.bodyMeters", \.mission.camera.bodyMeters),
        ConfigField("mission.camera.pixelSigma", \.mission.camera.pixelSigma),
        ConfigField("mission.camera.bearingSigmaRadians", \.mission.camera.bearingSigmaRadians),
        ConfigField("mission.targetMeters", \.mission.targetMeters),
        ConfigField("mission.sightMetersMax", \.mission.sightMetersMax),
        ConfigField("mission.sightHalfAngleRadians", \.mission.sightHalfAngleRadians),
        ConfigField("mission.sightBearingRadiansMax", \.mission.sightBearingRadiansMax),
        ConfigField("mission.speedSigmaFraction", \.mission.speedSigmaFraction),
        ConfigField("mission.turnSigmaFraction", \.mission.turnSigmaFraction),
        ConfigField("mission.turnSigmaRadiansPerSecond", \.mission.turnSigmaRadiansPerSecond),
        ConfigField("mission.compassSigmaRadians", \.mission.compassSigmaRadians),
        ConfigField("mission.satelliteSigmaMeters", \.mission.satelliteSigmaMeters),
        ConfigField("mission.measurementAgeMax", \.mission.measurementAgeMax),
        ConfigField("mission.driftSigmaFraction", \.mission.driftSigmaFraction),
        ConfigField("mission.announcedSpeedSigmaMetersPerSecond", \.mission.announcedSpeedSigmaMetersPerSecond),
        ConfigField("mission.announcedTurnSigmaRadiansPerSecond", \.mission.announcedTurnSigmaRadiansPerSecond),
        ConfigField("mission.smellSigmaFraction", \.mission.smellSigmaFraction),
        ConfigField("mission.smellToldSigmaFraction", \.mission.smellToldSigmaFraction),
        ConfigField("mission.gustSigmaFraction", \.mission.gustSigmaFraction),
        ConfigField("mission.sourceSigmaMetersMin", \.mission.sourceSigmaMetersMin),
        ConfigField("mission.neighbourSilenceMax", \.mission.neighbourSilenceMax),
        ConfigField("mission.frameAgeMax", \.mission.frameAgeMax),
        ConfigField("mission.readingSilenceMax", \.mission.readingSilenceMax),
        ConfigField("mission.sightingJitterMax", \.mission.sightingJitterMax),
        ConfigField("mission.sightingSpacingMin", \.mission.sightingSpacingMin),
        ConfigField("mission.sightingGain", \.mission.sightingGain),
    ]

    private static let jobs: [ConfigField] = [
        ConfigField("jobs.storeMebibytesMax", \.jobs.storeMebibytesMax),
        ConfigField("jobs.outputHold", \.jobs.outputHold),
        ConfigField("jobs.answerHold", \.jobs.answerHold),
        ConfigField("jobs.giveTimeout", \.jobs.giveTimeout),
        ConfigField("jobs.windowUnits", \.jobs.windowUnits),
        ConfigField("jobs.placementMargin", \.jobs.placementMargin),
        ConfigField("jobs.unknownIdlePercent", \.jobs.unknownIdlePercent),
        ConfigField("jobs.keepalive", \.jobs.keepalive),
        ConfigField("jobs.asksMax", \.jobs.asksMax),
        ConfigField("jobs.doubtInterval", \.jobs.doubtInterval),
        ConfigField("jobs.doubtAsksMax", \.jobs.doubtAsksMax),
        ConfigField("jobs.hedgeMargin", \.jobs.hedgeMargin),
        ConfigField("jobs.returnMargin", \.jobs.returnMargin),
        ConfigField("jobs.programFailuresMax", \.jobs.programFailuresMax),
        ConfigField("jobs.busyRest", \.jobs.busyRest),
        ConfigField("jobs.silenceRest", \.jobs.silenceRest),
        ConfigField("jobs.unknownRest", \.jobs.unknownRest),
        ConfigField("jobs.retryRest", \.jobs.retryRest),
        ConfigField("jobs.retryRestMax", \.jobs.retryRestMax),
        ConfigField("jobs.spareSpan", \.jobs.spareSpan),
        ConfigField("jobs.cancelInterval", \.jobs.cancelInterval),
        ConfigField("jobs.cancelSendsMax", \.jobs.cancelSendsMax),
        ConfigField("jobs.loadRetry", \.jobs.loadRetry),
        ConfigField("jobs.fetchesMax", \.jobs.fetchesMax),
        ConfigField("jobs.restMax", \.jobs.restMax),
        ConfigField("jobs.leaseSpan", \.jobs.leaseSpan),
        ConfigField("jobs.leaseRenewal", \.jobs.leaseRenewal),
        ConfigField("jobs.resendMargin", \.jobs.resendMargin),
        ConfigField("jobs.missedMax", \.jobs.missedMax),
        ConfigField("jobs.leaseSilence", \.jobs.leaseSilence),
        ConfigField("jobs.holdSpan", \.jobs.holdSpan),
    ]
}

extension ConfigField {
    /// The property's layout alone.
    package func bytes(of config: PeerConfig) -> [UInt8] {
        var writer = ByteWriter()
        write(config, &writer)
        return writer.bytes
    }
}
