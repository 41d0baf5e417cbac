/// A signed word about standing still: a stop, or the release of stops by name. Numbers only rise: a new stop bears one more
/// than the highest its issuer knows of, whoever's that was.
///
///     kind u8 (1 stop, 2 release) | issuer u16 | number u32 | n u8 | n × (robot u16, number u32) | signature 64
///
/// A release names the highest number it releases, and each stop by issuer and number; a stop names none. The signature is
/// the issuer's, over all before it, in the domain `stop` of its fleet (SkeinSeal's `Statement`).
package struct StopStatement: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        case stop = 1
        case release = 2
    }

    /// A stop, by who issued it and its number.
    package struct Name: Hashable, Comparable, Sendable {
        package var issuer: NodeID
        package var number: UInt32
        package init(issuer: NodeID, number: UInt32) {
            self.issuer = issuer
            self.number = number
        }
        package static func < (left: Self, right: Self) -> Bool {
            (left.number, left.issuer) < (right.number, right.issuer)
        }
    }

    package static let namesMax = 64
    package static let signatureBytes = 64

    package var kind: Kind
    package var issuer: NodeID
    package var number: UInt32
    /// Of a release: the stops it releases.
    package var names: [Name]
    package var signature: [UInt8]

    package init(
        kind: Kind, issuer: NodeID, number: UInt32, names: [Name],
        signature: [UInt8] = [UInt8](repeating: 0, count: StopStatement.signatureBytes)
    ) {
        precondition(signature.count == Self.signatureBytes, "a signature of \(signature.count) bytes")
        self.kind = kind
        self.issuer = issuer
        self.number = number
        self.names = names
        self.signature = signature
    }

    package var name: Name { Name(issuer: issuer, number: number) }

    /// What is signed.
    package var statedBytes: [UInt8] {
        var writer = ByteWriter()
        writeStated(to: &writer)
        return writer.bytes
    }

    private func writeStated(to writer: inout ByteWriter) {
        writer.u8(kind.rawValue)
        writer.node(issuer)
        writer.u32(number)
        writer.count(names.count, limit: Self.namesMax)
        for name in names {
            writer.node(name.issuer)
            writer.u32(name.number)
        }
    }

    package func write(to writer: inout ByteWriter) {
        writeStated(to: &writer)
        writer.raw(signature)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.command) }
        self.kind = kind
        issuer = try reader.node()
        number = try reader.serial()
        guard issuer != .none, number > 0 else { throw .invalid(.robot) }
        names = []
        for _ in 0..<(try reader.count(.entries, limit: Self.namesMax)) {
            let name = Name(issuer: try reader.node(), number: try reader.serial())
            guard name.issuer != .none, name.number > 0, name.number <= number else { throw .invalid(.entries) }
            names.append(name)
        }
        guard names.isEmpty == (kind == .stop) else { throw .invalid(.entries) }
        signature = try reader.bytes(Self.signatureBytes)
    }
}
