import SkeinSeal
import SkeinWire

@testable import SkeinPeer

/// What a swarm is asked about ways, and what it answers.
extension Swarm {
    func node(_ robot: Int) -> NodeID { NodeID(UInt16(robot)) }

    /// A line where each robot hears the next alone, settled.
    static func line(
        _ robots: Int, loss: Double = 0, repeats: Double = 0, seed: UInt64, roster: Roster? = nil
    ) -> Swarm {
        let conditions = Conditions(loss: loss, repeats: repeats)
        var layout = Layout(line: robots, spacingMeters: 12)
        layout.rangeMeters = 16
        let swarm = Swarm(layout, conditions: conditions, seed: seed, roster: roster)
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 10)
        return swarm
    }

    /// The replies to questions since so many replies.
    func questionReplies(since count: Int) -> [QuestionReply] {
        replies.dropFirst(count).compactMap { if case .question(let reply) = $0.reply { reply } else { nil } }
    }

    /// Asks through a robot, and waits; the answer, and how long it took.
    func ask(_ question: OperatorQuestion, at robot: Int, seconds: Double = 13) -> (reply: QuestionReply, took: Double)?
    {
        let before = replies.count
        let begin = now
        command(.question(question), at: robot)
        _ = run(atMost: seconds) { !questionReplies(since: before).isEmpty }
        return questionReplies(since: before).first.map { ($0, (now - begin).inSeconds) }
    }

    /// Nothing of a measurement is left at a robot.
    func isTidy(_ robot: Int) -> Bool {
        guard let peer = peers[robot] else { return true }
        return peer.probing.giving == nil && peer.probing.taking == nil && peer.probing.measurement == nil
            && peer.bulk.fetches.isEmpty && peer.bulk.book.sendingCount == 0 && peer.bulk.book.receivingCount == 0
            && peer.bulk.book.partialCount == 0 && peer.objects.objectCount == 0
    }
}
