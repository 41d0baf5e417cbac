import SkeinCodec
import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// A recording holds every setting of the peer: one that was forgotten would be its default in the replay.
struct ConfigTests {
    /// The stored properties, in order, by path; those of nested settings under their own.
    private func leaves(_ value: Any, under path: String = "") -> [(path: String, value: String)] {
        Mirror(reflecting: value).children.flatMap { child -> [(path: String, value: String)] in
            let name = path.isEmpty ? child.label ?? "?" : "\(path).\(child.label ?? "?")"
            let isGroup =
                Mirror(reflecting: child.value).displayStyle == .struct && !(child.value is Duration)
                && !Mirror(reflecting: child.value).children.isEmpty && !(child.value is any BinaryInteger)
                && !(child.value is any BinaryFloatingPoint) && !(child.value is Bool)
            return isGroup ? leaves(child.value, under: name) : [(path: name, value: text(child.value))]
        }
    }

    /// Everything that makes a value another one. A span's own text is rounded, wherever it stands.
    private func text(_ value: Any) -> String {
        if let span = value as? Duration { return "\(span.components)" }
        let parts = Mirror(reflecting: value).children
        if parts.isEmpty { return String(reflecting: value) }
        return "(" + parts.map { "\($0.label ?? ""): \(text($0.value))" }.joined(separator: ", ") + ")"
    }

    /// One in which no list is empty: then the last bit of a list is a bit of what it holds.
    private var full: PeerConfig {
        var config = PeerConfig()
        let corner = FieldPoint(xMeters: 1.5, yMeters: -2)
        let box = FieldPolygon(low: corner, high: FieldPoint(xMeters: 3, yMeters: 4))
        config.mission.field.inclusions = [.polygon(box)]
        config.mission.field.exclusions = [.circle(FieldCircle(centre: corner, radiusMeters: 2)), .polygon(box)]
        config.mission.field.obstacles = [box, box]
        return config
    }

    @Test func `every setting is in the table, in the order of its declaration`() {
        let expected = leaves(PeerConfig()).map(\.path)
        let found = ConfigField.all.map(\.path)
        #expect(expected == found, "missing \(expected.filter { !found.contains($0) })")
        #expect(found.count > 100)
    }

    @Test func `a setting that differs by the last bit comes back so, and no other`() throws {
        let config = full
        let bytes = config.coded
        let original = leaves(config)
        var end = 8
        for (index, field) in ConfigField.all.enumerated() {
            end += field.bytes(of: config).count
            var bent = bytes
            bent[end - 1] ^= 1
            let other = try PeerConfig(coded: bent)
            let changed = zip(original, leaves(other)).filter { $0.value != $1.value }.map { $0.0.path }
            #expect(changed == [field.path], "field \(index)")
            #expect(other.coded == bent)
        }
        #expect(end == bytes.count)
    }

    @Test func `lists of the field come back whole, and one too long is refused`() throws {
        let config = full
        let other = try PeerConfig(coded: config.coded)
        #expect(other.mission.field == config.mission.field)
        #expect(other.coded == config.coded)
        var bytes = FieldPolygon(points: []).coded
        bytes[1] = UInt8(FieldPolygon.pointsMax + 1)
        #expect(throws: (any Error).self) { try FieldPolygon(coded: bytes) }
    }

    @Test func `settings that no peer can be made with are refused`() throws {
        var spans = PeerConfig()
        spans.mesh.beaconIntervalMin = .zero
        var counts = PeerConfig()
        counts.mesh.silentIntervalsMax = 4_000_000_000
        var band = PeerConfig()
        band.cloud.bandwidthMHz = 0
        var share = PeerConfig()
        share.cloud.partPercent = -1
        var power = PeerConfig()
        power.radio.usablePowerMinDBm = -1e12
        for config in [spans, counts, band, share, power] {
            #expect(throws: WireError.invalid(.number)) { try PeerConfig(coded: config.coded) }
        }
    }

    @Test func `a configuration cut short or of another program is refused`() {
        let bytes = PeerConfig().coded
        for length in 0..<bytes.count {
            #expect(throws: WireError.truncated) { try PeerConfig(coded: Array(bytes[..<length])) }
        }
        var other = bytes
        other[0] ^= 1
        #expect(throws: WireError.unknown(.version)) { try PeerConfig(coded: other) }
    }
}
