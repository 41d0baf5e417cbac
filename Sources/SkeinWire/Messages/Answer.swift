/// The answer to a `Question`, under its number. What takes time is answered with `atWork` first, and by itself when it is
/// done.
///
///     number u64 | what u8
///     | [1: next u16 | rule u8 (0 = none, 1 = itself, else 2 + hop's rule) | band u8 | hops u8 (255 = unknown) | basis u8 | power i16 | efficiency u16
///     | round_trip_us u32 (all ones = none)]
///     | [2: hops u8 | round_trip_us u32]
///     | [3: object 32 | sent u32 | repeated u32 | allotted u32 (kb/s)]
///     | [4: waited_us u32 | took_us u32]
///     | [5: -] | [6: reason u8]
package struct Answer: Hashable, Sendable {
    /// What is answered.
    package enum Body: Hashable, Sendable {
        case way(Way)
        /// Radios crossed on the way there, and the time there and back.
        case echoed(hops: UInt8, roundTripMicroseconds: UInt32)
        /// The object is there to be fetched; frames of it so far, how many of them were repeated, and the rate allotted to
        /// the first hop.
        case giving(ObjectID, sent: UInt32, repeated: UInt32, allottedKilobits: UInt32)
        /// From the question to the offer, and from there to the last byte.
        case took(waitedMicroseconds: UInt32, tookMicroseconds: UInt32)
        case atWork
        case refused(Refusal)
    }

    /// The next hop as the asked robot would choose it now, and what it knows of that link.
    package struct Way: Hashable, Sendable {
        /// How it was chosen.
        package enum Rule: Hashable, Sendable {
            /// No way is known.
            case none
            /// It is the robot that was asked itself.
            case itself
            case hop(HopRule)
        }

        package static let hopsUnknown: UInt8 = 255

        /// `.none`: there is none.
        package var next: NodeID
        package var rule: Rule
        package var band: Band
        /// To the robot asked about.
        package var hops: UInt8
        package var basis: LinkBasis
        /// As the asked robot hears the next one.
        package var power: PowerField
        package var efficiency: EfficiencyField
        /// Of an echo to the next hop; nil: none was measured.
        package var roundTripMicroseconds: UInt32?

        package init(
            next: NodeID, rule: Rule, band: Band, hops: UInt8, basis: LinkBasis, power: PowerField,
            efficiency: EfficiencyField, roundTripMicroseconds: UInt32?
        ) {
            self.next = next
            self.rule = rule
            self.band = band
            self.hops = hops
            self.basis = basis
            self.power = power
            self.efficiency = efficiency
            self.roundTripMicroseconds = roundTripMicroseconds
        }

        package static let none = Way(.none)
        package static let itself = Way(.itself)

        /// Without a next hop.
        private init(_ rule: Rule) {
            self.init(
                next: .none, rule: rule, band: .control, hops: rule == .itself ? 0 : Self.hopsUnknown, basis: .measured,
                power: .nothing, efficiency: EfficiencyField(thousandths: 0), roundTripMicroseconds: nil)
        }
    }

    /// Why there is no answer.
    package enum Refusal: UInt8, CaseIterable, Sendable {
        /// The asker's membership lacks the role.
        case notAllowed = 1
        /// As much is under way as may be.
        case busy = 2
        /// That robot does not belong to the fleet, as far as is known here, or has no part in such a question.
        case noSuchRobot = 3
        /// It did not answer, or no way is known.
        case unreachable = 4
        /// Its time was over first.
        case late = 5
        /// No question of that number is under way.
        case gone = 6
        /// The transfer broke off.
        case broken = 7
    }

    package var number: UInt64
    package var body: Body

    package init(number: UInt64, body: Body) {
        self.number = number
        self.body = body
    }

    func write(to writer: inout ByteWriter) {
        writer.u64(number)
        body.write(to: &writer)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        number = try reader.u64()
        body = try Body(reading: &reader)
    }
}

extension Answer.Body {
    private enum Kind: UInt8 { case way = 1, echoed, giving, took, atWork, refused }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .way(let way):
            writer.u8(Kind.way.rawValue)
            way.write(to: &writer)
        case .echoed(let hops, let roundTrip):
            writer.u8(Kind.echoed.rawValue)
            writer.u8(hops)
            writer.u32(roundTrip)
        case .giving(let object, let sent, let repeated, let allotted):
            writer.u8(Kind.giving.rawValue)
            object.write(to: &writer)
            writer.u32(sent)
            writer.u32(repeated)
            writer.u32(allotted)
        case .took(let waited, let took):
            writer.u8(Kind.took.rawValue)
            writer.u32(waited)
            writer.u32(took)
        case .atWork: writer.u8(Kind.atWork.rawValue)
        case .refused(let reason):
            writer.u8(Kind.refused.rawValue)
            writer.u8(reason.rawValue)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.u8()) else { throw .unknown(.command) }
        switch kind {
        case .way: self = .way(try Answer.Way(reading: &reader))
        case .echoed: self = .echoed(hops: try reader.u8(), roundTripMicroseconds: try reader.u32())
        case .giving:
            self = .giving(
                try ObjectID(reading: &reader), sent: try reader.u32(), repeated: try reader.u32(),
                allottedKilobits: try reader.u32())
        case .took: self = .took(waitedMicroseconds: try reader.u32(), tookMicroseconds: try reader.u32())
        case .atWork: self = .atWork
        case .refused:
            guard let reason = Answer.Refusal(rawValue: try reader.u8()) else { throw .unknown(.command) }
            self = .refused(reason)
        }
    }
}

extension Answer.Way {
    private static let noRoundTrip = UInt32.max

    package func write(to writer: inout ByteWriter) {
        writer.node(next)
        writer.u8(rule.number)
        writer.u8(band.rawValue)
        writer.u8(hops)
        writer.u8(basis.rawValue)
        writer.i16(power.hundredthsDBm)
        writer.u16(efficiency.thousandths)
        writer.u32(roundTripMicroseconds ?? Self.noRoundTrip)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let next = try reader.node()
        guard let rule = Rule(number: try reader.u8()) else { throw .unknown(.command) }
        guard rule.hasNext == (next != .none) else { throw .invalid(.robot) }
        guard let band = Band(rawValue: try reader.u8()) else { throw .unknown(.band) }
        let hops = try reader.u8()
        guard let basis = LinkBasis(rawValue: try reader.u8()) else { throw .unknown(.power) }
        let power = PowerField(hundredthsDBm: try reader.i16())
        let efficiency = EfficiencyField(thousandths: try reader.u16())
        let roundTrip = try reader.u32()
        self.init(
            next: next, rule: rule, band: band, hops: hops, basis: basis, power: power, efficiency: efficiency,
            roundTripMicroseconds: roundTrip == Self.noRoundTrip ? nil : roundTrip)
    }
}

extension Answer.Way.Rule {
    fileprivate var number: UInt8 {
        switch self {
        case .none: 0
        case .itself: 1
        case .hop(let rule): 2 + rule.rawValue
        }
    }

    fileprivate init?(number: UInt8) {
        switch number {
        case 0: self = .none
        case 1: self = .itself
        default:
            guard let rule = HopRule(rawValue: number - 2) else { return nil }
            self = .hop(rule)
        }
    }

    /// Whether a next hop belongs to it.
    package var hasNext: Bool {
        switch self {
        case .none, .itself: false
        case .hop: true
        }
    }
}
