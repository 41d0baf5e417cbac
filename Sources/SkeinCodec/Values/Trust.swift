import SkeinPeer
import SkeinSeal
import SkeinWire

extension TrustEntry: Coded {
    /// As on the air, its length in two bytes before it.
    package func write(to writer: inout ByteWriter) { writer.blob(bytes, limit: Self.bytesMax) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        try self.init(bytes: try reader.blob(limit: Self.bytesMax)[...])
    }
}

extension PublicKey: Coded {
    package func write(to writer: inout ByteWriter) { writer.raw(bytes) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard let key = PublicKey(bytes: try reader.bytes(Self.byteCount)) else { throw .truncated }
        self = key
    }
}

extension Member: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        key.write(to: &writer)
        writer.u8(roles.rawValue)
        writer.u64(expiresAtSeconds ?? 0)
        writer.text(name)
        writer.u32(membershipNumber)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let id = try reader.node()
        guard id != .none else { throw .invalid(.robot) }
        let key = try PublicKey(reading: &reader)
        let roles = TrustRoles(rawValue: try reader.u8())
        let expiry = try reader.u64()
        self.init(
            id: id, key: key, roles: roles, expiresAtSeconds: expiry == 0 ? nil : expiry, name: try reader.text(),
            membershipNumber: try reader.u32())
    }
}

extension CommandRefusal: Coded {
    private enum Kind: UInt8 {
        case role = 1
        case stopped = 2
        case notStopped = 3
        case otherStop = 4
        case revoked = 5
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .role(let role):
            writer.raw(Kind.role)
            writer.u8(role.rawValue)
        case .stopped(let number):
            writer.raw(Kind.stopped)
            writer.u32(number)
        case .notStopped: writer.raw(Kind.notStopped)
        case .otherStop(let inForce):
            writer.raw(Kind.otherStop)
            writer.u32(inForce)
        case .revoked: writer.raw(Kind.revoked)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .role: self = .role(TrustRoles(rawValue: try reader.u8()))
        case .stopped: self = .stopped(number: try reader.u32())
        case .notStopped: self = .notStopped
        case .otherStop: self = .otherStop(inForce: try reader.u32())
        case .revoked: self = .revoked
        }
    }
}

extension TrustBook.Refusal: Coded {
    private enum Kind: UInt8 {
        case known = 1
        case unknownIssuer = 2
        case wrongSignature = 3
        case notAllowed = 4
        case full = 5
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .known: writer.raw(Kind.known)
        case .unknownIssuer: writer.raw(Kind.unknownIssuer)
        case .wrongSignature: writer.raw(Kind.wrongSignature)
        case .notAllowed: writer.raw(Kind.notAllowed)
        case .full: writer.raw(Kind.full)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .known: self = .known
        case .unknownIssuer: self = .unknownIssuer
        case .wrongSignature: self = .wrongSignature
        case .notAllowed: self = .notAllowed
        case .full: self = .full
        }
    }
}

extension AdmitReport: Coded {
    package func write(to writer: inout ByteWriter) {
        admitted.write(to: &writer)
        known.write(to: &writer)
        writer.list(refused, limit: OperatorCommand.entriesMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            admitted: try Int(reading: &reader), known: try Int(reading: &reader),
            refused: try reader.list(of: Refusal.self, limit: OperatorCommand.entriesMax))
    }
}

extension AdmitReport.Refusal: Coded {
    package func write(to writer: inout ByteWriter) {
        index.write(to: &writer)
        reason.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(index: try Int(reading: &reader), reason: try TrustBook.Refusal(reading: &reader))
    }
}

extension TrustReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u64(fleet.number)
        writer.optional(authority)
        writer.u32(digest)
        entries.write(to: &writer)
        writer.u16(keyNumber)
        writer.list(Array(rows.prefix(Self.rowsMax)), limit: Self.rowsMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            fleet: FleetID(try reader.u64()), authority: try reader.optional(PublicKey.self),
            digest: try reader.u32(), entries: try Int(reading: &reader), keyNumber: try reader.u16(),
            rows: try reader.list(of: Row.self, limit: Self.rowsMax))
    }
}

extension TrustReport.Row: Coded {
    package func write(to writer: inout ByteWriter) {
        member.write(to: &writer)
        writer.raw(state)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(member: try Member(reading: &reader), state: try reader.raw(TrustReport.State.self))
    }
}
