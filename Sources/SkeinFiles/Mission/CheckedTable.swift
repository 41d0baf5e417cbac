/// A table of which every key was checked by itself, all faults noted: what is wrong is as if it were not there, so that the
/// rest can be looked at.
struct CheckedTable {
    let table: TomlTable
    private var faulty: Set<String> = []

    init(_ table: TomlTable, _ section: TomlSchema.Section, others: [String] = [], faults: inout [FileError]) {
        self.table = table
        for name in table.keysInFileOrder where !others.contains(name) {
            guard let key = section.keys.first(where: { $0.name == name }) else {
                let known = section.keys.map(\.name) + others
                faults.append(
                    table.fault(
                        name, NearestName.complaint(table.isTable(name) ? "table" : "key", name, known: known)))
                continue
            }
            if let value = table[name], let complaint = key.kind.complaint(about: value) {
                faults.append(table.fault(name, "\(name): \(complaint)"))
                faulty.insert(name)
            }
        }
        for key in section.keys where key.fallback == nil && table[key.name] == nil {
            faults.append(table.fault(nil, "\(key.name) is missing: expected \(key.kind.expected)"))
        }
    }

    private func isSound(_ key: String) -> Bool { !faulty.contains(key) }

    /// It is there, whatever it says.
    func has(_ key: String) -> Bool { table[key] != nil }

    func number(_ key: String) -> Double? { isSound(key) ? table.number(key) : nil }
    func integer(_ key: String) -> Int? { isSound(key) ? table.integer(key) : nil }
    func flag(_ key: String) -> Bool? { isSound(key) ? table.flag(key) : nil }
    func text(_ key: String) -> String? { isSound(key) ? table.text(key) : nil }
    func place(_ key: String) -> (x: Double, y: Double)? { isSound(key) ? table.point(key) : nil }

    func numbers(_ key: String) -> [Double]? {
        isSound(key) ? table.list(key)?.compactMap(\.asNumber) : nil
    }

    func places(_ key: String) -> [(x: Double, y: Double)]? {
        guard isSound(key) else { return nil }
        return table.list(key)?.compactMap { value in
            guard case .array(let items) = value, items.count == 2, let x = items[0].asNumber,
                let y = items[1].asNumber
            else { return nil }
            return (x, y)
        }
    }

    func fault(_ key: String?, _ message: String) -> FileError {
        table.fault(key, key.map { "\($0): \(message)" } ?? message)
    }
}
