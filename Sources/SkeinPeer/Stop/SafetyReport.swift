import SkeinWire

/// Who stands, as far as one robot knows: what `skein stop` and `skein stop --status` show. Of other robots only their own
/// signed receipts count, and those go to whoever issued the stop or the release; another robot tells of itself alone.
package struct SafetyReport: Hashable, Sendable {
    /// What one robot has said.
    package enum Answer: UInt8, CaseIterable, Sendable {
        /// It stands, and has said so.
        case stands = 1
        /// It has said that no stop holds it.
        case goesOn = 2
        /// No word from it yet.
        case waiting = 3
        /// Asked again, and no word from it. A late one corrects this.
        case unreachable = 4
    }

    package struct Robot: Hashable, Sendable {
        package var id: NodeID
        package var name: String
        package var answer: Answer
        /// From the command to its first receipt of it; nil: none came.
        package var after: Duration?

        package init(id: NodeID, name: String, answer: Answer, after: Duration?) {
            self.id = id
            self.name = name
            self.answer = answer
            self.after = after
        }
    }

    /// What this robot has issued last, and awaits receipts for.
    package struct Issued: Hashable, Sendable {
        package var name: StopStatement.Name
        package var isRelease: Bool
        package init(name: StopStatement.Name, isRelease: Bool) {
            self.name = name
            self.isRelease = isRelease
        }
    }

    /// Of each list; of more, the first are told.
    package static let robotsMax = 512
    package static let activeMax = 256

    package var robot: NodeID
    package var isStopped: Bool
    /// All that this robot obeys has reached its disk.
    package var isPersisted: Bool
    /// The highest number it knows of anybody; 0: none was ever issued.
    package var numberMax: UInt32
    /// The stops in force, ascending.
    package var active: [StopStatement.Name]
    /// Nil: this robot has issued nothing that still counts.
    package var issued: Issued?
    /// Ascending. Every member if this robot has issued something, else itself alone.
    package var robots: [Robot]

    package init(
        robot: NodeID, isStopped: Bool, isPersisted: Bool, numberMax: UInt32, active: [StopStatement.Name],
        issued: Issued?, robots: [Robot]
    ) {
        self.robot = robot
        self.isStopped = isStopped
        self.isPersisted = isPersisted
        self.numberMax = numberMax
        self.active = active
        self.issued = issued
        self.robots = robots
    }
}
