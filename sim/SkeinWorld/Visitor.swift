import SkeinPeer
import SkeinWire

/// Whoever looks into a world while it runs. Nothing of it reaches the world: it hears what the robots report of themselves,
/// and may ask them, between two of the world's events, what an operator could ask them.
package protocol Visitor: AnyObject {
    /// As the robot's own daemon would tell it: by its clock, and by the mesh's as far as it knew it.
    func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?)
    /// Each 50 ms of the world, and once when its run is over.
    func look(_ world: borrowing World)
}

extension World {
    package var robotCount: Int { robots.count }

    /// What a robot answers; nil: it is off, or stands still.
    package func answer(_ question: OperatorCommand, by robot: Int) -> Reply? {
        guard isRunning(robot) else { return nil }
        return peers[robot]?.answer(question, now: clock(robot))
    }

    /// What its clock shows now.
    package func localTime(of robot: Int) -> Instant { clock(robot) }

    /// The whole of what it would report; nil: it is off, or stands still.
    package func report(of robot: Int) -> PeerReport? {
        guard isRunning(robot) else { return nil }
        return peers[robot]?.report(now: clock(robot))
    }

    package func meshTime(of robot: Int) -> MeshTime? { peers[robot]?.meshTime(at: clock(robot)) }

    /// Boots so far; 0: never on.
    package func epoch(of robot: Int) -> Epoch { Epoch(robots[robot].epoch) }
}

/// Several visitors of one world, each as if it were alone.
package final class Visitors: Visitor {
    private let all: [any Visitor]

    package init(_ all: [any Visitor]) { self.all = all }

    package func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        for visitor in all { visitor.heard(event, of: robot, at: at, mesh: mesh) }
    }

    package func look(_ world: borrowing World) {
        for visitor in all { visitor.look(world) }
    }
}
