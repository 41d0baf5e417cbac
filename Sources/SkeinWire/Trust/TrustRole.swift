/// What a member may do beyond belonging. Carried in its membership, one bit each; unknown bits are refused.
package struct TrustRoles: OptionSet, Hashable, Sendable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Root of a tree and leader of a subgroup.
    package static let lead = TrustRoles(rawValue: 1)
    /// Release an emergency stop. Anybody enrolled may stop.
    package static let releaseStops = TrustRoles(rawValue: 2)
    package static let commandMissions = TrustRoles(rawValue: 4)
    /// Add kernels and models to what the fleet computes.
    package static let addKernels = TrustRoles(rawValue: 8)
    /// Bring robots in, take them out, and hand out the fleet's keys, in the authority's stead.
    package static let enroll = TrustRoles(rawValue: 16)

    package static let all: TrustRoles = [.lead, .releaseStops, .commandMissions, .addKernels, .enroll]

    /// In the order of their bits, with the word a person writes.
    package static let words: [(role: TrustRoles, word: String)] = [
        (.lead, "lead"), (.releaseStops, "release"), (.commandMissions, "command"), (.addKernels, "kernels"),
        (.enroll, "enroll"),
    ]
}
