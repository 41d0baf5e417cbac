import SkeinWire

/// Entries of a fleet as people read them.
package enum EntryText {
    /// Who said it, and which of its words it is.
    package static func place(_ entry: TrustEntry) -> String {
        "\(entry.isByAuthority ? "authority" : "\(entry.issuer)") \(entry.number)"
    }

    package static func line(_ entry: TrustEntry) -> String {
        let content =
            switch entry.content {
            case .membership(let member):
                "member \(member.name) (\(member.robot)), may \(roles(member.roles)), "
                    + (member.expiresAtSeconds.map { "until \(date($0))" } ?? "for good")
            case .revocation(let revocation): "\(revocation.robot) is out"
            case .fleetKey(let share): "fleet key \(share.keyNumber) for \(share.robot)"
            case .demotion(let demotion): "\(demotion.accused) leads no more"
            }
        return "\(place(entry)), \(date(entry.issuedAtSeconds)): \(content)"
    }

    /// `lead release`; `nothing more` for none.
    package static func roles(_ roles: TrustRoles) -> String {
        let words = TrustRoles.words.filter { roles.contains($0.role) }.map(\.word)
        return words.isEmpty ? "nothing more" : words.joined(separator: " ")
    }

    /// The roles of words by commas, `none` for none; nil: one is no role.
    package static func roles(of text: String) -> TrustRoles? {
        if text == "none" { return [] }
        var roles: TrustRoles = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let role = TrustRoles.words.first(where: { $0.word == word })?.role else { return nil }
            roles.insert(role)
        }
        return roles
    }

    /// The day in UTC, `2027-03-31`: days since 1970 to the Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date
    /// Algorithms", civil_from_days).
    package static func date(_ seconds: UInt64) -> String {
        let days = Int(min(seconds, TrustEntry.secondsMax) / 86_400) + 719_468
        let era = days / 146_097
        let day = days % 146_097
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        let calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(calendarYear)-\(two(calendarMonth))-\(two(dayOfMonth))"
    }
}
