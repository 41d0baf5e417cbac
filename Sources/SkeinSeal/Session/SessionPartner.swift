import SkeinWire

/// What the sessions know of one robot. At most one handshake is under way: a wish of ours or an answer of ours, not both.
///
///     wish ──accept──▶ current          (initiator: may seal at once, and says so with an empty frame)
///     answer ──first frame──▶ current   (responder: seals only once the initiator has proved that it has the keys)
///
/// A new `current` makes the old one `previous`, which still opens until the partner has been heard under the new one and
/// a little longer: nothing under way is lost when keys change.
final class SessionPartner {
    /// This robot has asked; repeated until it is answered.
    struct Wish {
        var open: SessionOpen
        var ephemeral: EphemeralKey
        var repeatsAt: Instant
        var attempts = 1
    }

    /// This robot was asked and has answered; repeated until the partner uses the keys.
    struct Answer {
        var open: SessionOpen
        var accept: SessionAccept
        var session: Session
        var repeatsAt: Instant
        var attempts = 1
    }

    let id: NodeID
    let key: PublicKey
    /// Where it stands in the book; the low byte of its sessions' numbers here.
    let place: Int

    /// The newest boot of the partner that is known.
    var epoch: Epoch?
    /// Its newest wish that was answered, and when.
    var newestWish: (epoch: Epoch, number: UInt32)?
    var answeredAt: Instant?

    var wish: Wish?
    var answer: Answer?
    var current: Session?
    var previous: Session?
    /// Nil until the partner has been heard under `current`.
    var previousUntil: Instant?

    /// When the first payload was sealed after the last frame that came.
    var unansweredSince: Instant?
    /// When a sign of life is due, unless a payload goes before.
    var keepaliveAt: Instant?
    /// The last payload, either way.
    var usedAt: Instant
    /// Nothing is asked before: the last wish was not answered.
    var quietUntil: Instant?

    init(id: NodeID, key: PublicKey, place: Int, now: Instant) {
        self.id = id
        self.key = key
        self.place = place
        usedAt = now
    }

    var isInHandshake: Bool { wish != nil || answer != nil }

    var isEmpty: Bool { !isInHandshake && current == nil && previous == nil }

    func isQuiet(at now: Instant) -> Bool { quietUntil.map { now < $0 } ?? false }

    /// The session that frames call so, whichever of the three it is.
    func session(_ number: UInt32) -> Session? {
        if let current, current.localNumber == number { return current }
        if let previous, previous.localNumber == number { return previous }
        if let answer, answer.session.localNumber == number { return answer.session }
        return nil
    }

    /// Whether a new session may be numbered so.
    func isFree(_ number: UInt32) -> Bool { session(number) == nil && wish?.open.session != number }

    /// The next session takes over; the one it follows lingers.
    func succeed(_ session: Session) {
        precondition(!isInHandshake, "\(id): a session in the middle of a handshake")
        previous?.end()
        previous = current
        previousUntil = nil
        current = session
        unansweredSince = nil
        quietUntil = nil
    }

    func dropAnswer() {
        answer?.session.end()
        answer = nil
    }

    func dropPrevious() {
        previous?.end()
        previous = nil
        previousUntil = nil
    }

    func dropCurrent() {
        current?.end()
        current = nil
        unansweredSince = nil
        keepaliveAt = nil
    }

    /// Every key that there is for this partner.
    func wipe() {
        wish = nil
        dropAnswer()
        dropPrevious()
        dropCurrent()
    }
}
