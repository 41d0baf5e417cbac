import SkeinTasks
import SkeinWire

/// What a peer wants done. Whoever calls `Peer.handle` carries them out in order.
package enum Effect: Sendable {
    case send(Transmission)
    case compute(ComputationID, Computation)
    case cancel(ComputationID)
    case actuate(Setpoint)
    case reply(Reply, ticket: UInt32)
    case record(Event)
    /// Must survive a power cut; `Input.persisted` says when it will.
    case persist(PersistID, StateRecord)
    /// Must survive a power cut until it is discarded; `Input.kept` says whether it will.
    case keep(ObjectID, ObjectBytes)
    /// Wanted back from the disk; `Input.loaded` brings it.
    case load(ObjectID)
    case discard(ObjectID)
}

/// A datagram for a radio.
package struct Transmission: Sendable {
    package var datagram: [UInt8]
    package var band: Band
    package var trafficClass: TrafficClass
    /// The neighbour to send to; `.none` is a broadcast.
    package var next: NodeID
    /// Share of the band's 20 MHz a unicast may use.
    package var shareMHz: Double
    /// Where `next` was heard from on this band; nil: a broadcast.
    package var address: LinkAddress?

    package init(
        datagram: [UInt8], band: Band, trafficClass: TrafficClass, next: NodeID, shareMHz: Double,
        address: LinkAddress?
    ) {
        self.datagram = datagram
        self.band = band
        self.trafficClass = trafficClass
        self.next = next
        self.shareMHz = shareMHz
        self.address = address
    }
}

/// Names something to be kept between `Effect.persist` and `Input.persisted`.
package struct PersistID: Hashable, Comparable, Sendable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A piece of a peer's state that outlives it. The newest record of a key counts; one without bytes removes the key.
package struct StateRecord: Hashable, Sendable {
    package var key: UInt64
    package var bytes: [UInt8]?

    package init(key: UInt64, bytes: [UInt8]?) {
        self.key = key
        self.bytes = bytes
    }
}

/// Names a computation between `Effect.compute` and `Input.computed`.
package struct ComputationID: Hashable, Comparable, Sendable {
    package var number: UInt64
    package init(_ number: UInt64) { self.number = number }
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Work too long for `handle`.
package enum Computation: Sendable {
    /// A kernel's unit. `cost` is the processor time it is declared to need on a whole core; `sharePercent` the share of
    /// a core it may take at least, so that units side by side do not starve each other.
    case unit(Kernel, input: [UInt8], cost: Duration, sharePercent: Double)
    /// The root's plan of the hierarchy.
    case plan(PlanGraph, PlanStrategy, previousLeaders: [Int]?)
    /// A registered kernel's unit, killed at its deadline. Its inputs are given in this order.
    case program(KernelName, inputs: [ObjectBytes], deadline: Instant)
}

/// How a computation ended.
package enum ComputationOutcome: Sendable {
    /// Nil output: the kernel refused its input. Times as the body measured them.
    case unit(output: [UInt8]?, queued: Duration, computed: Duration)
    case plan(Plan)
    case program(ProgramOutcome)
}

/// What came of a registered kernel's unit, as the body measured it.
package struct ProgramOutcome: Hashable, Sendable {
    package enum Result: Hashable, Sendable {
        /// The body has hashed it: 64 MiB take longer than `handle` may.
        case done(ObjectID, ObjectBytes)
        /// With the program's last words.
        case failed(JobFailure, String)
    }

    package var result: Result
    package var queued: Duration
    /// From its input to its end.
    package var computed: Duration

    package init(result: Result, queued: Duration, computed: Duration) {
        self.result = result
        self.queued = queued
        self.computed = computed
    }
}

/// What the motor controller holds until the next one; it stops by itself when they cease.
package struct Setpoint: Hashable, Sendable {
    package var speedMetersPerSecond: Double
    package var turnRadiansPerSecond: Double

    package init(speedMetersPerSecond: Double, turnRadiansPerSecond: Double) {
        self.speedMetersPerSecond = speedMetersPerSecond
        self.turnRadiansPerSecond = turnRadiansPerSecond
    }

    package static let stop = Setpoint(speedMetersPerSecond: 0, turnRadiansPerSecond: 0)
}

/// Collects the effects of one `handle`; the caller drains it before the next.
package struct Effects {
    package private(set) var items: [Effect] = []

    package init() {}

    package mutating func append(_ effect: Effect) { items.append(effect) }

    package mutating func removeAll() { items.removeAll(keepingCapacity: true) }
}
