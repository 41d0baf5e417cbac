/// What a message is. The number is on the wire and in the signature; it is never reused for something else.
package enum MessageKind: UInt8, CaseIterable, Sendable {
    case beacon = 1
    case hello = 2
    case linkReport = 3
    case plan = 4
    case mission = 5
    case sighting = 6
    case request = 16
    case claim = 17
    case claimReply = 18
    case match = 19
    case unit = 20
    case unitReceipt = 21
    case result = 22
    case fixes = 24
    case routeRequest = 32
    case routeReply = 33
    case echo = 34
    case introduction = 35
    case trustSummary = 36
    case trustGossip = 37
    case session = 38
    case clockQuestion = 39
    case clockAnswer = 40
    case question = 41
    case answer = 42
    case stopNotice = 48
    case stopReceipt = 49
    case jobUnit = 64
    case jobReceipt = 65
    case jobResult = 66
    case jobCancel = 67
    case jobLease = 68

    /// The class it travels in.
    package var trafficClass: TrafficClass {
        switch self {
        case .stopNotice, .stopReceipt: .safety
        case .beacon, .hello, .introduction, .trustSummary, .trustGossip: .membership
        case .linkReport, .plan, .mission, .sighting, .routeRequest, .routeReply, .echo, .session, .clockQuestion,
            .clockAnswer, .question, .answer:
            .control
        case .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result, .fixes, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            .task
        }
    }

    /// Whether every robot in the region gets it, relay by relay.
    package var isFlooded: Bool {
        switch self {
        case .plan, .mission, .sighting, .routeRequest: true
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt, .jobResult, .jobCancel, .jobLease:
            false
        }
    }

    /// Flooded and kept by everybody, newest revision only; neighbours that missed it get it again as it was sealed.
    package var isBulletin: Bool {
        switch self {
        case .plan, .mission, .sighting: true
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt, .jobResult,
            .jobCancel,
            .jobLease:
            false
        }
    }

    /// Judged by what it carries, whatever the replay guard says of the envelope: its parts bear numbers of their own that
    /// only rise, or a signature of their own, or answer a question of this boot.
    package var isJudgedByContent: Bool {
        switch self {
        case .introduction, .trustGossip, .stopNotice: true
        case .beacon, .hello, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt, .result, .fixes, .routeRequest, .routeReply, .echo, .trustSummary, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt, .jobResult, .jobCancel, .jobLease:
            false
        }
    }
}
