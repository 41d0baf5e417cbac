/// What the live view draws: one moment of a field, in plain numbers.
package struct FieldSnapshot: Sendable {
    package struct Robot: Sendable {
        package var xMeters: Double
        package var yMeters: Double
        /// The robot it belongs to; its own number: it leads; nil: nobody.
        package var leader: Int?
        package var carriesCamera: Bool
        package var isUp: Bool
        package var hasArrived: Bool
        package var isFailing: Bool

        package init(
            xMeters: Double, yMeters: Double, leader: Int?, carriesCamera: Bool, isUp: Bool, hasArrived: Bool,
            isFailing: Bool
        ) {
            self.xMeters = xMeters
            self.yMeters = yMeters
            self.leader = leader
            self.carriesCamera = carriesCamera
            self.isUp = isUp
            self.hasArrived = hasArrived
            self.isFailing = isFailing
        }
    }

    /// A line beside the field.
    package struct Figure: Sendable {
        package var label: String
        package var value: String
        /// Worth a second look; said by a mark, and by colour where there is one.
        package var isAlarming: Bool

        package init(_ label: String, _ value: String, isAlarming: Bool = false) {
            self.label = label
            self.value = value
            self.isAlarming = isAlarming
        }
    }

    package struct Box: Sendable {
        package var xMetersMin: Double
        package var xMetersMax: Double
        package var yMetersMin: Double
        package var yMetersMax: Double

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

    package var title: String
    package var box: Box
    package var robots: [Robot]
    package var physicalTarget: (xMeters: Double, yMeters: Double)
    package var virtualTarget: (xMeters: Double, yMeters: Double)
    package var arrivalRadiusMeters: Double
    package var figures: [Figure]

    package init(
        title: String, box: Box, robots: [Robot], physicalTarget: (xMeters: Double, yMeters: Double),
        virtualTarget: (xMeters: Double, yMeters: Double), arrivalRadiusMeters: Double, figures: [Figure]
    ) {
        self.title = title
        self.box = box
        self.robots = robots
        self.physicalTarget = physicalTarget
        self.virtualTarget = virtualTarget
        self.arrivalRadiusMeters = arrivalRadiusMeters
        self.figures = figures
    }
}
