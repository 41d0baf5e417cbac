import SkeinWire

/// What kept a unit from being done, in the order in which it can happen.
package enum JobTrouble: Hashable, Sendable {
    /// A unit that it needs was not done.
    case dependency(unit: Int)
    /// No leader was known, and the kernel is not registered here.
    case noLeader
    /// Nobody who could be asked offers the kernel, or has room.
    case noHelper
    /// Helpers were found and never answered.
    case noReceipt
    case refused(JobReceipt.Verdict)
    /// A helper took it, and its result did not come.
    case noResult
    /// A result was told, and its object could not be fetched.
    case resultLost
    /// The program's own failure, at this robot, with its last words.
    case program(JobFailure, by: NodeID, String)
    /// Nothing else went wrong: the time was over.
    case deadline
    case cancelled
    /// The disk or the store had no room for what came.
    case storage
}

/// How a job ended, unit by unit.
package struct JobReport: Hashable, Sendable {
    package struct Output: Hashable, Sendable {
        package var object: ObjectID
        package var bytes: Int
        /// The robot itself for a unit that stayed.
        package var computedBy: NodeID
        package var queued: Duration
        package var computed: Duration
        /// It was known from an earlier unit with the same input.
        package var wasKnown: Bool

        package init(
            object: ObjectID, bytes: Int, computedBy: NodeID, queued: Duration, computed: Duration, wasKnown: Bool
        ) {
            self.object = object
            self.bytes = bytes
            self.computedBy = computedBy
            self.queued = queued
            self.computed = computed
            self.wasKnown = wasKnown
        }
    }

    package enum Unit: Hashable, Sendable {
        case done(Output)
        case missing(JobTrouble)
    }

    package var units: [Unit]
    package var took: Duration

    package init(units: [Unit], took: Duration) {
        self.units = units
        self.took = took
    }
}

/// Where a job stands.
package enum JobState: Hashable, Sendable {
    case unknown
    case accepted
    /// So many of its units are done, so many at work, of all.
    case running(done: Int, atWork: Int, of: Int)
    case ended(JobReport)
}

/// One thing that happened to a unit on its way, for `skein why placement`.
package struct PlacementNote: Hashable, Sendable {
    package enum What: Hashable, Sendable {
        /// Its inputs are known: it may be placed.
        case ready
        /// The output was known from an earlier unit with the same input.
        case known
        case asked(leader: NodeID)
        /// The leader named so many helpers.
        case matched(leader: NodeID, helpers: Int)
        /// Given to this robot: when it would be done there, and when here (nil: it cannot be done here).
        case offered(NodeID, remote: Duration, local: Duration?)
        /// A second robot, since the first is late or the order is hedged.
        case hedged(NodeID)
        case accepted(NodeID, expected: Duration)
        case refused(NodeID, JobReceipt.Verdict)
        case silent(NodeID)
        /// Kept here, when it would be done; `remote`: the best that was known elsewhere.
        case kept(local: Duration, remote: Duration?)
        case computed(NodeID)
        case fetched(bytes: Int, from: NodeID)
        case failed(NodeID, JobFailure)
        case cancelled(NodeID)
        case expired
    }

    package var unit: Int
    /// Since the job was accepted.
    package var at: Duration
    package var what: What

    package init(unit: Int, at: Duration, what: What) {
        self.unit = unit
        self.at = at
        self.what = what
    }
}

/// Where a unit would go now, and what is reckoned with: `skein task plan`.
package struct JobPlan: Hashable, Sendable {
    package struct Choice: Hashable, Sendable {
        package var robot: NodeID
        /// Nil: it does not offer the kernel, or lends nothing.
        package var finish: Duration?
        package var transfer: Duration
        package var compute: Duration
        package var idlePercent: Double
        package var offersKernel: Bool

        package init(
            robot: NodeID, finish: Duration?, transfer: Duration, compute: Duration, idlePercent: Double,
            offersKernel: Bool
        ) {
            self.robot = robot
            self.finish = finish
            self.transfer = transfer
            self.compute = compute
            self.idlePercent = idlePercent
            self.offersKernel = offersKernel
        }
    }

    /// The first is where it would go, if its finish is not nil; the robot itself is among them.
    package var choices: [Choice]
    package var leader: NodeID

    package init(choices: [Choice], leader: NodeID) {
        self.choices = choices
        self.leader = leader
    }
}
