import SkeinWire

/// What a person has made of the screen: which panel, what is selected, sorted, left out. Kept apart from the snapshot:
/// keys change it, drawing reads it.
package struct ViewState: Hashable, Sendable {
    package enum Panel: Int, Hashable, Sendable, CaseIterable {
        case peers = 1
        case map, tasks, radio, events, safety, mission

        package var name: String {
            switch self {
            case .peers: "peers"
            case .map: "map"
            case .tasks: "tasks"
            case .radio: "radio"
            case .events: "events"
            case .safety: "safety"
            case .mission: "mission"
            }
        }

        /// By which it is called up.
        package var key: String { self == .mission ? "m" : "\(rawValue)" }
    }

    /// What covers the panels.
    package enum Page: Hashable, Sendable {
        case robot(NodeID)
        case work(String)
        case help
    }

    /// What is being typed.
    package enum Prompt: Hashable, Sendable {
        case filter(String)
        case command(String)
        case release(String)

        package var text: String {
            switch self {
            case .filter(let text), .command(let text), .release(let text): text
            }
        }

        func with(_ text: String) -> Prompt {
            switch self {
            case .filter: .filter(text)
            case .command: .command(text)
            case .release: .release(text)
            }
        }
    }

    /// A word to whoever sits there, for a while.
    package struct Message: Hashable, Sendable {
        package var text: String
        package var severity: Severity
        package var until: Instant
    }

    /// The one that keys act on.
    package var panel = Panel.peers
    /// It has the screen for itself; else as many are shown as there is room for.
    package var isWhole = false
    package var page: Page?
    /// Lines above what is shown of a page, of the radio panel, of the safety panel.
    package var top = 0
    package var prompt: Prompt?
    /// What a robot's, a task's, an event's line must contain to be shown; empty: all are.
    package var filter = ""
    package var selectedRobot: NodeID?
    package var selectedWork: String?
    /// Lines that the latest event is below the last one shown.
    package var eventsBack = 0
    package var peerOrder = PeerOrder.trouble
    package var workOrder = WorkOrder.trouble
    package var isReversed = false
    /// Of the map: how many times larger than the whole field, and what is in its middle, 0…1 of the field.
    package var zoom = 1
    package var middleX = 0.5
    package var middleY = 0.5
    package var refresh: Duration = .seconds(1)
    package var isPaused = false
    /// Since what is shown was so: paused, or nothing new has come.
    package var shownAge: Duration = .zero
    /// Nothing is released and nothing started from here. A stop always is: it can do no harm.
    package var isReadOnly: Bool
    package var message: Message?
    /// Ctrl-X again before then stops the fleet.
    package var stopArmedUntil: Instant?

    package static let refreshes: [Duration] = [
        .milliseconds(200), .milliseconds(500), .seconds(1), .seconds(2), .seconds(5), .seconds(10),
    ]
    package static let zoomMax = 16
    package static let promptTextMax = 200

    package init(isReadOnly: Bool, panel: Panel = .peers, isWhole: Bool = false) {
        self.isReadOnly = isReadOnly
        self.panel = panel
        self.isWhole = isWhole
    }
}
