import SkeinPeer
import SkeinWire

extension PlanStrategy: Coded {
    private var code: UInt8 {
        switch self {
        case .equal: 0
        case .surplus: 1
        case .uoc: 2
        case .skein: 3
        }
    }

    package func write(to writer: inout ByteWriter) { writer.u8(code) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let code = try reader.u8()
        guard let strategy = Self.allCases.first(where: { $0.code == code }) else { throw .unknown(.strategy) }
        self = strategy
    }
}

extension ResultCheckClass: Coded {
    private var code: UInt8 {
        switch self {
        case .acceptOne: 0
        case .spotCheck: 1
        case .quorum: 2
        }
    }

    package func write(to writer: inout ByteWriter) { writer.u8(code) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let code = try reader.u8()
        guard let check = Self.allCases.first(where: { $0.code == code }) else { throw .unknown(.kind) }
        self = check
    }
}

extension PeerConfig: Coded {
    /// Every property of `ConfigField.all`, after a word that stands for their order.
    package func write(to writer: inout ByteWriter) {
        writer.u64(ConfigField.layout)
        for field in ConfigField.all { field.write(self, &writer) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        guard try reader.u64() == ConfigField.layout else { throw .unknown(.version) }
        self.init()
        for field in ConfigField.all { try field.read(&self, &reader) }
        guard mission.invalidity == nil, radio.pathLossExponent > 0, cloud.bandwidthMHz > 0,
            cloud.rateMbpsPerPercent > 0, cloud.partPercent > 0, cloud.cpuCeilingPercent > 0
        else { throw .invalid(.number) }
    }
}
