import SkeinWire

/// Orders of the person in charge, through this robot.
package enum OperatorCommand: Hashable, Sendable {
    /// The start signal to one robot: it becomes the root and the first leader, the hierarchy settles, and the mission
    /// starts. With `launches` false the swarm only organises itself.
    case organise(launches: Bool)
    case stopMission
    /// Reach one robot by the shortest way; answered by `Reply.echoed`.
    case echo(NodeID)
    case status
    /// Every neighbour on every band; answered by `Reply.links`.
    case links
    /// The robot is about to be switched off: it says so, and the others go on at once.
    case leave
    /// Compute this; answered by `taskAccepted` or `taskRefused`, later by `taskEnded`. The same again is answered again.
    case submit(TaskOrder)
    /// How an order stands; answered by `task`.
    case task(TaskKey)
    /// Answered by `tasks`.
    case tasks
    /// No more wanted: an ended order makes room. Answered by `done` once it is gone for good, or by `taskRefused`.
    case forget(TaskKey)
    /// Entries about the fleet, brought by a person; answered by `admitted`.
    case admit([TrustEntry])
    /// The entries that this robot knows, from a place on, as many as one answer takes; answered by `entries`.
    case entries(from: UInt32)
    /// What this robot knows of its fleet; answered by `trust`.
    case trust
    /// Emergency stop of the whole fleet; answered by `safety`.
    case stop
    /// Release of the stop in force, which must bear this number; answered by `safety`, or refused.
    case release(number: UInt32)
    /// Who stands; answered by `safety`.
    case safety
    /// Everybody this robot knows something of; answered by `peers`.
    case peers
    /// Work for registered kernels; answered by `Reply.job`.
    case job(JobCommand)
    /// This robot's whole account of itself; answered by `Reply.report`.
    case report
    /// About ways between any two robots; answered by `Reply.question`.
    case question(OperatorQuestion)
    /// About missions with a plan; answered by `Reply.mission`, or refused.
    case mission(MissionInstruction)
}

/// Answers to `OperatorCommand`.
package enum Reply: Sendable {
    case done
    case status(PeerStatus)
    case links([LinkStatus])
    /// Relays and robots on the way there, and the time there and back.
    case echoed(NodeID, hops: Int, roundTrip: Duration)
    case echoFailed(NodeID)
    /// The order stands: a durable one survives a power cut from now on.
    case taskAccepted(TaskKey)
    case taskRefused(TaskKey, TaskRefusal)
    case taskEnded(TaskKey, TaskReport)
    case task(TaskKey, TaskState)
    /// All known keys, ascending.
    case tasks([TaskKey])
    /// This robot has left the mesh: nothing was done.
    case left
    case refused(CommandRefusal)
    case admitted(AdmitReport)
    /// Of all that there are.
    case entries([TrustEntry], of: UInt32)
    case trust(TrustReport)
    case safety(SafetyReport)
    case peers([PeerAccount])
    case job(JobReply)
    case report(PeerReport)
    case question(QuestionReply)
    case mission(MissionReply)
}

/// One neighbour on one band, as this robot hears it.
package struct LinkStatus: Hashable, Sendable {
    package var neighbour: NodeID
    package var band: Band
    /// Measured, or what a signal of this quality would have.
    package var powerDBm: Double
    /// Spectral efficiency by Shannon's bound, b/s/Hz.
    package var efficiency: Double
    package var basis: LinkBasis
    /// Both hear each other, as far as this robot knows.
    package var isLink: Bool
    /// Since its last beacon (2.4 GHz) or hello (5 GHz).
    package var silence: Duration
    /// Of an echo; nil: none measured.
    package var roundTrip: Duration?

    package init(
        neighbour: NodeID, band: Band, powerDBm: Double, efficiency: Double, basis: LinkBasis, isLink: Bool,
        silence: Duration, roundTrip: Duration?
    ) {
        self.neighbour = neighbour
        self.band = band
        self.powerDBm = powerDBm
        self.efficiency = efficiency
        self.basis = basis
        self.isLink = isLink
        self.silence = silence
        self.roundTrip = roundTrip
    }
}
