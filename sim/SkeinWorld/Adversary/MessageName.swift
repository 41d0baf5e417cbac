import SkeinWire

/// What a sealed message is told apart by, read from its bytes as they lie.
struct MessageName {
    /// The number that decides between bulletins of a kind.
    enum Bulletin {
        case plan(PlanNumber)
        case mission(UInt32)
        case sighting(UInt32)
    }

    let kind: UInt8
    let sender: Int
    /// One for each sender, boot, class and counter.
    let key: UInt64

    /// Nil: too short to be one.
    init?(_ datagram: [UInt8]) {
        guard datagram.count >= Envelope.overheadBytes else { return nil }
        kind = datagram[1]
        sender = Int(datagram[6]) << 8 | Int(datagram[7])
        let bootAndCounter = (16..<24).reduce(UInt64(0)) { $0 << 8 | UInt64(datagram[$1]) }
        key = Dice.mixed(bootAndCounter, UInt64(sender), UInt64(datagram[2]))
    }

    /// Of header, body and signature, without the fields that relays write.
    static func mark(of datagram: [UInt8]) -> UInt64 {
        let end = datagram.count - Envelope.tagBytes
        return datagram.withUnsafeBytes { bytes in
            var mark = UInt64(end)
            var place = 0
            while place < end {
                if place == Envelope.Offset.relay { place = Envelope.headerBytes }
                if place + 8 <= end, place >= Envelope.headerBytes || place + 8 <= Envelope.Offset.relay {
                    mark = Dice.stirred(mark ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                    place += 8
                } else {
                    mark = Dice.stirred(mark ^ UInt64(bytes[place]))
                    place += 1
                }
            }
            return mark
        }
    }

    /// Nil: not a bulletin.
    func bulletin(_ datagram: [UInt8]) -> Bulletin? {
        guard let kind = MessageKind(rawValue: kind), kind.isBulletin else { return nil }
        let end = datagram.count - Envelope.signatureBytes - Envelope.tagBytes
        switch try? Message(kind, body: datagram[Envelope.headerBytes..<end]) {
        case .plan(let part)?: return .plan(part.plan)
        case .mission(let order)?: return .mission(order.revision)
        case .sighting(let sighting)?: return .sighting(sighting.revision)
        default: return nil
        }
    }
}
