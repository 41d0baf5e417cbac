/// What a signed digest tells of its message by itself: its header, and the number that the first bytes of its body bear.
package struct SignedHead: Hashable, Sendable {
    /// A number that its sender gives to one content only, in one boot.
    package enum Serial: Hashable, Sendable {
        case plan(PlanNumber, part: UInt8)
        case mission(revision: UInt32)
    }

    package var kind: MessageKind
    package var trafficClass: TrafficClass
    package var sender: NodeID
    package var fleet: FleetID
    package var epoch: Epoch
    package var counter: UInt32
    /// Nil: of other kinds, or unreadable.
    package var serial: Serial?

    /// Nil: the header is not of this version, or of no kind that there is.
    package init?(_ digest: SignedDigest) {
        var reader = ByteReader(digest.header)
        guard let version = try? reader.u8(), version == Envelope.version, let kind = try? reader.u8(),
            let kind = MessageKind(rawValue: kind), let trafficClass = try? reader.u8(),
            let trafficClass = TrafficClass(rawValue: trafficClass), (try? reader.u8()) != nil,
            (try? reader.u16()) != nil, let sender = try? reader.node(), let fleet = try? reader.u64(),
            let epoch = try? reader.u32(), let counter = try? reader.u32()
        else { return nil }
        self.kind = kind
        self.trafficClass = trafficClass
        self.sender = sender
        self.fleet = FleetID(fleet)
        self.epoch = Epoch(epoch)
        self.counter = counter
        serial = Self.serial(kind, digest.head)
    }

    private static func serial(_ kind: MessageKind, _ head: [UInt8]) -> Serial? {
        var reader = ByteReader(head)
        switch kind {
        case .plan:
            guard (try? reader.node()) != nil, let plan = try? PlanNumber(reading: &reader), let part = try? reader.u8()
            else { return nil }
            return .plan(plan, part: part)
        case .mission:
            guard let revision = try? MissionOrder.revision(reading: &reader) else { return nil }
            return .mission(revision: revision)
        case .beacon, .hello, .linkReport, .sighting, .request, .claim, .claimReply, .match, .unit, .unitReceipt,
            .result, .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip,
            .stopNotice, .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit,
            .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            return nil
        }
    }
}
