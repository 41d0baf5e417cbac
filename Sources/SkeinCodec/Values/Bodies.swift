import SkeinPeer
import SkeinWire

// What a peer is told of its own robot, and what it tells the motors.

extension CPUSample: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(idlePercent)
        writer.double(neededPercent)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(idlePercent: try reader.double(), neededPercent: try reader.double())
    }
}

extension SensorReading.Detection: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.double(bearingRadians)
        writer.double(pixelHeight)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            robot: try reader.node(), bearingRadians: try reader.double(), pixelHeight: try reader.double())
    }
}

extension SensorReading.Range: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(bearingRadians)
        writer.double(halfAngleRadians)
        writer.double(meters)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            bearingRadians: try reader.double(), halfAngleRadians: try reader.double(), meters: try reader.double())
    }
}

extension SensorReading: Coded {
    /// Robots found in one frame.
    package static let detectionsMax = 1_024

    /// Which of the optional fields follow, a bit each.
    private enum Part {
        static let compass: UInt16 = 1
        static let satellite: UInt16 = 2
        static let smell: UInt16 = 4
        static let detections: UInt16 = 8
        static let target: UInt16 = 16
        static let ranges: UInt16 = 32
        static let battery: UInt16 = 64
        static let satelliteSigma: UInt16 = 128
        /// Of compass, satellite and frame, all three.
        static let ages: UInt16 = 256
        static let all: UInt16 = 511
    }

    package func write(to writer: inout ByteWriter) {
        interval.write(to: &writer)
        writer.double(speedMetersPerSecond)
        writer.double(turnRadiansPerSecond)
        var parts: UInt16 = 0
        if compassRadians != nil { parts |= Part.compass }
        if satelliteMeters != nil { parts |= Part.satellite }
        if smellPerMeter != nil { parts |= Part.smell }
        if detections != nil { parts |= Part.detections }
        if target != nil { parts |= Part.target }
        if ranges != nil { parts |= Part.ranges }
        if batteryFraction != nil { parts |= Part.battery }
        if satelliteSigmaMeters != nil { parts |= Part.satelliteSigma }
        let isLate = compassAge != .zero || satelliteAge != .zero || frameAge != .zero
        if isLate { parts |= Part.ages }
        writer.u16(parts)
        if let compassRadians { writer.double(compassRadians) }
        if let satelliteMeters {
            writer.double(satelliteMeters.x)
            writer.double(satelliteMeters.y)
        }
        if let smellPerMeter { writer.double(smellPerMeter) }
        if let detections { writer.list(detections, limit: Self.detectionsMax) }
        target?.write(to: &writer)
        if let ranges { writer.list(ranges, limit: Range.countMax) }
        if let batteryFraction { writer.double(batteryFraction) }
        if let satelliteSigmaMeters { writer.double(satelliteSigmaMeters) }
        guard isLate else { return }
        compassAge.write(to: &writer)
        satelliteAge.write(to: &writer)
        frameAge.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let interval = try Duration(reading: &reader)
        let speed = try reader.double()
        let turn = try reader.double()
        let parts = try reader.u16()
        guard parts & ~Part.all == 0 else { throw .invalid(.kind) }
        self.init(
            interval: interval, speedMetersPerSecond: speed, turnRadiansPerSecond: turn,
            compassRadians: parts & Part.compass != 0 ? try reader.double() : nil,
            satelliteMeters: parts & Part.satellite != 0 ? (x: try reader.double(), y: try reader.double()) : nil,
            smellPerMeter: parts & Part.smell != 0 ? try reader.double() : nil,
            detections: parts & Part.detections != 0
                ? try reader.list(of: Detection.self, limit: Self.detectionsMax) : nil,
            target: parts & Part.target != 0 ? try Detection(reading: &reader) : nil)
        if parts & Part.ranges != 0 { ranges = try reader.list(of: Range.self, limit: Range.countMax) }
        if parts & Part.battery != 0 { batteryFraction = try reader.double() }
        if parts & Part.satelliteSigma != 0 { satelliteSigmaMeters = try reader.double() }
        guard parts & Part.ages != 0 else { return }
        compassAge = try Duration(reading: &reader)
        satelliteAge = try Duration(reading: &reader)
        frameAge = try Duration(reading: &reader)
    }
}

extension Setpoint: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(speedMetersPerSecond)
        writer.double(turnRadiansPerSecond)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(speedMetersPerSecond: try reader.double(), turnRadiansPerSecond: try reader.double())
    }
}

extension RobotRole: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.flag(carriesCamera)
        writer.flag(carriesSatelliteReceiver)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(carriesCamera: try reader.flag(), carriesSatelliteReceiver: try reader.flag())
    }
}

extension StartPose: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.double(xMeters)
        writer.double(yMeters)
        writer.double(headingRadians)
        writer.double(positionSigmaMeters)
        writer.double(headingSigmaRadians)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            xMeters: try reader.double(), yMeters: try reader.double(), headingRadians: try reader.double(),
            positionSigmaMeters: try reader.double(), headingSigmaRadians: try reader.double())
    }
}

extension StateRecord: Coded {
    /// An order with all its inputs or results, twice over.
    package static let bytesMax = 65_535

    package func write(to writer: inout ByteWriter) {
        writer.u64(key)
        writer.flag(bytes != nil)
        if let bytes { writer.blob(bytes, limit: Self.bytesMax) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(key: try reader.u64(), bytes: try reader.flag() ? try reader.blob(limit: Self.bytesMax) : nil)
    }
}
