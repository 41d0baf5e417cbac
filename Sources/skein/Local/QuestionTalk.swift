import ArgumentParser
import SkeinPeer
import SkeinWire

/// Questions about ways, through the daemon that a tool talks to (docs/probing.md).
struct QuestionTalk {
    let talk: Talk
    let names: FleetNames

    /// A question's own end and what the socket takes.
    private static let patienceSeconds = 15

    func ask(_ question: OperatorQuestion, seconds: Int = QuestionTalk.patienceSeconds) throws(TalkError)
        -> QuestionReply
    {
        guard case .question(let reply) = try talk.ask(.question(question), seconds: seconds) else {
            throw .noSense(talk.path)
        }
        return reply
    }

    /// The robot a person means; no such robot is exit code 4.
    func robot(_ text: String) throws -> NodeID {
        guard let robot = names.robot(text) else {
            Console.say(names.complaint(text))
            throw Exit.noSuchThing
        }
        return robot
    }

    /// The robot that answers tools here, unless another is named.
    func origin(_ text: String?) throws -> NodeID { try text.map(robot) ?? talk.daemon.id }

    /// Why there is no answer, in words. Of one that was silent it is asked what every version answers.
    func words(_ robot: NodeID, _ failure: QuestionFailure) throws(TalkError) -> String {
        let name = names.name(robot)
        guard failure == .silent else { return "\(name) \(Self.words(failure))" }
        guard case .echoed(_, let hops, let roundTrip) = try talk.ask(.echo(robot), seconds: 10) else {
            return "\(name) does not answer, nor does it echo"
        }
        return
            "\(name) echoes (\(Self.hops(hops)), \(Self.milliseconds(roundTrip)) ms) and does not answer: it, or a robot "
            + "on the way, runs a version that knows no such questions"
    }

    static func words(_ failure: QuestionFailure) -> String {
        switch failure {
        case .silent: "does not answer"
        case .late: "was at work when its time was over"
        case .tooMany: "has as many questions under way as it may have"
        case .senseless: "has nothing to do there: two different robots of the fleet are wanted"
        case .refused(.notAllowed): "refuses: the membership of the robot that asks lacks the role command"
        case .refused(.busy): "is busy with another measurement, or with too many questions"
        case .refused(.noSuchRobot): "knows of no such robot in the fleet"
        case .refused(.unreachable): "could not reach it"
        case .refused(.late): "was not done in time"
        case .refused(.gone): "knows nothing of that any more"
        case .refused(.broken): "saw the transfer break off"
        }
    }

    static func code(_ failure: QuestionFailure) -> ExitCode {
        switch failure {
        case .refused(.notAllowed): Exit.refused
        case .refused(.noSuchRobot): Exit.noSuchThing
        case .silent, .late, .tooMany, .senseless, .refused(.busy), .refused(.unreachable), .refused(.late),
            .refused(.gone), .refused(.broken):
            Exit.failed
        }
    }

    static func hops(_ count: Int) -> String { "\(count) \(count == 1 ? "hop" : "hops")" }

    static func milliseconds(_ span: Duration) -> String { (span.inSeconds * 1e3).rounded(to: 2) }
}
