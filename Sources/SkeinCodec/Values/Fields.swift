import SkeinPeer
import SkeinTasks
import SkeinWire

// The field and the rules of a mission.

extension FieldPolygon: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u16(UInt16(points.count))
        for point in points {
            writer.double(point.xMeters)
            writer.double(point.yMeters)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let count = Int(try reader.u16())
        guard count <= Self.pointsMax else { throw .tooMany(.entries, count: count, limit: Self.pointsMax) }
        var points: [FieldPoint] = []
        for _ in 0..<count {
            points.append(FieldPoint(xMeters: try reader.double(), yMeters: try reader.double()))
        }
        self.init(points: points)
    }
}

extension FieldShape: Coded {
    private enum Kind: UInt8 {
        case polygon = 1
        case circle = 2
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .polygon(let polygon):
            writer.raw(Kind.polygon)
            polygon.write(to: &writer)
        case .circle(let circle):
            writer.raw(Kind.circle)
            writer.double(circle.centre.xMeters)
            writer.double(circle.centre.yMeters)
            writer.double(circle.radiusMeters)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .polygon: self = .polygon(try FieldPolygon(reading: &reader))
        case .circle:
            let centre = FieldPoint(xMeters: try reader.double(), yMeters: try reader.double())
            self = .circle(FieldCircle(centre: centre, radiusMeters: try reader.double()))
        }
    }
}

extension MissionRules.LinkLoss: Coded {
    private enum Kind: UInt8 {
        case stop = 1
        case returnHome = 2
        case proceed = 3
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .stop: writer.raw(Kind.stop)
        case .returnHome: writer.raw(Kind.returnHome)
        case .proceed(let span):
            writer.raw(Kind.proceed)
            span.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .stop: self = .stop
        case .returnHome: self = .returnHome
        case .proceed: self = .proceed(for: try Duration(reading: &reader))
        }
    }
}

extension MissionRules.Action: Coded {
    package func write(to writer: inout ByteWriter) {
        switch self {
        case .proceed: writer.u8(0)
        case .stop: writer.u8(1)
        case .returnHome: writer.u8(2)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.u8() {
        case 0: self = .proceed
        case 1: self = .stop
        case 2: self = .returnHome
        default: throw .unknown(.kind)
        }
    }
}

extension SearchRule: Coded {
    package func write(to writer: inout ByteWriter) {
        switch self {
        case .skein: writer.u8(0)
        case .pso: writer.u8(1)
        case .walk: writer.u8(2)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.u8() {
        case 0: self = .skein
        case 1: self = .pso
        case 2: self = .walk
        default: throw .unknown(.kind)
        }
    }
}
