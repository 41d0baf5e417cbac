import SkeinWire

extension Snapshot {
    /// What the air is used for: by one robot, or by all that tell.
    package struct Radio: Hashable, Sendable {
        package struct BandLine: Hashable, Sendable {
            package var band: Band
            /// Of the time the channel is taken, by anybody, 0…1; nil: the radio does not say.
            package var busyFraction: Double?
            /// Of the time this robot, or the busiest of those that tell, transmits, 0…1.
            package var ownFraction: Double?
            package var neighbours: Int?
            package var sentBytesPerSecond: Double
            package var receivedBytesPerSecond: Double
            /// Earlier values of `busyFraction`, or else of `ownFraction`, the latest last.
            package var history: [Double] = []

            package init(band: Band, sentBytesPerSecond: Double, receivedBytesPerSecond: Double) {
                self.band = band
                self.sentBytesPerSecond = sentBytesPerSecond
                self.receivedBytesPerSecond = receivedBytesPerSecond
            }
        }

        package struct ClassLine: Hashable, Sendable {
            package var trafficClass: TrafficClass
            package var sentBytesPerSecond: Double
            /// Nil: received bytes are not told by class.
            package var receivedBytesPerSecond: Double?
            /// Since the robot's start.
            package var sentBytes: UInt64
            package var receivedBytes: UInt64?
            /// Of the time, 0…1; nil: not known.
            package var airtimeFraction: Double?

            package init(
                trafficClass: TrafficClass, sentBytesPerSecond: Double, receivedBytesPerSecond: Double? = nil,
                sentBytes: UInt64, receivedBytes: UInt64? = nil, airtimeFraction: Double? = nil
            ) {
                self.trafficClass = trafficClass
                self.sentBytesPerSecond = sentBytesPerSecond
                self.receivedBytesPerSecond = receivedBytesPerSecond
                self.sentBytes = sentBytes
                self.receivedBytes = receivedBytes
                self.airtimeFraction = airtimeFraction
            }
        }

        /// Datagrams that were not taken, for one reason.
        package struct DropLine: Hashable, Sendable {
            package var reason: String
            package var count: UInt64
            /// Lately; nil: not known.
            package var perSecond: Double?
            package var severity: Severity

            package init(reason: String, count: UInt64, perSecond: Double? = nil, severity: Severity = .calm) {
                self.reason = reason
                self.count = count
                self.perSecond = perSecond
                self.severity = severity
            }
        }

        /// Whose: `r7`, `20 robots`.
        package var whose: String
        /// Of the air that keeping the mesh together takes, 0…1, and what it may take.
        package var controlFraction: Double?
        package var controlFractionMax: Double?
        package var controlHistory: [Double] = []
        package var bands: [BandLine] = []
        package var classes: [ClassLine] = []
        package var drops: [DropLine] = []
        package var age: Duration = .zero

        package init(whose: String) { self.whose = whose }
    }
}
