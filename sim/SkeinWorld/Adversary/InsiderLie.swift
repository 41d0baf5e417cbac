/// What a robot of the fleet does that no honest one does. The file's name of it is its raw value.
package enum InsiderLie: String, CaseIterable, Sendable {
    case flood
    case strongLinks = "strong-links"
    case claimsIdle = "claims-idle"
    case hidesIdle = "hides-idle"
    case refuses
    case neverAnswers = "never-answers"
    case position
    case falseSighting = "false-sighting"
    case poison
    case matchesNobody = "matches-nobody"
    case ghostHelpers = "ghost-helpers"
    case overGrants = "over-grants"
    case grantsTwice = "grants-twice"
    case twoFacedPlans = "two-faced-plans"
    case twoFacedOrders = "two-faced-orders"
    case placesTwice = "places-twice"
    case nonsensePlans = "nonsense-plans"
    case raisesTerm = "raises-term"

    /// Whether what it signs proves it by itself, to anybody (`LeaderRules`).
    package var isProvable: Bool {
        switch self {
        case .overGrants, .grantsTwice, .twoFacedPlans, .twoFacedOrders, .placesTwice: true
        case .flood, .strongLinks, .claimsIdle, .hidesIdle, .refuses, .neverAnswers, .position, .falseSighting,
            .poison, .matchesNobody, .ghostHelpers, .nonsensePlans, .raisesTerm:
            false
        }
    }

    package var about: String {
        switch self {
        case .flood: "searches for ways, `rate_per_s` times a second, each a flood through the whole swarm"
        case .strongLinks: "says that it hears everybody, far ones too, and very well"
        case .claimsIdle: "says that all of its processor is idle"
        case .hidesIdle: "says that nothing of it is"
        case .refuses: "takes no work, whatever it said"
        case .neverAnswers: "takes all work, and answers none of it"
        case .position: "is off by `offset_m`, and sure of it; so are those whose places it tells"
        case .falseSighting: "has seen the physical target, `offset_m` from where it stands"
        case .poison: "answers with wrong numbers that could be right ones, `offset_m` off"
        case .matchesNobody: "as a leader: has free parts, and gives none"
        case .ghostHelpers: "as a leader: names helpers that do not exist"
        case .overGrants: "as a leader: promises three times its band"
        case .grantsTwice: "as a leader: promises one member twice"
        case .twoFacedPlans: "as the root: one plan for these neighbours, another for those"
        case .twoFacedOrders: "as the root: one order for these neighbours, another for those"
        case .placesTwice: "as the root: a robot under two leaders"
        case .nonsensePlans: "as the root: everybody under itself, however far"
        case .raisesTerm: "claims to be the root, in a new term twice a second"
        }
    }
}
