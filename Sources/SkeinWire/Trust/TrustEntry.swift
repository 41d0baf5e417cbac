/// A signed word about who belongs to the fleet. Entries are numbered per issuer and never taken back: what a robot knows
/// of the fleet is the set of all entries it has seen, and two sets unite by union.
///
///     kind u8 | issuer u16 (0xFFFF: the fleet's authority) | number u32 | issued at u64, s of UTC | content | signature 64
///
/// The signature is the issuer's, over all before it, in the domain `trust` of its fleet (SkeinSeal's `Statement`).
package struct TrustEntry: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case membership(Membership)
        case revocation(Revocation)
        case fleetKey(FleetKeyShare)
        case demotion(Demotion)
    }

    enum Kind: UInt8 {
        case membership = 1
        case revocation = 2
        case fleetKey = 3
        case demotion = 4
    }

    package static let signatureBytes = 64
    /// A demotion with the longest message as its evidence, alone in a datagram.
    package static let bytesMax = 1_280

    package var issuer: NodeID
    package var number: UInt32
    /// By the issuer's clock: orders entries of different issuers, and is a lower bound of the time for those without one.
    package var issuedAtSeconds: UInt64
    package var content: Content
    package var signature: [UInt8]

    package init(
        issuer: NodeID, number: UInt32, issuedAtSeconds: UInt64, content: Content,
        signature: [UInt8] = [UInt8](repeating: 0, count: TrustEntry.signatureBytes)
    ) {
        precondition(signature.count == Self.signatureBytes, "a signature of \(signature.count) bytes")
        self.issuer = issuer
        self.number = number
        self.issuedAtSeconds = issuedAtSeconds
        self.content = content
        self.signature = signature
    }

    package var isByAuthority: Bool { issuer == .none }

    /// Whom it is about.
    package var robot: NodeID {
        switch content {
        case .membership(let content): content.robot
        case .revocation(let content): content.robot
        case .fleetKey(let content): content.robot
        case .demotion(let content): content.accused
        }
    }

    /// What is signed.
    package var statedBytes: [UInt8] {
        var writer = ByteWriter()
        let kind: Kind =
            switch content {
            case .membership: .membership
            case .revocation: .revocation
            case .fleetKey: .fleetKey
            case .demotion: .demotion
            }
        writer.u8(kind.rawValue)
        writer.node(issuer)
        writer.u32(number)
        writer.u64(issuedAtSeconds)
        switch content {
        case .membership(let content): content.write(to: &writer)
        case .revocation(let content): content.write(to: &writer)
        case .fleetKey(let content): content.write(to: &writer)
        case .demotion(let content): content.write(to: &writer)
        }
        return writer.bytes
    }

    package var bytes: [UInt8] { statedBytes + signature }

    /// The whole of `bytes` is one entry.
    package init(bytes: ArraySlice<UInt8>) throws(WireError) {
        guard bytes.count <= Self.bytesMax else { throw .invalid(.bodyLength) }
        var reader = ByteReader(bytes)
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.kind) }
        issuer = try reader.node()
        number = try reader.serial()
        issuedAtSeconds = try reader.u64()
        guard issuedAtSeconds <= Self.secondsMax else { throw .invalid(.time) }
        content =
            switch kind {
            case .membership: .membership(try Membership(reading: &reader))
            case .revocation: .revocation(try Revocation(reading: &reader))
            case .fleetKey: .fleetKey(try FleetKeyShare(reading: &reader))
            case .demotion: .demotion(try Demotion(reading: &reader))
            }
        signature = try reader.bytes(Self.signatureBytes)
        try reader.finish()
    }

    /// The year 9999: no date that anybody means, and no sum of two of them overflows.
    package static let secondsMax: UInt64 = 253_402_300_799
}

