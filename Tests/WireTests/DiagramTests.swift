import FoundationEssentials
import SkeinWire
import Testing
import WireSamples

/// The source beside the bytes: every kind's layout is drawn where it is written, and the drawing tells the truth.
struct DiagramTests {
    /// The doc comment above each struct of a folder of Sources/SkeinWire, by the struct's name.
    private func diagrams(_ name: String = "Messages") throws -> [(name: String, diagram: String)] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let folder = root + "/Sources/SkeinWire/" + name
        var found: [(String, String)] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let data = try #require(FileManager.default.contents(atPath: folder + "/" + file))
            var comment: [Substring] = []
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("///") {
                    comment.append(line.dropFirst(3))
                } else {
                    if let name = Self.structName(line) {
                        found.append((name, comment.filter { $0.hasPrefix("     ") }.joined(separator: " ")))
                    }
                    comment = []
                }
            }
        }
        return found
    }

    private static func structName(_ line: Substring) -> String? {
        guard line.hasPrefix("package struct ") else { return nil }
        return String(line.dropFirst("package struct ".count).prefix { $0.isLetter || $0.isNumber })
    }

    /// A drawing without what stands in square brackets, and that for itself: there only if the number before the colon is
    /// said, among flags or as the field that tells what follows.
    private static func divided(_ diagram: String) -> (always: String, options: [(number: Int, diagram: String)]) {
        var always = ""
        var options: [(Int, String)] = []
        for (place, piece) in diagram.split(separator: "[", omittingEmptySubsequences: false).enumerated() {
            guard place > 0 else {
                always += piece
                continue
            }
            let halves = piece.split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            let option = halves[0].split(separator: ":", maxSplits: 1)
            options.append((Int(option[0]) ?? -1, String(option[1])))
            always += halves[1]
        }
        return (always, options)
    }

    /// The bytes of a drawing without its lists: every `u8`, `u16`, `f32` …, and every field that ends in its number of
    /// bytes, outside `n × …` and `n bytes`; `6 × f32` is no list.
    private static func fixedBytes(_ diagram: String, parts: [String: String]) -> Int {
        let lists = ["n ×", "m ×", "l ×", "n bytes"]
        var sum = 0
        for cell in diagram.split(separator: "|") where !lists.contains(where: cell.contains) {
            if let part = parts[cell.trimmed] { sum += fixedBytes(part, parts: parts) }
            for field in cell.split(separator: ",") {
                // Remarks stand in brackets; the width is a word of its own.
                let words = field.split { !$0.isLetter && !$0.isNumber && $0 != "×" }
                let times = words.firstIndex(of: "×").flatMap { $0 > 0 ? Int(words[$0 - 1]) : nil } ?? 1
                let widths = words.compactMap { word in Self.widths.first { $0.0 == word }?.1 }
                sum += times * widths.reduce(0, +)
                if widths.isEmpty, words.count > 1, let last = words.last, let bytes = Int(last) { sum += bytes }
            }
        }
        return sum
    }

    private static let widths: [(Substring, Int)] = [
        ("u8", 1), ("u16", 2), ("i16", 2), ("u32", 4), ("f32", 4), ("u64", 8),
        ("i64", 8),
    ]

    /// What a drawing calls a part that is drawn for itself.
    private static let partNames = [
        "TaskID": "task", "JobUnitID": "unit's id", "KernelName": "kernel", "KernelWork": "kernel work",
        "MissionBrief": "brief",
    ]

    @Test(arguments: GoldenMessage.all + GoldenMessage.further)
    func `every kind's layout is drawn, and its fixed fields add up`(_ golden: GoldenMessage) throws {
        let all = try diagrams() + diagrams("Work")
        let name = "\(Mirror(reflecting: golden.message).children.first.map { type(of: $0.value) } ?? Never.self)"
        let diagram = try #require(all.first { $0.name == name }?.diagram, "\(name) has no file")
        #expect(!diagram.isEmpty, "\(name) has no byte diagram")
        let parts = Dictionary(uniqueKeysWithValues: all.map { (Self.partNames[$0.name] ?? $0.name, $0.diagram) })
        let (always, options) = Self.divided(diagram)
        var drawn = Self.fixedBytes(always, parts: parts)
        for number in Self.options(golden.message) {
            let option = try #require(options.first { $0.number == number }, "\(name) draws no \(number)")
            drawn += Self.fixedBytes(option.diagram, parts: parts)
        }
        #expect(
            drawn == Self.emptied(golden.message).bytes.count - Self.textBytes(golden.message), "\(name): \(diagram)")
    }

    @Test func `whatever is drawn as there or not is once there in a golden message`() throws {
        var seen: [String: Set<Int>] = [:]
        for golden in GoldenMessage.all + GoldenMessage.further {
            let name = "\(Mirror(reflecting: golden.message).children.first.map { type(of: $0.value) } ?? Never.self)"
            seen[name, default: []].formUnion(Self.options(golden.message))
        }
        for (name, diagram) in try diagrams() {
            let numbers = Self.divided(diagram).options.map(\.number)
            #expect(Set(numbers) == seen[name] ?? [], "\(name)")
        }
    }

    /// The drawing's options that a message makes use of.
    private static func options(_ message: Message) -> [Int] {
        switch message {
        case .hello(let body): (body.bulkShareKHz == nil ? [] : [16]) + (body.kernels.isEmpty ? [] : [32])
        case .request(let body): body.work == nil ? [] : [128]
        case .claim(let body): body.work == nil ? [] : [128]
        case .jobResult(let body):
            switch body.outcome {
            case .inline: [0]
            case .object: [1]
            case .failed: [2]
            }
        case .question(let body):
            switch body.subject {
            case .way: [1]
            case .echo: [2]
            case .speed: [3]
            case .take: [4]
            case .enough: [5]
            }
        case .answer(let body):
            switch body.body {
            case .way: [1]
            case .echoed: [2]
            case .giving: [3]
            case .took: [4]
            case .atWork: [5]
            case .refused: [6]
            }
        case .linkReport(let body): body.state.isUnfit || body.state.hasArrived ? [1] : []
        case .mission(let body): body.brief == nil ? [] : [128]
        case .beacon, .plan, .sighting, .claimReply, .match, .unit, .unitReceipt, .result, .fixes, .routeRequest,
            .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice, .stopReceipt,
            .session, .clockQuestion, .clockAnswer, .jobUnit, .jobReceipt, .jobCancel, .jobLease:
            []
        }
    }

    /// Of what cannot be empty: names, texts and kernels in lists.
    private static func textBytes(_ message: Message) -> Int {
        switch message {
        case .hello(let body): body.kernels.reduce(0) { $0 + 3 + $1.name.utf8.count }
        case .session(let body): body.half.count
        case .jobUnit(let body): body.kernel.name.utf8.count
        case .jobLease(let body): body.kernel.name.utf8.count
        case .jobResult(let body):
            switch body.outcome {
            case .inline(let output): output.count
            case .object: 0
            case .failed(_, let text): text.utf8.count
            }
        case .beacon, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt,
            .result, .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip,
            .stopNotice, .stopReceipt, .clockQuestion, .clockAnswer, .question, .answer, .jobReceipt, .jobCancel:
            0
        }
    }

    /// The bytes of an entry's content that its drawing does not count: lists.
    private static func listBytes(_ content: TrustEntry.Content) -> (name: String, bytes: Int) {
        switch content {
        case .membership(let membership): return ("Membership", membership.name.utf8.count)
        case .revocation: return ("Revocation", 0)
        case .fleetKey: return ("FleetKeyShare", 0)
        case .demotion(let demotion):
            switch demotion.evidence {
            case .twoFaces(let one, let other):
                let digests = 2 * (Envelope.headerBytes + 1 + SignedDigest.hashBytes + Envelope.signatureBytes)
                return ("Demotion", digests + one.head.count + other.head.count)
            case .brokenRule(let message): return ("Demotion", 2 + message.count)
            }
        }
    }

    @Test func `what is signed for itself is drawn, and its fixed fields add up`() throws {
        let all = try diagrams("Trust")
        func drawn(_ name: String) throws -> Int {
            Self.fixedBytes(try #require(all.first { $0.name == name }?.diagram, "\(name) is not drawn"), parts: [:])
        }
        for entry in GoldenMessage.trustEntries {
            let (name, listBytes) = Self.listBytes(entry.content)
            let fixed = try drawn("TrustEntry") + drawn(name)
            #expect(fixed == entry.bytes.count - listBytes, "\(name)")
        }
        for statement in [GoldenMessage.stop, GoldenMessage.release] {
            let bytes = statement.statedBytes.count + statement.signature.count - 6 * statement.names.count
            #expect(try drawn("StopStatement") == bytes)
        }
        #expect(
            try drawn("SignedDigest") == Envelope.headerBytes + 1 + SignedDigest.hashBytes + Envelope.signatureBytes)
    }

    /// The same message with empty lists.
    private static func emptied(_ message: Message) -> Message {
        switch message {
        case .beacon(var body):
            body.neighbours = []
            body.leaders = []
            return .beacon(body)
        case .hello(var body):
            body.grants = []
            return .hello(body)
        case .linkReport(var body):
            body.entries = []
            return .linkReport(body)
        case .mission(var body):
            body.brief?.roles = []
            return .mission(body)
        case .plan(var body):
            body.leaders = []
            body.entries = []
            return .plan(body)
        case .request(var body):
            body.excluded = []
            return .request(body)
        case .claim(var body):
            body.excluded = []
            return .claim(body)
        case .claimReply(var body):
            body.placements = []
            return .claimReply(body)
        case .match(var body):
            body.placements = []
            return .match(body)
        case .unit(var body):
            body.input = []
            return .unit(body)
        case .result(var body):
            body.output = []
            return .result(body)
        case .fixes: return .fixes(Fixes(entries: [], ageMilliseconds: 0))
        case .trustGossip: return .trustGossip(TrustGossip(entries: []))
        case .stopNotice(var body):
            body.statements = []
            return .stopNotice(body)
        case .jobUnit(var body):
            body.inputs = []
            return .jobUnit(body)
        case .sighting, .unitReceipt, .routeRequest, .routeReply, .echo, .introduction, .trustSummary,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobReceipt, .jobResult,
            .jobCancel, .jobLease:
            return message
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
