import SkeinWire

// Jobs: what comes from the air and from operators about work for registered kernels.

extension Peer {
    mutating func take(_ unit: JobUnit, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ receipt: JobReceipt, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ result: JobResult, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ cancel: JobCancel, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ lease: JobLease, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ offers: [KernelOffer], now: Instant, _ effects: inout Effects) {}

    mutating func kept(_ object: ObjectID, isKept: Bool, now: Instant, _ effects: inout Effects) {}

    mutating func loaded(_ object: ObjectID, _ bytes: ObjectBytes?, now: Instant, _ effects: inout Effects) {}

    mutating func obey(_ command: JobCommand, ticket: UInt32, now: Instant, _ effects: inout Effects) {}

    mutating func finished(
        _ key: JobUnitID, _ outcome: ProgramOutcome, now: Instant, _ effects: inout Effects
    ) {}

    mutating func objectArrived(
        _ object: ObjectID, _ bytes: ObjectBytes, from robot: NodeID, now: Instant, _ effects: inout Effects
    ) {}

    mutating func objectFailed(_ object: ObjectID, from robot: NodeID, now: Instant, _ effects: inout Effects) {}

    mutating func objectWanted(_ object: ObjectID, by robot: NodeID) -> ObjectBytes? { nil }
}
