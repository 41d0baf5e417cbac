import SkeinPeer
import SkeinWire

/// One key of a peer's configuration: what a file may say, and where it goes in `PeerSettings`. Reading, writing, showing
/// and comparing all go through this binding, so that none of them can forget a key.
package struct PeerKey: Sendable {
    /// When a changed value counts.
    package enum Change: Sendable {
        /// With SIGHUP.
        case live
        /// With the next start: it is built into sockets, files or the peer's state.
        case restart
    }

    /// What holds when nobody says it.
    enum Default: Sendable {
        /// What `PeerSettings.init` has; with words where the number alone would not tell a reader, or there is none.
        case value(String?)
        /// It must be said.
        case needed
    }

    /// Empty until its section takes it in.
    package var section = ""
    package let name: String
    package let kind: TomlSchema.Kind
    package let change: Change
    package let about: String
    let preset: Default
    /// Nil where the value is not there to be said, as a port where the air is emulated.
    let get: @Sendable (PeerSettings) -> TomlValue?
    /// The value fits the kind.
    let set: @Sendable (inout PeerSettings, TomlValue) -> Void

    /// `radio.control.port`.
    package var path: String { "\(section).\(name)" }

    /// `SKEIN_RADIO_CONTROL_PORT`.
    package var variable: String {
        PeerSchema.variablePrefix + path.uppercased().replacing(".", with: "_")
    }

    package var isNeeded: Bool {
        switch preset {
        case .needed: true
        case .value: false
        }
    }

    package var isPath: Bool {
        switch kind {
        case .path: true
        default: false
        }
    }
}

extension PeerKey {
    typealias Field<Value> = WritableKeyPath<PeerSettings, Value> & Sendable

    static func number(
        _ name: String, _ kind: TomlSchema.Kind, _ field: any Field<Double>, _ preset: Default = .value(nil),
        _ change: Change = .restart, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: kind, change: change, about: about, preset: preset, get: { .number($0[keyPath: field]) },
            set: { settings, value in value.asNumber.map { settings[keyPath: field] = $0 } })
    }

    /// Kept in another unit than the file's. Nothing is set by the number that is there already: reading back what was
    /// written changes no bit.
    static func converted(
        _ name: String, _ kind: TomlSchema.Kind, _ preset: Default = .value(nil), about: String,
        get: @escaping @Sendable (PeerSettings) -> Double, set: @escaping @Sendable (inout PeerSettings, Double) -> Void
    ) -> PeerKey {
        PeerKey(
            name: name, kind: kind, change: .restart, about: about, preset: preset,
            get: { .number(rounded(get($0))) },
            set: { settings, value in
                if let number = value.asNumber, number != rounded(get(settings)) { set(&settings, number) }
            })
    }

    static func degrees(
        _ name: String, _ kind: TomlSchema.Kind, _ field: any Field<Double>, _ preset: Default = .value(nil),
        about: String
    ) -> PeerKey {
        converted(
            name, kind, preset, about: about, get: { $0[keyPath: field] * 180 / .pi },
            set: { $0[keyPath: field] = $1 * .pi / 180 })
    }

    static func seconds(
        _ name: String, _ kind: TomlSchema.Kind, _ field: any Field<Duration>, about: String
    ) -> PeerKey {
        converted(
            name, kind, about: about, get: { $0[keyPath: field].inSeconds },
            set: { $0[keyPath: field] = .fromSeconds($1) })
    }

    static func integer(
        _ name: String, _ range: ClosedRange<Int>, _ field: any Field<Int>, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: .integer(range), change: .restart, about: about, preset: .value(nil),
            get: { .integer($0[keyPath: field]) },
            set: { settings, value in
                if case .integer(let number) = value { settings[keyPath: field] = number }
            })
    }

    static func flag(_ name: String, _ field: any Field<Bool>, about: String) -> PeerKey {
        PeerKey(
            name: name, kind: .flag, change: .restart, about: about, preset: .value(nil),
            get: { .bool($0[keyPath: field]) },
            set: { settings, value in
                if case .bool(let flag) = value { settings[keyPath: field] = flag }
            })
    }

    static func text(
        _ name: String, _ kind: TomlSchema.Kind, _ field: any Field<String>, _ preset: Default, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: kind, change: .restart, about: about, preset: preset,
            get: { .string($0[keyPath: field]) },
            set: { settings, value in
                if case .string(let text) = value { settings[keyPath: field] = text }
            })
    }

    static func optionalText(
        _ name: String, _ kind: TomlSchema.Kind, _ field: any Field<String?>, _ preset: Default, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: kind, change: .restart, about: about, preset: preset,
            get: { $0[keyPath: field].map { .string($0) } },
            set: { settings, value in
                if case .string(let text) = value { settings[keyPath: field] = text }
            })
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ field: any Field<Choice>, _ change: Change = .restart, about: String
    ) -> PeerKey {
        PeerKey(
            name: name, kind: .choice(Choice.allCases.map(\.rawValue)), change: change, about: about,
            preset: .value(nil),
            get: { .string($0[keyPath: field].rawValue) },
            set: { settings, value in
                if case .string(let word) = value, let choice = Choice(rawValue: word) {
                    settings[keyPath: field] = choice
                }
            })
    }

    /// To twelve digits: what a change of unit leaves in the sixteenth is nobody's wish.
    static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        var exponent = 0
        while abs(value) * power(exponent) < 1e11, exponent < 40 { exponent += 1 }
        let scale = power(exponent)
        return (value * scale).rounded() / scale
    }

    private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { scale, _ in scale * 10 } }
}
