import CSodium
import SkeinWire

/// The keys that two robots share for a while, with what has been sent and seen under them. A reference, because a copy
/// would use a nonce a second time. Ended, it holds no key any more and neither seals nor opens.
final class Session {
    enum Side: Hashable { case initiator, responder }

    let side: Side
    let partner: NodeID
    /// How frames to this robot call the session, and how frames to the partner do.
    let localNumber: UInt32
    let remoteNumber: UInt32
    /// When its successor is due, and when it neither seals nor opens any more.
    let renewsAt: Instant
    let expiresAt: Instant
    private let renewalFrames: UInt64
    /// Frames that one direction may carry, ever.
    private let framesMax: UInt64
    private let keys: SessionKeys
    private let keyOut: UnsafePointer<UInt8>
    private let keyIn: UnsafePointer<UInt8>

    private struct State {
        var sent: UInt64 = 0
        var window = FrameWindow()
        var isEnded = false
    }

    /// In memory of its own, where a frame costs no checks for exclusive access: they would take a tenth of its time.
    private let state: UnsafeMutablePointer<State>

    init(
        side: Side, partner: NodeID, localNumber: UInt32, remoteNumber: UInt32, keys: SessionKeys,
        tuning: SessionTuning, now: Instant
    ) {
        self.side = side
        self.partner = partner
        self.localNumber = localNumber
        self.remoteNumber = remoteNumber
        // The initiator renews; if it does not, or says nothing, the responder does.
        let isLate = side == .responder
        renewsAt = now + tuning.renewalSpan + (isLate ? tuning.responderMargin : .zero)
        expiresAt = now + tuning.ageMax
        renewalFrames = tuning.renewalFrames + (isLate ? tuning.renewalFrames / 8 : 0)
        framesMax = tuning.framesMax
        self.keys = keys
        keyOut = isLate ? keys.fromResponder : keys.fromInitiator
        keyIn = isLate ? keys.fromInitiator : keys.fromResponder
        state = .allocate(capacity: 1)
        state.initialize(to: State())
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    var isEnded: Bool { state.pointee.isEnded }

    func isOver(at now: Instant) -> Bool { isEnded || !(now < expiresAt) }

    /// Whether it has carried all that it may from here.
    var isSpent: Bool { state.pointee.sent >= framesMax }

    func isDueForRenewal(at now: Instant) -> Bool {
        !(now < renewsAt) || state.pointee.sent >= renewalFrames || state.pointee.window.highest >= renewalFrames
    }

    /// Writes a whole frame to `datagram`. The payload may stand where it will be encrypted, behind the header.
    func seal(_ payload: UnsafePointer<UInt8>, payloadBytes: Int, into datagram: UnsafeMutablePointer<UInt8>) {
        precondition(!isEnded && !isSpent, "a session that is over")
        precondition((0...BulkFrame.payloadBytesMax).contains(payloadBytes), "a payload of \(payloadBytes) bytes")
        state.pointee.sent += 1
        BulkFrame(receiver: partner, session: remoteNumber, counter: state.pointee.sent).write(
            to: UnsafeMutableRawBufferPointer(start: datagram, count: payloadBytes + BulkFrame.overheadBytes))
        let status = crypto_aead_chacha20poly1305_ietf_encrypt(
            datagram + BulkFrame.headerBytes, nil, payload, UInt64(payloadBytes), datagram,
            UInt64(BulkFrame.headerBytes), nil, datagram + BulkFrame.Offset.nonce, keyOut)
        precondition(status == 0, "a frame that cannot be sealed")
    }

    /// Opens in place; the payload then stands behind the header. What is refused is left unreadable.
    func open(_ datagram: UnsafeMutableBufferPointer<UInt8>, counter: UInt64) -> SessionRefusal? {
        guard !isEnded, counter <= framesMax else { return .unknownSession }
        guard state.pointee.window.isNew(counter) else { return .replayed }
        guard let start = datagram.baseAddress, datagram.count >= BulkFrame.overheadBytes else { return .malformed }
        let payload = start + BulkFrame.headerBytes
        let status = crypto_aead_chacha20poly1305_ietf_decrypt(
            payload, nil, nil, payload, UInt64(datagram.count - BulkFrame.headerBytes), start,
            UInt64(BulkFrame.headerBytes), start + BulkFrame.Offset.nonce, keyIn)
        guard status == 0 else { return .wrongTag }
        state.pointee.window.admit(counter)
        return nil
    }

    /// The keys are gone from here on.
    func end() {
        state.pointee.isEnded = true
        keys.wipe()
    }
}
