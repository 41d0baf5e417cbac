/// What was said of a peer's configuration, laid over each other: the file, `conf.d/*.toml` beside it by name, the
/// environment, the flags. The later word holds. Each value is checked by itself here; what belongs together is
/// `PeerRules`' business.
struct PeerLayers {
    struct Said {
        var value: TomlValue
        var origin: SettingOrigin
    }

    private(set) var said: [String: Said] = [:]
    private(set) var kernels = KernelLayers()
    private(set) var errors: [FileError] = []
    /// Keys that were said wrongly: they are not missing too.
    private(set) var faulty: Set<String> = []
    /// Where each table first begins: what it lacks is told there.
    private(set) var tablePlaces: [String: SettingOrigin] = [:]
    /// As they were read.
    private(set) var files: [String] = []
    /// Without its file a configuration lacks everything; that is said once.
    private(set) var isUnread = false

    /// More than this in `conf.d` is a mistake.
    static let filesMax = 256

    mutating func readFiles(_ configFile: String) {
        readConfig(configFile)
        do throws(FileError) {
            let names = try InputFolder.names(of: Self.folder(of: configFile) + "/conf.d")
            let drops = names.filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }
            guard drops.count <= Self.filesMax else {
                errors.append(
                    FileError(
                        file: Self.folder(of: configFile) + "/conf.d",
                        message: "\(drops.count) files, at most \(Self.filesMax) are read"))
                return
            }
            for name in drops { readFile(Self.folder(of: configFile) + "/conf.d/" + name) }
        } catch { errors.append(error) }
    }

    private mutating func readConfig(_ path: String) {
        let count = errors.count
        readFile(path)
        guard errors.count > count, !InputFile.isReadable(path) else { return }
        isUnread = true
        errors[count].message += "; name another with --config, or make one with skein fleet init"
    }

    private mutating func readFile(_ path: String) {
        do throws(FileError) {
            files.append(path)
            take(text: try InputFile.text(of: path), path: path)
        } catch { errors.append(error) }
    }

    mutating func take(text: String, path: String) {
        let count = errors.count
        do throws(FileError) {
            take(try TomlFile.unchecked(text: text, path: path), prefix: "")
        } catch { errors.append(error) }
        // `[radio.control]` may stand before `[robot]` though there is no `[radio]` of its own to go by.
        errors[count...].sort { Self.place($0) < Self.place($1) }
    }

    private static func place(_ error: FileError) -> (Int, Int) {
        (error.position?.line ?? 0, error.position?.column ?? 0)
    }

    private mutating func take(_ table: TomlTable, prefix: String) {
        let names = PeerSchema.sections.map(\.name)
        for name in table.keysInFileOrder {
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            if path == KernelSchema.section {
                errors += kernels.take(table)
            } else if let key = PeerSchema.key(path), let value = table[name] {
                take(value, of: key, .file(table.file, table.position(name)))
            } else if names.contains(where: { $0 == path || $0.hasPrefix(path + ".") }) {
                do throws(FileError) {
                    guard let inner = try table.table(name) else { continue }
                    let place = SettingOrigin.file(table.file, table.position(name))
                    tablePlaces[path] = tablePlaces[path] ?? place
                    take(inner, prefix: path)
                } catch { errors.append(error) }
            } else {
                let what = table.isTable(name) ? "table" : "key"
                errors.append(
                    table.fault(name, NearestName.complaint(what, name, known: Self.names(under: prefix))))
            }
        }
    }

    /// `SKEIN_…`; all others are not for us.
    mutating func take(environment: [String: String]) {
        let known = PeerSchema.keys.map(\.variable)
        for variable in environment.keys.sorted() where variable.hasPrefix(PeerSchema.variablePrefix) {
            guard let key = PeerSchema.keys.first(where: { $0.variable == variable }) else {
                let near = NearestName.of(variable, among: known).map { " (did you mean \($0)?)" } ?? ""
                errors.append(SettingOrigin.variable(variable).fault("no key has this variable\(near)"))
                continue
            }
            take(Self.value(environment[variable] ?? "", for: key.kind), of: key, .variable(variable))
        }
    }

    /// `section.key=value`, as `--set` was given it.
    mutating func take(flag: String) {
        let origin = SettingOrigin.flag("--set \(flag)")
        let halves = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else {
            errors.append(origin.fault("expected section.key=value, found no \"=\""))
            return
        }
        let path = String(halves[0])
        guard let key = PeerSchema.key(path) else {
            let near = NearestName.of(path, among: PeerSchema.keys.map(\.path))
            errors.append(origin.fault("unknown key \"\(path)\"" + (near.map { " (did you mean \"\($0)\"?)" } ?? "")))
            return
        }
        take(Self.value(String(halves[1]), for: key.kind), of: key, origin)
    }

    private mutating func take(_ value: TomlValue, of key: PeerKey, _ origin: SettingOrigin) {
        if let complaint = key.kind.complaint(about: value) {
            errors.append(origin.fault("[\(key.section)] \(key.name): \(complaint)"))
            faulty.insert(key.path)
        } else {
            said[key.path] = Said(value: value, origin: origin)
            faulty.remove(key.path)
        }
    }

    /// A value without quotes, as a shell hands it on: text where the key takes text, else as TOML reads it.
    private static func value(_ raw: String, for kind: TomlSchema.Kind) -> TomlValue {
        switch kind {
        case .text, .choice, .name, .path, .interface, .endpoint: return .string(raw)
        case .integer, .atLeast, .above, .flag, .texts, .kernel, .variables, .point, .points, .place, .places, .numbers,
            .targets:
            break
        }
        guard !raw.contains(where: \.isNewline),
            let table = try? TomlFile.unchecked(text: "value = \(raw)", path: ""), let value = table["value"]
        else { return .string(raw) }
        return value
    }

    /// Keys of a table and the tables in it.
    private static func names(under prefix: String) -> [String] {
        let keys = PeerSchema.keys.filter { $0.section == prefix }.map(\.name)
        let inner = PeerSchema.sections.map(\.name).filter { prefix.isEmpty || $0.hasPrefix(prefix + ".") }
            .map { $0.dropFirst(prefix.isEmpty ? 0 : prefix.count + 1) }
            .compactMap { $0.split(separator: ".").first.map(String.init) }
        return (inner + (prefix.isEmpty ? [KernelSchema.section] : [])).reduce(into: keys) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
