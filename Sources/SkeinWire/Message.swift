/// Every message's body. A kind has exactly one layout; its file bears the byte diagram.
package enum Message: Hashable, Sendable {
    case beacon(Beacon)
    case hello(Hello)
    case linkReport(LinkReport)
    case plan(PlanPart)
    case mission(MissionOrder)
    case sighting(Sighting)
    case request(Request)
    case claim(Claim)
    case claimReply(ClaimReply)
    case match(Match)
    case unit(WorkUnit)
    case unitReceipt(UnitReceipt)
    case result(UnitResult)
    case fixes(Fixes)
    case routeRequest(RouteRequest)
    case routeReply(RouteReply)
    case echo(Echo)
    case introduction(Introduction)
    case trustSummary(TrustSummary)
    case trustGossip(TrustGossip)
    case stopNotice(StopNotice)
    case stopReceipt(StopReceipt)
    case session(Handshake)
    case clockQuestion(ClockQuestion)
    case clockAnswer(ClockAnswer)
    case question(Question)
    case answer(Answer)
    case jobUnit(JobUnit)
    case jobReceipt(JobReceipt)
    case jobResult(JobResult)
    case jobCancel(JobCancel)
    case jobLease(JobLease)

    package var kind: MessageKind {
        switch self {
        case .beacon: .beacon
        case .hello: .hello
        case .linkReport: .linkReport
        case .plan: .plan
        case .mission: .mission
        case .sighting: .sighting
        case .request: .request
        case .claim: .claim
        case .claimReply: .claimReply
        case .match: .match
        case .unit: .unit
        case .unitReceipt: .unitReceipt
        case .result: .result
        case .fixes: .fixes
        case .routeRequest: .routeRequest
        case .routeReply: .routeReply
        case .echo: .echo
        case .introduction: .introduction
        case .trustSummary: .trustSummary
        case .trustGossip: .trustGossip
        case .stopNotice: .stopNotice
        case .stopReceipt: .stopReceipt
        case .session: .session
        case .clockQuestion: .clockQuestion
        case .clockAnswer: .clockAnswer
        case .question: .question
        case .answer: .answer
        case .jobUnit: .jobUnit
        case .jobReceipt: .jobReceipt
        case .jobResult: .jobResult
        case .jobCancel: .jobCancel
        case .jobLease: .jobLease
        }
    }

    package var bytes: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .beacon(let body): body.write(to: &writer)
        case .hello(let body): body.write(to: &writer)
        case .linkReport(let body): body.write(to: &writer)
        case .plan(let body): body.write(to: &writer)
        case .mission(let body): body.write(to: &writer)
        case .sighting(let body): body.write(to: &writer)
        case .request(let body): body.write(to: &writer)
        case .claim(let body): body.write(to: &writer)
        case .claimReply(let body): body.write(to: &writer)
        case .match(let body): body.write(to: &writer)
        case .unit(let body): body.write(to: &writer)
        case .unitReceipt(let body): body.write(to: &writer)
        case .result(let body): body.write(to: &writer)
        case .fixes(let body): body.write(to: &writer)
        case .routeRequest(let body): body.write(to: &writer)
        case .routeReply(let body): body.write(to: &writer)
        case .echo(let body): body.write(to: &writer)
        case .introduction(let body): body.write(to: &writer)
        case .trustSummary(let body): body.write(to: &writer)
        case .trustGossip(let body): body.write(to: &writer)
        case .stopNotice(let body): body.write(to: &writer)
        case .stopReceipt(let body): body.write(to: &writer)
        case .session(let body): body.write(to: &writer)
        case .clockQuestion(let body): body.write(to: &writer)
        case .clockAnswer(let body): body.write(to: &writer)
        case .question(let body): body.write(to: &writer)
        case .answer(let body): body.write(to: &writer)
        case .jobUnit(let body): body.write(to: &writer)
        case .jobReceipt(let body): body.write(to: &writer)
        case .jobResult(let body): body.write(to: &writer)
        case .jobCancel(let body): body.write(to: &writer)
        case .jobLease(let body): body.write(to: &writer)
        }
        return writer.bytes
    }

    /// Parses a whole body; bytes left over are an error.
    package init(_ kind: MessageKind, body: ArraySlice<UInt8>) throws(WireError) {
        var reader = ByteReader(body)
        switch kind {
        case .beacon: self = .beacon(try Beacon(reading: &reader))
        case .hello: self = .hello(try Hello(reading: &reader))
        case .linkReport: self = .linkReport(try LinkReport(reading: &reader))
        case .plan: self = .plan(try PlanPart(reading: &reader))
        case .mission: self = .mission(try MissionOrder(reading: &reader))
        case .sighting: self = .sighting(try Sighting(reading: &reader))
        case .request: self = .request(try Request(reading: &reader))
        case .claim: self = .claim(try Claim(reading: &reader))
        case .claimReply: self = .claimReply(try ClaimReply(reading: &reader))
        case .match: self = .match(try Match(reading: &reader))
        case .unit: self = .unit(try WorkUnit(reading: &reader))
        case .unitReceipt: self = .unitReceipt(try UnitReceipt(reading: &reader))
        case .result: self = .result(try UnitResult(reading: &reader))
        case .fixes: self = .fixes(try Fixes(reading: &reader))
        case .routeRequest: self = .routeRequest(try RouteRequest(reading: &reader))
        case .routeReply: self = .routeReply(try RouteReply(reading: &reader))
        case .echo: self = .echo(try Echo(reading: &reader))
        case .introduction: self = .introduction(try Introduction(reading: &reader))
        case .trustSummary: self = .trustSummary(try TrustSummary(reading: &reader))
        case .trustGossip: self = .trustGossip(try TrustGossip(reading: &reader))
        case .stopNotice: self = .stopNotice(try StopNotice(reading: &reader))
        case .stopReceipt: self = .stopReceipt(try StopReceipt(reading: &reader))
        case .session: self = .session(try Handshake(reading: &reader))
        case .clockQuestion: self = .clockQuestion(try ClockQuestion(reading: &reader))
        case .clockAnswer: self = .clockAnswer(try ClockAnswer(reading: &reader))
        case .question: self = .question(try Question(reading: &reader))
        case .answer: self = .answer(try Answer(reading: &reader))
        case .jobUnit: self = .jobUnit(try JobUnit(reading: &reader))
        case .jobReceipt: self = .jobReceipt(try JobReceipt(reading: &reader))
        case .jobResult: self = .jobResult(try JobResult(reading: &reader))
        case .jobCancel: self = .jobCancel(try JobCancel(reading: &reader))
        case .jobLease: self = .jobLease(try JobLease(reading: &reader))
        }
        try reader.finish()
    }
}
