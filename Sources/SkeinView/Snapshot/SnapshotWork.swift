import SkeinWire

extension Snapshot {
    /// A task, job or stream, as its requester knows it.
    package struct Work: Hashable, Sendable {
        /// How it stands.
        package enum State: Hashable, Sendable, CaseIterable {
            case accepted, running, done, failed, cancelled
        }

        /// Where it is computed.
        package enum Placing: Hashable, Sendable, CaseIterable {
            case undecided
            /// All of it on its own robot.
            case local
            /// All of it elsewhere.
            case offloaded
            /// Some here, some elsewhere.
            case mixed
        }

        /// As a person names it: `r3:17`, a job's number.
        package var key: String
        package var kernel: String
        package var owner: NodeID
        package var ownerName: String
        package var state: State
        /// In words, where there is more to say than the state.
        package var stateWords = ""
        package var severity = Severity.calm
        package var placing = Placing.undecided
        /// Why there: `local finish 120 ms, offloaded 40 ms`.
        package var why = ""
        /// Who computes for it, by name, without its owner.
        package var workers: [String] = []
        package var partsDone: Int
        package var parts: Int
        /// Negative: it is past; nil: none.
        package var deadlineLeft: Duration?
        package var age: Duration = .zero
        /// More about it for the detail page, in order.
        package var details: [MissionFigure] = []

        package init(
            key: String, kernel: String, owner: NodeID, ownerName: String, state: State, partsDone: Int, parts: Int
        ) {
            self.key = key
            self.kernel = kernel
            self.owner = owner
            self.ownerName = ownerName
            self.state = state
            self.partsDone = partsDone
            self.parts = parts
        }
    }
}
