/// The known name a misspelt one was probably meant to be.
package enum NearestName {
    /// Names longer than this are not compared: a hostile file must not buy quadratic time.
    static let lengthMax = 64

    /// Nil when none is within a third of the name's length: a far guess helps nobody.
    package static func of(_ name: String, among known: [String]) -> String? {
        let typed = Array(name.lowercased().utf8)
        guard (1...lengthMax).contains(typed.count) else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = editDistance(typed, Array(candidate.lowercased().utf8))
            if best == nil || distance < best!.distance { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, typed.count / 3 + 1), best.distance < typed.count else { return nil }
        return best.name
    }

    /// `unknown key "nosie" (did you mean "noise"?)`, or the whole list where nothing is near.
    package static func complaint(_ what: String, _ name: String, known: [String]) -> String {
        if let near = of(name, among: known) { return "unknown \(what) \"\(name)\" (did you mean \"\(near)\"?)" }
        return "unknown \(what) \"\(name)\" (known: \(known.joined(separator: ", ")))"
    }

    /// Levenshtein 1966, one row at a time.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (byte == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
