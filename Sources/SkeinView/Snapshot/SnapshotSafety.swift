import SkeinWire

extension Snapshot {
    /// Who stands. Every word of it rests on what robots have said themselves.
    package struct Safety: Hashable, Sendable {
        package enum State: Hashable, Sendable, CaseIterable {
            /// No stop is in force, as far as is known.
            case moving
            /// A stop is in force.
            case stopped
            case unknown
        }

        /// What one robot has said of the stop.
        package enum Answer: Hashable, Sendable, CaseIterable {
            case stands, goesOn, waiting, unreachable
            /// It was not asked by anybody who tells.
            case unknown
        }

        package struct Line: Hashable, Sendable {
            package var robot: NodeID
            package var name: String
            package var answer: Answer
            /// From the command to its answer.
            package var after: Duration?
            /// Since it said so; nil: it has not.
            package var age: Duration?

            package init(robot: NodeID, name: String, answer: Answer, after: Duration? = nil, age: Duration? = nil) {
                self.robot = robot
                self.name = name
                self.answer = answer
                self.after = after
                self.age = age
            }
        }

        /// A stop in force.
        package struct Stop: Hashable, Sendable {
            /// By which it is released.
            package var number: UInt32
            package var issuerName: String
            package var age: Duration?

            package init(number: UInt32, issuerName: String, age: Duration? = nil) {
                self.number = number
                self.issuerName = issuerName
                self.age = age
            }
        }

        package var state: State
        package var stops: [Stop] = []
        /// Ascending.
        package var lines: [Line] = []
        /// More about it, in order: the geofence, the dead-man, what is on the disk.
        package var details: [MissionFigure] = []

        package init(state: State) { self.state = state }

        package var standing: Int { lines.count { $0.answer == .stands } }
        /// Who was asked and has said nothing.
        package var unanswered: [Line] { lines.filter { $0.answer == .waiting || $0.answer == .unreachable } }
    }
}
