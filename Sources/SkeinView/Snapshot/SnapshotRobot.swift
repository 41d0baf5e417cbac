import SkeinWire

extension Snapshot {
    /// One robot, as the source knows it. `heard` is how old its own word is; a value with an age of its own may be
    /// older.
    package struct Robot: Hashable, Sendable {
        package var id: NodeID
        package var name: String
        package var role = Role.unknown
        /// In a word or two: `ok`, `silent`, `stopped`, `no way`, `left`.
        package var state: String
        package var severity = Severity.calm
        /// What is wrong, the worst first, each a short sentence; empty: nothing.
        package var troubles: [String] = []
        /// Radios between the robot whose eyes these are, or the root, and it; 0: itself; nil: no way.
        package var hops: Int?
        /// The neighbour that a message to it goes to.
        package var next: NodeID?
        /// How it is heard; nil: it is no neighbour.
        package var link: RadioLink?
        /// Since its last word to anybody who tells; nil: never heard.
        package var heard: Duration?
        /// Of one processor, 0…1 and more.
        package var idle: Known<Double>?
        /// What its leader has granted it of others', 0…1 and more.
        package var granted: Known<Double>?
        package var temperatureCelsius: Known<Double>?
        /// 0…1.
        package var battery: Known<Double>?
        package var version: String?
        package var place: Known<Place>?
        /// Itself: it leads; nil: nobody, or not known.
        package var leader: NodeID?
        /// Index in `targets` of where it is going; nil: nowhere, or not known.
        package var target: Int?
        package var carriesCamera = false
        package var hasArrived = false
        package var isFailing = false
        /// Nobody home: switched off, left, or silent for good.
        package var isOff = false
        /// More about it for the detail page, in order.
        package var details: [MissionFigure] = []

        package init(id: NodeID, name: String, state: String, severity: Severity = .calm) {
            self.id = id
            self.name = name
            self.state = state
            self.severity = severity
        }
    }

    /// How well a neighbour is heard.
    package struct RadioLink: Hashable, Sendable {
        /// What the reading rests on, the surest first.
        package enum Estimator: Hashable, Sendable, CaseIterable {
            /// Signal and noise are measured.
            case measured
            /// Signal is, noise is assumed.
            case assumedFloor
            /// What the driver says it gets through.
            case throughput
            /// What gets through of what was sent.
            case probed
            /// The medium's own word: a simulation.
            case exact
        }

        package var estimator: Estimator
        package var bitsPerSecondPerHz: Double
        package var snrDecibels: Double?
        /// Of its words the part that gets through, 0…1.
        package var deliveredFraction: Double?
        package var band: Band
        package var age: Duration
        /// Earlier values of `bitsPerSecondPerHz`, the latest last; at most `historyMax` are drawn.
        package var history: [Double] = []

        package static let historyMax = 32

        package init(estimator: Estimator, bitsPerSecondPerHz: Double, band: Band, age: Duration) {
            self.estimator = estimator
            self.bitsPerSecondPerHz = bitsPerSecondPerHz
            self.band = band
            self.age = age
        }
    }

    /// Where a robot is by its own estimate.
    package struct Place: Hashable, Sendable {
        package var xMeters: Double
        package var yMeters: Double
        /// Counterclockwise from the x axis; nil: not known.
        package var headingRadians: Double?

        package init(xMeters: Double, yMeters: Double, headingRadians: Double? = nil) {
            self.xMeters = xMeters
            self.yMeters = yMeters
            self.headingRadians = headingRadians
        }
    }
}
