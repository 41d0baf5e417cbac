import SkeinLinux
import SkeinWorld

/// What came of a laboratory run: the figures of the simulator, and what only processes have.
package struct LabResult: Sendable {
    package struct Process: Sendable {
        package enum Part: String, Sendable { case peer, medium, arena }

        package var name: String
        package var part: Part
        package var pid: Int32
        /// Largest of the readings, one a second.
        package var residentBytes: Int
        /// Of one processor, over its whole life.
        package var processorFraction: Double
        /// The same, from when it was there until the mission began; nil: no such span, or shorter than a second.
        package var idleProcessorFraction: Double?
    }

    package var run: RunResult
    package var processes: [Process]
    package var mediumLateness: Lateness
    package var arenaLateness: Lateness
    package var airDrops: LabFrame.AirDrops
    /// Sensor readings that peers had no room for.
    package var readingsDropped: Int
    /// Events that daemons could not tell in time: with any, the figures miss something.
    package var eventsLost: Int
    /// Where keys, configurations, logs and recordings were kept; nil: removed.
    package var folder: String?
}
