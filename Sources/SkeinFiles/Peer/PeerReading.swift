import SkeinWire

/// A peer's configuration as read: the settings, who said each, and all that is wrong with them. Reading never stops at
/// the first fault: `skein config check` tells them all, a daemon starts with none.
package struct PeerReading: Sendable {
    /// Where the words come from, least first.
    package struct Sources: Sendable {
        package var configFile: String
        package var environment: [String: String]
        /// `section.key=value` each.
        package var flags: [String]
        /// What the defaults are made of.
        package var places: PeerPlaces
        /// What relative paths count from, `configFile` among them; nil leaves them as they are.
        package var workingFolder: String?

        package init(
            configFile: String, environment: [String: String], flags: [String], places: PeerPlaces,
            workingFolder: String? = nil
        ) {
            self.configFile = configFile
            self.environment = environment
            self.flags = flags
            self.places = places
            self.workingFolder = workingFolder
        }

        /// This process's; no file named is the one of its places.
        package static func mine(configFile: String?, flags: [String]) -> Sources {
            let places = PeerPlaces.mine()
            return Sources(
                configFile: configFile ?? places.configFile, environment: Environment.variables, flags: flags,
                places: places, workingFolder: InputFolder.current)
        }

        /// A relative path in a file counts from the folder of the configuration file; elsewhere from where we are.
        fileprivate func resolved(_ said: PeerLayers.Said) -> TomlValue {
            guard case .string(var path) = said.value, !path.hasPrefix("/") else { return said.value }
            switch said.origin {
            case .file: path = PeerSettings.file(path, in: PeerLayers.folder(of: configFile))
            case .preset, .variable, .flag: break
            }
            guard let workingFolder, !path.hasPrefix("/") else { return .string(path) }
            return .string(PeerSettings.file(path, in: workingFolder))
        }
    }

    /// Not to be flown with while there are errors.
    package private(set) var settings: PeerSettings
    /// Every key, in the schema's order.
    package private(set) var entries: [PeerEntry] = []
    package private(set) var kernels: [KernelEntry] = []
    package private(set) var errors: [FileError]
    /// The files that were read, in their order.
    package let files: [String]
    /// Whether there was a configuration file at all.
    package let isRead: Bool

    package static func read(_ sources: Sources) -> PeerReading {
        var layers = PeerLayers()
        layers.readFiles(sources.configFile)
        layers.take(environment: sources.environment)
        for flag in sources.flags { layers.take(flag: flag) }
        return PeerReading(layers, sources)
    }

    /// One file's text alone, as if it lay at `path`.
    package init(text: String, path: String, places: PeerPlaces) {
        var layers = PeerLayers()
        layers.take(text: text, path: path)
        self.init(layers, Sources(configFile: path, environment: [:], flags: [], places: places))
    }

    private init(_ layers: PeerLayers, _ sources: Sources) {
        var places = sources.places
        // The other files' defaults lie in the state folder, wherever that is.
        if let text = layers.said["state.folder"].flatMap({ sources.resolved($0).asText }) {
            places.stateFolder = text
        }
        settings = PeerSettings(places: places)
        files = layers.files
        isRead = !layers.isUnread
        errors = layers.errors
        for key in PeerSchema.keys {
            guard let said = layers.said[key.path] else { continue }
            key.set(&settings, key.isPath ? sources.resolved(said) : said.value)
        }
        kernels = layers.kernels.all.map { said in
            let spec = said.spec { path in
                sources.resolved(.init(value: .string(path), origin: said.origin)).asText ?? path
            }
            return KernelEntry(spec: spec, origin: said.origin, said: Array(said.values.keys))
        }
        settings.kernels = kernels.map(\.spec)
        for key in PeerSchema.keys {
            let origin = layers.said[key.path]?.origin ?? .preset
            let isMissing = key.isNeeded && origin == .preset
            entries.append(PeerEntry(key: key, value: isMissing ? nil : key.get(settings), origin: origin))
        }
        errors += PeerRules(settings: settings, layers: layers, configFile: sources.configFile).complaints()
    }

    /// The settings, or everything that is wrong.
    package func valid() throws(FileErrors) -> PeerSettings {
        guard errors.isEmpty else { throw FileErrors(all: errors) }
        return settings
    }

    package func entry(_ path: String) -> PeerEntry? { entries.first { $0.key.path == path } }

    /// What is wrong with a value, told where it was said: for whoever finds it out later, as that an interface is not
    /// there.
    package func fault(_ path: String, _ message: String) -> FileError {
        let section = entry(path)?.key.section ?? ""
        return (entry(path)?.origin ?? .preset).fault("[\(section)] \(message)")
    }

    /// Interfaces that are named but not there, out of those that are.
    package func absences(interfaces: [String]) -> [FileError] {
        [("radio.control.interface", settings.control), ("radio.data.interface", settings.data)]
            .compactMap { path, band in
                guard band.transport != .medium, let name = band.interface, !interfaces.contains(name) else {
                    return nil
                }
                return fault(
                    path, "interface: \"\(name)\" is not there; \(MachineInterfaces.phrase(interfaces))")
            }
    }
}
