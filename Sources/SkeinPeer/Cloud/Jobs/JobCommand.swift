import SkeinWire

/// What an operator asks about work for registered kernels; answered by `JobReply`.
package enum JobCommand: Hashable, Sendable {
    /// A piece of an object that jobs here shall be computed from, in order; answered by `given` or `objectRefused`.
    case give(ObjectPiece)
    /// A piece of an object that is here; answered by `piece`.
    case fetch(ObjectID, piece: Int)
    /// Compute this; answered by `accepted` or `refused`, later by `ended`. The same again is answered again.
    case submit(JobOrder)
    /// How a job stands; answered by `state`.
    case state(TaskKey)
    /// The keys of all known; answered by `keys`.
    case list
    /// No more of a job or stream; answered by `ended` once every helper is told, or by `refused`.
    case cancel(TaskKey)
    /// An ended one makes room; answered by `forgotten` or `refused`.
    case forget(TaskKey)
    /// Where a unit of this kernel would go now; answered by `plan`.
    case plan(KernelName, inputBytes: Int, cost: Duration, span: Duration)
    /// What happened to a job's units, from a note on, as many as one answer takes; answered by `notes`.
    case explain(TaskKey, from: Int)
    /// Registered kernels, here and at neighbours; answered by `kernels`.
    case kernels
    /// Answered by `accepted` or `refused`, at its end by `ended`.
    case open(StreamOrder)
    /// The next unit of a stream; answered by `streamed`, or by `refused` while its window is full.
    case feed(TaskKey, number: UInt32, [UInt8])
    /// No unit follows; what is at work goes on. Answered by `ended` when it has.
    case close(TaskKey)
}

/// A piece of an object on its way between a tool and its robot.
package struct ObjectPiece: Hashable, Sendable {
    package var object: ObjectID
    /// Of the whole object.
    package var objectBytes: Int
    package var index: Int
    package var bytes: [UInt8]

    package init(object: ObjectID, objectBytes: Int, index: Int, bytes: [UInt8]) {
        self.object = object
        self.objectBytes = objectBytes
        self.index = index
        self.bytes = bytes
    }
}

/// Answers to `JobCommand`.
package enum JobReply: Hashable, Sendable {
    /// So many of its pieces are here; the whole when they are all.
    case given(ObjectID, pieces: Int)
    case objectRefused(ObjectID, JobRefusal)
    /// Nil: no such object here, or no such piece.
    case piece(ObjectID, index: Int, [UInt8]?)
    /// The job stands: a durable one survives a power cut from now on.
    case accepted(TaskKey)
    case refused(TaskKey, JobRefusal)
    case ended(TaskKey, JobReport)
    case state(TaskKey, JobState)
    /// Ascending.
    case keys([TaskKey])
    case forgotten(TaskKey)
    case plan(JobPlan)
    /// Some of so many notes; nil: no such job.
    case notes(TaskKey, [PlacementNote]?, of: Int)
    case kernels([KernelAccount])
    case streamed(TaskKey, number: UInt32, StreamAnswer)
}

/// What came of one unit of a stream.
package enum StreamAnswer: Hashable, Sendable {
    case done([UInt8], by: NodeID, took: Duration)
    case missing(JobTrouble)
}

/// What happened with jobs and objects, for logs and dashboards.
package enum JobEvent: Hashable, Sendable {
    /// A job has begun: its number, and how many units it has; a stream has none yet.
    case started(TaskKey, job: UInt32, units: Int)
    case ended(TaskKey, missing: Int)
    /// A unit went to a helper, or to another one beside the first.
    case offered(job: UInt32, unit: UInt16, attempt: UInt8, helper: NodeID, isHedge: Bool)
    case done(job: UInt32, unit: UInt16, by: NodeID)
    case failed(job: UInt32, unit: UInt16, by: NodeID, JobFailure)
    /// A unit of another robot was refused here.
    case refused(JobUnitID, JobReceipt.Verdict)
    case objectReceived(ObjectID, bytes: Int, from: NodeID)
    case objectLost(ObjectID, from: NodeID)
}
