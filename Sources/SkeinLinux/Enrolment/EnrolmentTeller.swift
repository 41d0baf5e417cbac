import SkeinSeal
import SkeinWire

/// The enrolled side of an enrolment over a link: it knows a code, waits for the robot that shows it, and sends that robot
/// its answer in the windows it asks for.
///
///     listening ──a request that bears the code──▶ deciding ──answer──▶ telling ──done──▶ ended
///                                                     └──refuse──▶ telling why
///
/// To whoever does not know the code it says nothing. A robot's key costs one computation of the code's secret, a tenth of
/// a second; so few are tried, and not in a row. Lost parts are asked for again; without the last word, `done`, the robot may
/// be in or not, and whoever runs this says so.
package struct EnrolmentTeller {
    package enum Action: Equatable {
        case none
        /// A robot that knows the code: `answer` or `refuse` comes next.
        case decide(EnrolmentRequest)
        /// A robot asks that has another code; told once for each.
        case otherCode(PublicKey)
        case send([[UInt8]])
        /// The robot has its answer.
        case ended
    }

    /// Robots whose keys are tried.
    package static let robotsMax = 32
    static let tryEvery: Duration = .milliseconds(200)
    /// An ask that is heard again and again by somebody's doing is answered so often and no more.
    static let windowEvery: Duration = .milliseconds(20)

    private enum State {
        case listening
        case deciding(EnrolmentRequest, EnrolmentSecret)
        case telling(EnrolmentAnswer, EnrolmentRequest, EnrolmentSecret)
        case refusing(EnrolmentDatagram.Reason, EnrolmentRequest, EnrolmentSecret)
    }

    private let code: EnrolmentCode
    private var state = State.listening
    private var strangers: [PublicKey] = []
    private var nextTry = Instant.zero
    private var nextWindow = Instant.zero

    package init(code: EnrolmentCode) { self.code = code }

    /// A robot has asked with another code, and none with this one.
    package var heardOtherCode: Bool { !strangers.isEmpty }

    package mutating func answer(_ answer: EnrolmentAnswer) -> Action {
        guard case .deciding(let request, let secret) = state else {
            preconditionFailure("an answer to nobody: \(state)")
        }
        state = .telling(answer, request, secret)
        return .send(window(answer, from: 0, secret, request))
    }

    package mutating func refuse(_ reason: EnrolmentDatagram.Reason) -> Action {
        guard case .deciding(let request, let secret) = state else {
            preconditionFailure("a refusal to nobody: \(state)")
        }
        state = .refusing(reason, request, secret)
        return .send([EnrolmentDatagram(robot: request.robot, .refused(reason)).bytes(secret)])
    }

    /// The secret that an answer is made with, while one is awaited.
    package var secret: EnrolmentSecret? {
        guard case .deciding(_, let secret) = state else { return nil }
        return secret
    }

    package mutating func receive(_ bytes: [UInt8], now: Instant) -> Action {
        guard let robot = EnrolmentDatagram.robot(of: bytes) else { return .none }
        switch state {
        case .listening: return meet(robot, bytes, now: now)
        case .deciding: return .none
        case .telling(let answer, let request, let secret):
            guard robot == request.robot, let datagram = EnrolmentDatagram(bytes: bytes, secret: secret) else {
                return .none
            }
            return tell(answer, request, secret, datagram.content, now: now)
        case .refusing(let reason, let request, let secret):
            guard robot == request.robot, EnrolmentDatagram(bytes: bytes, secret: secret) != nil, now >= nextWindow
            else { return .none }
            nextWindow = now + Self.windowEvery
            return .send([EnrolmentDatagram(robot: robot, .refused(reason)).bytes(secret)])
        }
    }

    private mutating func meet(_ robot: PublicKey, _ bytes: [UInt8], now: Instant) -> Action {
        guard !strangers.contains(robot), strangers.count < Self.robotsMax, now >= nextTry,
            let secret = EnrolmentSecret(code: code, robot: robot)
        else { return .none }
        nextTry = now + Self.tryEvery
        guard let datagram = EnrolmentDatagram(bytes: bytes, secret: secret) else {
            strangers.append(robot)
            return .otherCode(robot)
        }
        guard case .ask(let request, _, _) = datagram.content, request.robot == robot, request.fits(secret),
            request.isSigned
        else { return .none }
        state = .deciding(request, secret)
        return .decide(request)
    }

    private mutating func tell(
        _ answer: EnrolmentAnswer, _ request: EnrolmentRequest, _ secret: EnrolmentSecret,
        _ content: EnrolmentDatagram.Content, now: Instant
    ) -> Action {
        switch content {
        case .ask(_, let number, let missing):
            guard now >= nextWindow else { return .none }
            nextWindow = now + Self.windowEvery
            return .send(window(answer, from: number == answer.number ? Int(missing) : 0, secret, request))
        case .done(let number): return number == answer.number ? .ended : .none
        // Our own words, come back.
        case .part, .refused: return .none
        }
    }

    private func window(
        _ answer: EnrolmentAnswer, from first: Int, _ secret: EnrolmentSecret, _ request: EnrolmentRequest
    ) -> [[UInt8]] {
        let count = answer.partCount
        let end = min(first + EnrolmentAsker.windowParts, count)
        guard first < end else { return [] }
        return (first..<end).map { index in
            EnrolmentDatagram(
                robot: request.robot,
                .part(answer: answer.number, index: UInt16(index), count: UInt16(count), answer.part(index))
            ).bytes(secret)
        }
    }
}
