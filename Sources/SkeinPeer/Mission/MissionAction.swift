import SkeinTasks
import SkeinWire

/// What the mission wants done; the peer carries it out in order.
enum MissionAction {
    case actuate(Setpoint)
    /// A camera robot's task of this step: the ledger splits it, validates what helpers answer, and says how it ended
    /// (`MissionRunner.taskEnded`) before the next step begins.
    case submit(step: UInt32, NavigationTask)
    /// To broadcast at once on the data band: it speaks of now.
    case fixes(Fixes)
    /// To flood.
    case sighting(Sighting)
    case record(Event)
}
