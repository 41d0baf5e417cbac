import SkeinPeer
import SkeinWire

// Work for registered kernels, as operators order it.

extension JobOrder.Input: Coded {
    private enum Kind: UInt8 { case object, output }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .object(let id, let bytes):
            writer.raw(Kind.object)
            id.write(to: &writer)
            bytes.write(to: &writer)
        case .output(let unit):
            writer.raw(Kind.output)
            unit.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .object: self = .object(try ObjectID(reading: &reader), bytes: try Int(reading: &reader))
        case .output: self = .output(of: try Int(reading: &reader))
        }
    }
}

extension JobOrder.Unit: Coded {
    /// Wider than what a peer takes, so that it can say itself that there are too many.
    static let inputsMax = 64

    package func write(to writer: inout ByteWriter) { writer.list(inputs, limit: Self.inputsMax) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(inputs: try reader.list(of: JobOrder.Input.self, limit: Self.inputsMax))
    }
}

extension JobOrder: Coded {
    /// As for inputs.
    static let unitsCodedMax = 2 * unitsMax
    static let inputsCodedMax = inputsMax + 1

    /// What fits a frame. Of inputs beyond the bound units have none, so that the peer refuses the order as it would have.
    private var told: [Unit] {
        var left = Self.inputsCodedMax
        return units.prefix(Self.unitsCodedMax).map { unit in
            let inputs = Array(unit.inputs.prefix(min(Unit.inputsMax, left)))
            left -= inputs.count
            return Unit(inputs: inputs)
        }
    }

    package func write(to writer: inout ByteWriter) {
        key.write(to: &writer)
        kernel.write(to: &writer)
        writer.list(told, limit: Self.unitsCodedMax)
        cost.write(to: &writer)
        span.write(to: &writer)
        writer.flag(isDurable)
        writer.flag(isHedged)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            key: try TaskKey(reading: &reader), kernel: try KernelName(reading: &reader),
            units: try Self.units(&reader), cost: try Duration(reading: &reader),
            span: try Duration(reading: &reader), isDurable: try reader.flag(), isHedged: try reader.flag())
    }

    private static func units(_ reader: inout ByteReader) throws(WireError) -> [Unit] {
        let units = try reader.list(of: Unit.self, limit: unitsCodedMax)
        let inputs = units.reduce(0) { $0 + $1.inputs.count }
        guard inputs <= inputsCodedMax else { throw .tooMany(.parts, count: inputs, limit: inputsCodedMax) }
        return units
    }
}

extension StreamOrder: Coded {
    package func write(to writer: inout ByteWriter) {
        key.write(to: &writer)
        kernel.write(to: &writer)
        cost.write(to: &writer)
        period.write(to: &writer)
        unitSpan.write(to: &writer)
        writer.flag(isHedged)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            key: try TaskKey(reading: &reader), kernel: try KernelName(reading: &reader),
            cost: try Duration(reading: &reader), period: try Duration(reading: &reader),
            unitSpan: try Duration(reading: &reader), isHedged: try reader.flag())
    }
}

extension JobRefusal: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case units = 1
        case inputs = 2
        case noObject = 3
        case span = 4
        case cost = 5
        case period = 6
        case otherOrder = 7
        case unknownKey = 8
        case tooManyOpen = 9
        case storeFull = 10
        case disk = 11
        case windowFull = 12
        case stillOpen = 13
        case left = 14
        case piece = 15
    }

    package func write(to writer: inout ByteWriter) {
        func put<Value: Coded>(_ kind: Kind, _ value: Value) {
            writer.raw(kind)
            value.write(to: &writer)
        }
        switch self {
        case .units(let count): put(.units, count)
        case .inputs(let unit): put(.inputs, unit)
        case .noObject(let unit): put(.noObject, unit)
        case .span(let span): put(.span, span)
        case .cost(let cost): put(.cost, cost)
        case .period(let period): put(.period, period)
        case .otherOrder: writer.raw(Kind.otherOrder)
        case .unknownKey: writer.raw(Kind.unknownKey)
        case .tooManyOpen: writer.raw(Kind.tooManyOpen)
        case .storeFull: writer.raw(Kind.storeFull)
        case .disk: writer.raw(Kind.disk)
        case .windowFull: writer.raw(Kind.windowFull)
        case .stillOpen: writer.raw(Kind.stillOpen)
        case .left: writer.raw(Kind.left)
        case .piece: writer.raw(Kind.piece)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .units: self = .units(count: try Int(reading: &reader))
        case .inputs: self = .inputs(unit: try Int(reading: &reader))
        case .noObject: self = .noObject(unit: try Int(reading: &reader))
        case .span: self = .span(try Duration(reading: &reader))
        case .cost: self = .cost(try Duration(reading: &reader))
        case .period: self = .period(try Duration(reading: &reader))
        case .otherOrder: self = .otherOrder
        case .unknownKey: self = .unknownKey
        case .tooManyOpen: self = .tooManyOpen
        case .storeFull: self = .storeFull
        case .disk: self = .disk
        case .windowFull: self = .windowFull
        case .stillOpen: self = .stillOpen
        case .left: self = .left
        case .piece: self = .piece
        }
    }
}

extension ObjectPiece: Coded {
    package func write(to writer: inout ByteWriter) {
        object.write(to: &writer)
        objectBytes.write(to: &writer)
        index.write(to: &writer)
        writer.blob(bytes, limit: ObjectBytes.pieceBytes)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            object: try ObjectID(reading: &reader), objectBytes: try Int(reading: &reader),
            index: try Int(reading: &reader), bytes: try reader.blob(limit: ObjectBytes.pieceBytes))
    }
}
