import SkeinWire

/// The mesh's timers and bounds. Each is a guess that the simulator has been asked about; none depends on fleet size.
package struct MeshTuning: Hashable, Sendable {
    /// Share of the control band that the beacons of one neighbourhood may take together. The interval of a robot is what
    /// its neighbours' number and its beacon's airtime leave it (Reticulum's ANNOUNCE_CAP is 2 % as well).
    package var beaconAirtimeFractionMax = 0.02
    package var beaconIntervalMin: Duration = .milliseconds(500)
    package var beaconIntervalMax: Duration = .milliseconds(2_500)
    /// Right after boot, while nobody knows anybody.
    package var beaconIntervalEager: Duration = .milliseconds(300)
    package var eagerSpan: Duration = .milliseconds(2_500)
    /// Beacons in answer to a change wait this long at most, so that two that saw the same change rarely collide.
    package var triggeredJitterMax: Duration = .milliseconds(60)
    package var triggeredSpacingMin: Duration = .milliseconds(120)
    /// Announced intervals of silence after which a neighbour is gone: four, since one lost beacon in twenty-five is
    /// ordinary on a shared channel and a false loss must be rarer than one an hour.
    package var silentIntervalsMax = 4
    /// After a robot has joined a tree: changes of its place in it are told at once.
    package var treeMakingSpan: Duration = .seconds(3)
    package var neighboursMax = 128
    /// However long a robot says it will be silent, it is not believed beyond this.
    package var announcedIntervalMax: Duration = .seconds(5)

    /// A leader's hello on the data band: its silence is what its members notice first.
    package var leaderHelloInterval: Duration = .milliseconds(200)
    package var memberHelloInterval: Duration = .milliseconds(1_000)
    /// Added per robot in data range, so that a crowd does not talk more.
    package var memberHelloPerNeighbour: Duration = .milliseconds(25)

    /// Weight of a new reading in the smoothed received power and efficiency.
    package var smoothing = 0.25

    /// The root's sequence standing still this long means that the root is gone.
    package var rootSilenceMax: Duration = .seconds(6)
    /// Between the leaders' turns to stand for a lost root, in order of their election.
    package var rootSuccessionStep: Duration = .milliseconds(500)
    /// An advertised sequence this far behind the newest is no longer a way to the root.
    package var sequenceLagMax: UInt32 = 10
    /// How far a way to another leader is kept, in hops on the control band.
    package var leaderHopsMax: UInt8 = 4

    /// A flood's relay waits this long, then up to the jitter: levels stay apart, so first copies come the shortest way.
    package var floodDelay: Duration = .milliseconds(12)
    package var floodJitterMax: Duration = .milliseconds(8)
    package var floodsPendingMax = 32
    package var floodHopsMax: UInt8 = 64
    package var unicastHopsMax: UInt8 = 32
    /// After showing that a neighbour is behind, before mending it, and between two mendings.
    package var repairJitterMax: Duration = .milliseconds(120)
    package var repairSpacingMin: Duration = .milliseconds(600)

    package var routesMax = 128
    package var routeLifetime: Duration = .seconds(3)
    package var routeRequestTimeout: Duration = .milliseconds(1_500)
    package var routeRequestTriesMax = 3
    package var routeWaitingMax = 16

    /// Links and idle shares are told to the root when these are exceeded (spec §4: thresholds [R]), and now and then.
    package var reportPowerChangeDB = 6.0
    package var reportIdleChangePercent = 10.0
    package var reportSpacingMin: Duration = .milliseconds(1_000)
    package var reportUrgentSpacingMin: Duration = .milliseconds(250)
    package var reportRefresh: Duration = .seconds(10)
    package var reportLifetime: Duration = .seconds(25)
    /// After boot, until neighbours have been heard often enough to report.
    package var reportHoldOff: Duration = .milliseconds(2_500)

    /// Quiet after the last report before the root plans, and between plans.
    package var planQuiet: Duration = .milliseconds(600)
    package var planSpacingMin: Duration = .seconds(2)
    package var planSpacingMax: Duration = .seconds(4)
    /// Robots one root plans for; more attach to leaders by themselves.
    package var planRobotsMax = 512
    /// After the plan is acknowledged by all who report, before the hierarchy counts as settled.
    package var settledQuiet: Duration = .milliseconds(800)
    /// A hierarchy that has stood this long will not be rebuilt under the mission's first step.
    package var launchQuiet: Duration = .seconds(2)
    /// The start signal waits no longer than this after the operator's word (spec §6: 10 s after cold boot).
    package var launchWaitMax: Duration = .milliseconds(9_000)

    /// A robot without leader or plan leads itself after this, and a jitter of as much again.
    package var aloneAfter: Duration = .seconds(6)
    /// The same when its leader has gone and none is in range: quickly, somebody may be waiting for it.
    package var orphanJitterMax: Duration = .milliseconds(200)
    /// How long the plan's leader may take to show up before the strongest one is taken instead.
    package var planLeaderWaitMax: Duration = .milliseconds(1_500)
    /// A leader that a plan retires serves its old members this long: make before break.
    package var retirementSpan: Duration = .seconds(2)

    package init() {}
}
