import SkeinPeer
import SkeinWire

/// What a file may say: its tables, their keys, and what each key may hold. A file is checked against it whole, once;
/// after that its values are taken out by name and cannot be wrong in kind or range.
package struct TomlSchema: Sendable {
    package var sections: [Section]

    package init(_ sections: [Section]) { self.sections = sections }

    /// One table, or one kind of table that may stand many times.
    package struct Section: Sendable {
        /// Empty: the keys before the first table.
        package var name: String
        package var isList: Bool
        package var about: String
        package var keys: [Key]

        package init(_ name: String, isList: Bool = false, about: String, keys: [Key]) {
            self.name = name
            self.isList = isList
            self.about = about
            self.keys = keys
        }
    }

    package struct Key: Sendable {
        package var name: String
        package var kind: Kind
        /// As the manual prints it: a value, or when it is that; nil: the file must say it.
        package var fallback: String?
        package var about: String

        package init(_ name: String, _ kind: Kind, _ fallback: String?, _ about: String) {
            self.name = name
            self.kind = kind
            self.fallback = fallback
            self.about = about
        }
    }

    /// Bounds are part of the kind; `above` excludes its number, `atLeast` includes it.
    package enum Kind: Sendable {
        case integer(ClosedRange<Int>)
        case atLeast(Double, through: Double)
        case above(Double, through: Double)
        case flag
        case text
        case texts
        case choice([String])
        /// What people and tables call a robot by: 1…32 of a–z, A–Z, 0–9, `-` and `_`, the first a letter or a digit.
        case name
        /// A file's or folder's name, as the kernel takes it.
        case path
        /// A network interface's name, as the kernel takes it (`dev_valid_name`, net/core/dev.c).
        case interface
        /// An IPv4 address with a UDP port.
        case endpoint
        /// What a kernel of the user's own is called (`KernelName`).
        case kernel
        /// A table of strings, each under a name that a shell could export.
        case variables
        /// `[x, y]`, each within the bound.
        case point(through: Double)
        /// A list of points, so many.
        case points(through: Double, count: ClosedRange<Int>)
        /// `[x, y]`, either sign.
        case place(through: Double)
        /// A list of such places.
        case places(through: Double)
        /// A list of numbers of at least 0.
        case numbers(through: Double)
        /// A number, a word of the list, or a list of numbers and words.
        case targets(numbers: ClosedRange<Int>, words: [String])

        package var expected: String {
            switch self {
            case .integer(let range): "a whole number \(range.lowerBound)…\(range.upperBound)"
            case .atLeast(let low, through: let high):
                high == .infinity ? "a number of at least \(low.short)" : "a number \(low.short)…\(high.short)"
            case .above(let low, through: let high):
                high == .infinity ? "a number above \(low.short)" : "a number above \(low.short), at most \(high.short)"
            case .flag: "true or false"
            case .text: "a string"
            case .texts: "a list of strings"
            case .name: "a name of 1…32 letters, digits, - and _"
            case .path: "a path"
            case .interface: "an interface's name"
            case .endpoint: "an address and port as \"127.0.0.1:7000\""
            case .kernel: "a name of 1…32 small letters, digits, ., - and _"
            case .variables: "a table of strings"
            case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: ", ")
            case .point(through: let bound): "a point [x, y], each 0…\(bound.short)"
            case .points(through: let bound, let count):
                "a list of \(count.lowerBound) to \(count.upperBound) points [x, y], each 0…\(bound.short)"
            case .place(through: let bound): "a place [x, y], each within ±\(bound.short)"
            case .places(through: let bound): "a list of places [[x, y], …], each within ±\(bound.short)"
            case .numbers(through: let bound): "a list of numbers 0…\(bound.short)"
            case .targets(numbers: let range, words: let words):
                "a number \(range.lowerBound)…\(range.upperBound), \(words.map { "\"\($0)\"" }.joined(separator: ", "))"
                    + " or a list of these"
            }
        }

        /// Nil when the value fits.
        func complaint(about value: TomlValue) -> String? {
            switch (self, value) {
            case (.integer(let range), .integer(let value)) where range.contains(value): nil
            case (.atLeast(let low, through: let high), _):
                value.asNumber.map { $0 >= low && $0 <= high && $0.isFinite } == true ? nil : mismatch(value)
            case (.above(let low, through: let high), _):
                value.asNumber.map { $0 > low && $0 <= high && $0.isFinite } == true ? nil : mismatch(value)
            case (.flag, .bool), (.text, .string): nil
            case (.texts, .array(let items)):
                items.allSatisfy { if case .string = $0 { true } else { false } } ? nil : mismatch(value)
            case (.choice(let words), .string(let word)):
                words.contains(word) ? nil : NearestName.complaint("word", word, known: words)
            case (.name, .string(let text)): Self.isName(text) ? nil : mismatch(value)
            case (.path, .string(let text)): Self.isPath(text) ? nil : mismatch(value)
            case (.interface, .string(let text)): Self.isInterface(text) ? nil : mismatch(value)
            case (.kernel, .string(let text)): KernelName(name: text, version: 0) != nil ? nil : mismatch(value)
            case (.variables, .table(let entries)): Self.variableComplaint(entries)
            case (.endpoint, .string(let text)): Endpoint(text) != nil ? nil : mismatch(value)
            case (.point(through: let bound), .array(let items)):
                items.count == 2 && items.allSatisfy { $0.asNumber.map { $0 >= 0 && $0 <= bound } == true }
                    ? nil : mismatch(value)
            case (.points(through: let bound, let count), .array(let items)):
                count.contains(items.count)
                    ? items.lazy.compactMap { Kind.point(through: bound).complaint(about: $0) }.first
                    : mismatch(value)
            case (.place(let bound), _): Self.isPlace(value, bound) ? nil : mismatch(value)
            case (.places(let bound), .array(let items)):
                items.allSatisfy { Self.isPlace($0, bound) } ? nil : mismatch(value)
            case (.numbers(let bound), .array(let items)):
                items.allSatisfy { $0.asNumber.map { $0 >= 0 && $0 <= bound } == true } ? nil : mismatch(value)
            case (.targets(let numbers, let words), .array(let items)):
                items.isEmpty
                    ? mismatch(value)
                    : items.lazy.compactMap { Self.targetComplaint($0, numbers, words, self) }.first
            case (.targets(let numbers, let words), _): Self.targetComplaint(value, numbers, words, self)
            default: mismatch(value)
            }
        }

        private static func isPlace(_ value: TomlValue, _ bound: Double) -> Bool {
            guard case .array(let items) = value, items.count == 2 else { return false }
            return items.allSatisfy { $0.asNumber.map { abs($0) <= bound } == true }
        }

        private static func targetComplaint(
            _ value: TomlValue, _ numbers: ClosedRange<Int>, _ words: [String], _ kind: Kind
        ) -> String? {
            switch value {
            case .integer(let number): numbers.contains(number) ? nil : kind.mismatch(value)
            case .string(let word): words.contains(word) ? nil : NearestName.complaint("word", word, known: words)
            case .number, .bool, .moment, .array, .table: kind.mismatch(value)
            }
        }

        private static func variableComplaint(_ entries: [TomlValue.Entry]) -> String? {
            for entry in entries {
                let name = entry.key.utf8
                let isName =
                    !name.isEmpty && name.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
                    && !(name.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? true)
                guard isName else { return "expected a variable's name, found \"\(entry.key)\"" }
                guard let text = entry.value.asText, !text.utf8.contains(0) else {
                    return "\(entry.key): expected a string, found \(entry.value.kind)"
                }
            }
            return entries.count > KernelSpec.variablesMax
                ? "expected at most \(KernelSpec.variablesMax) variables, found \(entries.count)" : nil
        }

        package static func isName(_ text: String) -> Bool {
            (1...32).contains(text.utf8.count)
                && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
                && text.utf8.first.map(isLetterOrDigit) == true
        }

        private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }

        /// PATH_MAX is 4096, its NUL included.
        private static func isPath(_ text: String) -> Bool {
            (1..<4_096).contains(text.utf8.count) && !text.utf8.contains(0)
        }

        /// IFNAMSIZ is 16, its NUL included.
        private static func isInterface(_ text: String) -> Bool {
            (1..<16).contains(text.utf8.count) && text != "." && text != ".."
                && text.utf8.allSatisfy {
                    $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") && $0 != 0x7F
                }
        }

        private func mismatch(_ value: TomlValue) -> String { "expected \(expected), found \(value.kind)" }
    }
}

extension TomlValue {
    /// A whole number is a number too: `range_m = 24`.
    package var asNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string, .bool, .moment, .array, .table: nil
        }
    }
}

extension Double {
    /// Without the `.0` of a whole number.
    package var short: String { self == rounded() && abs(self) < 1e15 ? String(Int(self)) : "\(self)" }
}
