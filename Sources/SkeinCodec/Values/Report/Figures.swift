import SkeinPeer
import SkeinWire

extension TargetReport.Place: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(xMeters)
        writer.double(yMeters)
        writer.double(sigmaMeters)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(xMeters: try reader.double(), yMeters: try reader.double(), sigmaMeters: try reader.double())
    }
}

extension TargetReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.optional(sighting)
        writer.u32(sightingRevision)
        writer.optional(ownSight)
        writer.optional(source)
        writer.double(positionSigmaMeters)
        writer.raw(missionPhase)
        writer.u32(step)
        for source in LocalisationSource.allCases { localisation[source].write(to: &writer) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init()
        sighting = try reader.optional(Place.self)
        sightingRevision = try reader.u32()
        ownSight = try reader.optional(Place.self)
        source = try reader.optional(Place.self)
        positionSigmaMeters = try reader.double()
        missionPhase = try reader.raw(MissionPhase.self)
        step = try reader.u32()
        for source in LocalisationSource.allCases {
            localisation[source] = try LocalisationReport.Source(reading: &reader)
        }
    }
}

extension LocalisationReport.Source: Coded {
    package func write(to writer: inout ByteWriter) {
        for count in [taken, gatedOut, tooOld, frozen] { writer.u32(count) }
        writer.flag(isDiverged)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init()
        taken = try reader.u32()
        gatedOut = try reader.u32()
        tooOld = try reader.u32()
        frozen = try reader.u32()
        isDiverged = try reader.flag()
    }
}

extension SafetyFigures: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.flag(isStopped)
        writer.flag(isPersisted)
        writer.u32(numberMax)
        writer.list(active, limit: Self.activeMax)
        activeCount.write(to: &writer)
        writer.optional(issued)
        for count in [standing, goingOn, waiting, unreachable] { writer.u16(UInt16(clamping: count)) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            isStopped: try reader.flag(), isPersisted: try reader.flag(), numberMax: try reader.u32(),
            active: try reader.list(of: StopStatement.Name.self, limit: Self.activeMax),
            activeCount: try Int(reading: &reader), issued: try reader.optional(SafetyReport.Issued.self),
            standing: Int(try reader.u16()), goingOn: Int(try reader.u16()), waiting: Int(try reader.u16()),
            unreachable: Int(try reader.u16()))
    }
}

extension TrustFigures: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u32(digest)
        entries.write(to: &writer)
        writer.u16(keyNumber)
        for count in [members, revoked, expired, demoted, doubled, shunned, doubted] {
            writer.u32(UInt32(clamping: count))
        }
        writer.u64(expiresAtSeconds ?? 0)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            digest: try reader.u32(), entries: try Int(reading: &reader), keyNumber: try reader.u16(),
            members: Int(try reader.u32()), revoked: Int(try reader.u32()), expired: Int(try reader.u32()),
            demoted: Int(try reader.u32()), doubled: Int(try reader.u32()), shunned: Int(try reader.u32()),
            doubted: Int(try reader.u32()), expiresAtSeconds: nil)
        let expiry = try reader.u64()
        expiresAtSeconds = expiry == 0 ? nil : expiry
    }
}

extension EventNote: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u64(number)
        at.write(to: &writer)
        writer.optional(mesh)
        event.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            number: try reader.u64(), at: try Instant(reading: &reader), mesh: try reader.optional(MeshTime.self),
            event: try Event(reading: &reader))
    }
}
