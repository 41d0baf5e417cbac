import SkeinWire

extension Snapshot {
    /// Two robots that hear each other.
    package struct Link: Hashable, Sendable {
        package var from: NodeID
        package var to: NodeID
        package var band: Band
        /// Nil: only that it is there is known.
        package var bitsPerSecondPerHz: Double?
        /// One is the other's parent on the way to the root.
        package var isTree: Bool
        /// Between a member and its leader.
        package var isSubgroup: Bool
        package var age: Duration

        package init(
            from: NodeID, to: NodeID, band: Band, bitsPerSecondPerHz: Double? = nil, isTree: Bool = false,
            isSubgroup: Bool = false, age: Duration = .zero
        ) {
            self.from = from
            self.to = to
            self.band = band
            self.bitsPerSecondPerHz = bitsPerSecondPerHz
            self.isTree = isTree
            self.isSubgroup = isSubgroup
            self.age = age
        }
    }

    /// Something that robots go to.
    package struct Target: Hashable, Sendable {
        package enum Kind: Hashable, Sendable, CaseIterable {
            /// Cameras see it.
            case physical
            /// Robots smell it: the virtual source.
            case source
            /// A place.
            case waypoint
        }

        package var kind: Kind
        package var name: String
        package var place: Known<Place>
        /// Who is nearer has arrived; nil: not known.
        package var arrivalRadiusMeters: Double?

        package init(kind: Kind, name: String, place: Known<Place>, arrivalRadiusMeters: Double? = nil) {
            self.kind = kind
            self.name = name
            self.place = place
            self.arrivalRadiusMeters = arrivalRadiusMeters
        }
    }

    /// What the robots move in.
    package struct Field: Hashable, Sendable {
        package var xMetersMin: Double
        package var xMetersMax: Double
        package var yMetersMin: Double
        package var yMetersMax: Double
        package var walls: [Wall] = []

        package init(xMetersMin: Double, xMetersMax: Double, yMetersMin: Double, yMetersMax: Double) {
            precondition(xMetersMax > xMetersMin && yMetersMax > yMetersMin, "a field of no area")
            self.xMetersMin = xMetersMin
            self.xMetersMax = xMetersMax
            self.yMetersMin = yMetersMin
            self.yMetersMax = yMetersMax
        }

        package var widthMeters: Double { xMetersMax - xMetersMin }
        package var heightMeters: Double { yMetersMax - yMetersMin }
    }

    /// Something that stops radio or robots: a straight piece of it.
    package struct Wall: Hashable, Sendable {
        package var from: Place
        package var to: Place

        package init(from: Place, to: Place) {
            self.from = from
            self.to = to
        }
    }
}
