import SkeinPeer
import SkeinWire

extension LinkAddress: Coded {
    package func write(to writer: inout ByteWriter) { writer.u64(number) }
    package init(reading reader: inout ByteReader) throws(WireError) { self.init(try reader.u64()) }
}

extension Signal: Coded {
    private enum Kind: UInt8 { case none, measured, power, throughput }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .none: writer.raw(Kind.none)
        case .measured(let powerDBm, let noiseDBm):
            writer.raw(Kind.measured)
            writer.double(powerDBm)
            writer.double(noiseDBm)
        case .power(let dBm):
            writer.raw(Kind.power)
            writer.double(dBm)
        case .throughput(let bitsPerSecond):
            writer.raw(Kind.throughput)
            writer.double(bitsPerSecond)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .none: self = .none
        case .measured: self = .measured(powerDBm: try reader.double(), noiseDBm: try reader.double())
        case .power: self = .power(dBm: try reader.double())
        case .throughput: self = .throughput(bitsPerSecond: try reader.double())
        }
    }
}

extension Reception: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.raw(band)
        from.write(to: &writer)
        signal.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            band: try reader.raw(Band.self, .band), from: try LinkAddress(reading: &reader),
            signal: try Signal(reading: &reader))
    }
}
