import SkeinWire

/// Closes what this robot says and opens what it hears. The order of opening is the order of cost: size, layout and
/// fleet, the fleet's keyed tag, membership, the signature, and only then the replay window.
package struct Seal {
    package let id: NodeID
    package let epoch: Epoch
    private let fleetKey: FleetKey
    private let roster: Roster
    private let signer: any Signer
    private let verifier: any Verifier
    private var replays = ReplayGuard()
    private var counters = [UInt32](repeating: 0, count: TrafficClass.allCases.count)
    package private(set) var drops = DropCounters()

    package init(
        id: NodeID, epoch: Epoch, fleetKey: FleetKey, roster: Roster, signer: any Signer, verifier: any Verifier
    ) {
        self.id = id
        self.epoch = epoch
        self.fleetKey = fleetKey
        self.roster = roster
        self.signer = signer
        self.verifier = verifier
    }

    /// A message that has been let in.
    package struct Opened {
        package var envelope: Envelope
        /// Nil when the same message came before: the copy still tells a flood who has relayed it.
        package var message: Message?
        /// False for a bulletin that the replay guard would not vouch for. It is judged by its own revision instead, so an
        /// old one changes nothing, and a robot that missed it can still learn it from a neighbour.
        package var isFresh = true
    }

    package var fleet: FleetID { fleetKey.fleet }

    package func isEnrolled(_ robot: NodeID) -> Bool { roster.key(of: robot) != nil }

    /// Seals a message of this robot's into a datagram.
    package mutating func close(
        _ message: Message, to destination: NodeID, via: NodeID, next: NodeID, timeToLive: UInt8
    ) -> [UInt8] {
        let kind = message.kind
        let lane = Int(kind.trafficClass.rawValue)
        counters[lane] += 1
        let body = message.bytes
        let envelope = Envelope(
            kind: kind, trafficClass: kind.trafficClass, timeToLive: timeToLive, sender: id, fleet: fleet,
            epoch: epoch, counter: counters[lane], destination: destination, via: via, relay: id, next: next, hop: 1)
        var writer = ByteWriter(capacity: body.count + Envelope.overheadBytes)
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        var datagram = writer.bytes
        let fields = Self.relayFields(datagram)
        Self.clearRelayFields(&datagram)
        datagram.append(contentsOf: signer.signature(over: datagram))
        Self.restore(fields, in: &datagram)
        datagram.append(contentsOf: repeatElement(0, count: Envelope.tagBytes))
        renewTag(&datagram)
        return datagram
    }

    /// Rewrites the relay fields of a datagram that was let in, for sending it on.
    package func relayed(_ datagram: [UInt8], next: NodeID, hop: UInt8) -> [UInt8] {
        var copy = datagram
        copy[Envelope.Offset.relay] = UInt8(truncatingIfNeeded: id.number >> 8)
        copy[Envelope.Offset.relay + 1] = UInt8(truncatingIfNeeded: id.number)
        copy[Envelope.Offset.next] = UInt8(truncatingIfNeeded: next.number >> 8)
        copy[Envelope.Offset.next + 1] = UInt8(truncatingIfNeeded: next.number)
        copy[Envelope.Offset.hop] = hop
        renewTag(&copy)
        return copy
    }

    /// Lets a datagram in, or counts why not.
    package mutating func open(_ datagram: [UInt8]) -> Opened? {
        switch judge(datagram) {
        case .success(let opened): return opened
        case .failure(let refusal):
            drops.count(refusal.reason)
            return nil
        }
    }

    /// Counts a drop that was decided further in.
    package mutating func drop(_ reason: DropReason) { drops.count(reason) }

    private struct Refusal: Error { var reason: DropReason }

    private mutating func judge(_ datagram: [UInt8]) -> Result<Opened, Refusal> {
        guard datagram.count >= Envelope.overheadBytes else { return .failure(Refusal(reason: .tooShort)) }
        guard datagram.count <= Envelope.datagramBytesMax else { return .failure(Refusal(reason: .tooLong)) }
        var reader = ByteReader(datagram)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count) else {
            return .failure(Refusal(reason: .malformed))
        }
        guard envelope.fleet == fleet else { return .failure(Refusal(reason: .otherFleet)) }
        guard verifier.isTagged(datagram, by: fleetKey) else { return .failure(Refusal(reason: .wrongTag)) }
        guard envelope.relay != id, envelope.sender != id || envelope.kind.isBulletin else {
            return .failure(Refusal(reason: .own))
        }
        guard let key = roster.key(of: envelope.sender), roster.key(of: envelope.relay) != nil else {
            return .failure(Refusal(reason: .unknownSender))
        }
        let signedCount = datagram.count - Envelope.tagBytes - Envelope.signatureBytes
        guard verifier.isSigned(datagram, signedCount: signedCount, by: key) else {
            return .failure(Refusal(reason: .wrongSignature))
        }
        guard envelope.trafficClass == envelope.kind.trafficClass else {
            return .failure(Refusal(reason: .wrongClass))
        }
        let refusal =
            envelope.sender == id
            ? .own
            : replays.refusal(
                sender: envelope.sender, epoch: envelope.epoch, trafficClass: envelope.trafficClass,
                counter: envelope.counter)
        let body = datagram[Envelope.headerBytes..<signedCount]
        if let refusal {
            if envelope.kind.isBulletin, isPerhapsUnseen(envelope),
                let message = try? Message(envelope.kind, body: body)
            {
                return .success(Opened(envelope: envelope, message: message, isFresh: false))
            }
            guard refusal == .replayed, envelope.kind.isFlooded else { return .failure(Refusal(reason: refusal)) }
            return .success(Opened(envelope: envelope, message: nil))
        }
        guard let message = try? Message(envelope.kind, body: body) else {
            return .failure(Refusal(reason: .malformed))
        }
        return .success(Opened(envelope: envelope, message: message))
    }

    private func isPerhapsUnseen(_ envelope: Envelope) -> Bool {
        envelope.sender == id
            || replays.mayBeUnseen(
                sender: envelope.sender, epoch: envelope.epoch, trafficClass: envelope.trafficClass,
                counter: envelope.counter)
    }

    private func renewTag(_ datagram: inout [UInt8]) {
        let covered = datagram.count - Envelope.tagBytes
        datagram.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            fleetKey.tag(over: base, count: covered, into: base + covered)
        }
    }

    private static let relayRange = Envelope.Offset.relay..<Envelope.headerBytes

    static func clearRelayFields(_ bytes: inout [UInt8]) {
        for index in relayRange { bytes[index] = 0 }
    }

    private static func relayFields(_ bytes: [UInt8]) -> [UInt8] { Array(bytes[relayRange]) }

    private static func restore(_ fields: [UInt8], in bytes: inout [UInt8]) {
        bytes.replaceSubrange(relayRange, with: fields)
    }
}
