import SkeinPeer
import SkeinSeal
import SkeinWire

extension PeerAccount: Coded {
    /// One bit each; a bit that says more of what another denies is refused.
    private struct Flags: OptionSet {
        var rawValue: UInt8
        static let doubled = Flags(rawValue: 1)
        static let left = Flags(rawValue: 2)
        static let stopKnown = Flags(rawValue: 4)
        static let stopped = Flags(rawValue: 8)

        static let all: Flags = [.doubled, .left, .stopKnown, .stopped]
    }

    private var flags: Flags {
        var flags: Flags = []
        if isDoubled { flags.insert(.doubled) }
        if hasLeft { flags.insert(.left) }
        if let isStopped { flags.formUnion(isStopped ? [.stopKnown, .stopped] : .stopKnown) }
        return flags
    }

    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.raw(state)
        key.write(to: &writer)
        writer.u8(roles.rawValue)
        writer.u64(expiresAtSeconds ?? 0)
        writer.u8(flags.rawValue)
        writer.optional(epoch?.number)
        writer.optional(control)
        writer.optional(data)
        writer.optional(contact)
        writer.node(next)
        writer.node(leader)
        writer.optional(results)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            robot: try reader.node(), state: try reader.raw(TrustReport.State.self),
            key: try PublicKey(reading: &reader),
            roles: TrustRoles(rawValue: try reader.u8()), expiresAtSeconds: nil)
        let expiry = try reader.u64()
        expiresAtSeconds = expiry == 0 ? nil : expiry
        let flags = Flags(rawValue: try reader.u8())
        guard flags.isSubset(of: .all), !flags.contains(.stopped) || flags.contains(.stopKnown) else {
            throw .invalid(.kind)
        }
        isDoubled = flags.contains(.doubled)
        hasLeft = flags.contains(.left)
        isStopped = flags.contains(.stopKnown) ? flags.contains(.stopped) : nil
        epoch = try reader.optional(UInt32.self).map { Epoch($0) }
        control = try reader.optional(Link.self)
        data = try reader.optional(Link.self)
        contact = try reader.optional(Contact.self)
        next = try reader.node()
        leader = try reader.node()
        results = try reader.optional(Results.self)
    }
}

extension PeerAccount.Link: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.flag(isLink)
        writer.u64(address.number)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(isLink: try reader.flag(), address: LinkAddress(try reader.u64()))
    }
}

extension PeerAccount.Contact: Coded {
    package func write(to writer: inout ByteWriter) {
        since.write(to: &writer)
        silence.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(since: try Duration(reading: &reader), silence: try Duration(reading: &reader))
    }
}

extension PeerAccount.Results: Coded {
    private enum Kind: UInt8 {
        case trusted = 1
        case doubted = 2
        case shunned = 3
    }

    package func write(to writer: inout ByteWriter) {
        switch trust {
        case .trusted: writer.raw(Kind.trusted)
        case .doubted: writer.raw(Kind.doubted)
        case .shunned(let left):
            writer.raw(Kind.shunned)
            left.write(to: &writer)
        }
        for count in [right, wrong, probes, wordsKept, wordsBroken] { writer.u32(UInt32(clamping: count)) }
        writer.flag(lossLast != nil)
        if let lossLast { writer.raw(lossLast) }
        writer.flag(isUnreliable)
        writer.flag(isDistrustedLeader)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let trust: Trust =
            switch try reader.raw(Kind.self) {
            case .trusted: .trusted
            case .doubted: .doubted
            case .shunned: .shunned(left: try Duration(reading: &reader))
            }
        self.init(
            trust: trust, right: Int(try reader.u32()), wrong: Int(try reader.u32()), probes: Int(try reader.u32()),
            wordsKept: Int(try reader.u32()), wordsBroken: Int(try reader.u32()),
            lossLast: try reader.flag() ? try reader.raw(StandingLoss.self) : nil, isUnreliable: try reader.flag(),
            isDistrustedLeader: try reader.flag())
    }
}
