import SkeinPeer
import SkeinWire

/// Whose record it is, and when by which clock.
package struct LogStamp: Hashable, Sendable {
    package var robot: NodeID
    /// By the robot's own clock.
    package var at: Instant
    /// The swarm's time then, as far as the robot knew it.
    package var mesh: MeshTime?

    package init(robot: NodeID, at: Instant, mesh: MeshTime?) {
        self.robot = robot
        self.at = at
        self.mesh = mesh
    }

    var schema: Skein_Stamp {
        var stamp = Skein_Stamp()
        stamp.robot = UInt32(robot.number)
        stamp.localNs = at.nanoseconds
        if let mesh { stamp.mesh = mesh.schema }
        return stamp
    }

    init(_ stamp: Skein_Stamp) throws(LogFault) {
        robot = try LogCheck.node(stamp.robot, "stamp.robot")
        at = try LogCheck.instant(stamp.localNs, "stamp.local_ns")
        mesh = stamp.hasMesh ? try MeshTime(stamp.mesh) : nil
    }
}

extension MeshTime {
    var schema: Skein_MeshTime {
        var time = Skein_MeshTime()
        time.timeNs = nanoseconds
        time.boundNs = boundNanoseconds
        time.root = UInt32(root.number)
        time.term = term
        time.own = isOwn
        return time
    }

    init(_ time: Skein_MeshTime) throws(LogFault) {
        self.init(
            root: try LogCheck.node(time.root, "mesh.root"), term: time.term,
            nanoseconds: try LogCheck.checked(time.timeNs, "mesh.time_ns"),
            boundNanoseconds: try LogCheck.checked(time.boundNs, "mesh.bound_ns"), isOwn: time.own)
    }
}