/// A robot belongs to the fleet, by this number, name and key.
///
///     robot u16 | key 32 | roles u8 | expires at u64, s of UTC, 0 never | n u8 | n bytes of name
package struct Membership: Hashable, Sendable {
    package static let keyBytes = 32
    package static let nameBytesMax = 32

    package var robot: NodeID
    /// Ed25519, 32 bytes.
    package var key: [UInt8]
    package var roles: TrustRoles
    /// Nil: never.
    package var expiresAtSeconds: UInt64?
    /// As people call it: letters, digits, `-` and `_`.
    package var name: String

    package init(robot: NodeID, key: [UInt8], roles: TrustRoles, expiresAtSeconds: UInt64?, name: String) {
        precondition(robot != .none && key.count == Self.keyBytes, "a membership of \(robot)")
        precondition(Self.isName(Array(name.utf8)), "a robot named \(name)")
        self.robot = robot
        self.key = key
        self.roles = roles
        self.expiresAtSeconds = expiresAtSeconds
        self.name = name
    }

    package static func isName(_ bytes: [UInt8]) -> Bool {
        (1...nameBytesMax).contains(bytes.count)
            && bytes.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                    || $0 == 0x5F
            }
    }

    func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.raw(key)
        writer.u8(roles.rawValue)
        writer.u64(expiresAtSeconds ?? 0)
        writer.count(name.utf8.count, limit: Self.nameBytesMax)
        writer.raw(Array(name.utf8))
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        robot = try reader.node()
        guard robot != .none else { throw .invalid(.robot) }
        key = try reader.bytes(Self.keyBytes)
        roles = TrustRoles(rawValue: try reader.u8())
        guard roles.isSubset(of: .all) else { throw .invalid(.role) }
        let expiry = try reader.u64()
        guard expiry <= TrustEntry.secondsMax else { throw .invalid(.time) }
        expiresAtSeconds = expiry == 0 ? nil : expiry
        let nameBytes = try reader.bytes(try reader.count(.text, limit: Self.nameBytesMax))
        guard Self.isName(nameBytes) else { throw .invalid(.text) }
        name = String(decoding: nameBytes, as: UTF8.self)
    }
}

/// A key is out, for good, whatever memberships say. Of an issuer's own entries those up to `entriesStand` still count.
///
///     robot u16 | key 32 | entries stand u32
package struct Revocation: Hashable, Sendable {
    package var robot: NodeID
    package var key: [UInt8]
    package var entriesStand: UInt32

    package init(robot: NodeID, key: [UInt8], entriesStand: UInt32) {
        precondition(robot != .none && key.count == Membership.keyBytes, "a revocation of \(robot)")
        self.robot = robot
        self.key = key
        self.entriesStand = entriesStand
    }

    func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.raw(key)
        writer.u32(entriesStand)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        robot = try reader.node()
        guard robot != .none else { throw .invalid(.robot) }
        key = try reader.bytes(Membership.keyBytes)
        entriesStand = try reader.u32()
    }
}

/// The fleet's shared key of one number, for one robot alone: libsodium's sealed box (X25519, XSalsa20-Poly1305) to the
/// X25519 form of its Ed25519 key.
///
///     key number u16 | robot u16 | sealed 80
package struct FleetKeyShare: Hashable, Sendable {
    /// 32 bytes of key and 48 of sealed box.
    package static let sealedBytes = 80

    package var keyNumber: UInt16
    package var robot: NodeID
    package var sealed: [UInt8]

    package init(keyNumber: UInt16, robot: NodeID, sealed: [UInt8]) {
        precondition(
            robot != .none && sealed.count == Self.sealedBytes, "a share of \(sealed.count) bytes for \(robot)")
        self.keyNumber = keyNumber
        self.robot = robot
        self.sealed = sealed
    }

    func write(to writer: inout ByteWriter) {
        writer.u16(keyNumber)
        writer.node(robot)
        writer.raw(sealed)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        keyNumber = try reader.u16()
        robot = try reader.node()
        guard robot != .none else { throw .invalid(.robot) }
        sealed = try reader.bytes(Self.sealedBytes)
    }
}
