import SkeinPeer
import SkeinSeal
import SkeinWire
import SwiftProtobuf
import Testing

@testable import SkeinLog

/// What goes into a log comes out of it.
struct ValueTests {
    private func again(_ record: LogRecord) throws -> LogRecord? { try LogRecord(record.topic, record.message) }

    @Test func `every report is read as it was written`() throws {
        var maker = ReportMaker(seed: 1)
        for number in 0..<300 {
            let report = maker.report(of: NodeID(UInt16(number)))
            let stamp = LogStamp(robot: report.id, at: report.now, mesh: maker.maybe { $0.mesh() })
            let record = LogRecord(stamp: stamp, content: .report(report))
            #expect(try again(record) == record, "report \(number)")
        }
    }

    @Test func `every kind of event is read as it was written`() throws {
        var maker = ReportMaker(seed: 2)
        var kinds: Set<Int> = []
        for _ in 0..<50 {
            for event in maker.events() {
                let stamp = LogStamp(robot: maker.node(), at: maker.instant(), mesh: maker.maybe { $0.mesh() })
                let record = LogRecord(stamp: stamp, content: .event(event, number: maker.word()))
                #expect(try again(record) == record, "\(event)")
                kinds.insert(event.schema.kind.rawValue)
            }
        }
        #expect(kinds.count == Skein_EventKind.allCases.count - 1, "an event that the samples lack")
    }

    @Test func `a message's bytes are those that SwiftProtobuf's own encoder makes`() throws {
        func agree(_ message: some SwiftProtobuf.Message, _ what: String) throws {
            let theirs: [UInt8] = try message.serializedBytes()
            #expect(LogMessage.bytes(message) == theirs, "\(what)")
        }
        var maker = ReportMaker(seed: 5)
        for number in 0..<300 {
            let report = maker.report(of: maker.node())
            let stamp = LogStamp(robot: report.id, at: report.now, mesh: maker.maybe { $0.mesh() })
            try agree(report.schema(stamp.schema), "report \(number)")
        }
        for event in maker.events() { try agree(event.schema, "\(event)") }
        try agree(Skein_Report(), "nothing")
        // Where a length takes one more byte, and where a sign does.
        for length in [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152] {
            var line = Skein_Line()
            line.text = String(repeating: "x", count: length)
            line.stamp.localNs = -1
            try agree(line, "\(length) letters")
        }
        var plan = Skein_Plan()
        plan.leaders = [0, 127, 128, .max]
        try agree(plan, "packed numbers")
        try agree(Google_Protobuf_Timestamp(seconds: -5, nanos: -1), "a time before all times")
    }

    /// What Swift makes of a value by itself costs a look through the whole program (`Event.text`).
    @Test func `every event has words of its own`() {
        var maker = ReportMaker(seed: 6)
        for event in maker.events() {
            #expect(!event.text.isEmpty && !event.text.contains("Skein") && !event.text.contains("("), "\(event.text)")
        }
    }

    @Test func `lines and gaps are read as they were written, a long line as far as it may be`() throws {
        let stamp = LogStamp(robot: NodeID(3), at: Instant(nanoseconds: 5), mesh: nil)
        for content in [
            LogRecord.Content.line(.warning, "no body: gone"), .line(.info, ""), .gap(records: 7, reason: "full"),
        ] {
            let record = LogRecord(stamp: stamp, content: content)
            #expect(try again(record) == record)
        }
        let long = LogRecord(stamp: stamp, content: .line(.error, String(repeating: "ä", count: 5_000)))
        #expect(try again(long)?.content == .line(.error, String(repeating: "ä", count: 2_048)))
    }

    /// A name in the schema for each of ours, in our order: numbers are places (`LogEnum`).
    private func agree<Value: CaseIterable, Schema: SwiftProtobuf.Enum & CaseIterable>(
        _ ours: Value.Type, _ schema: Schema.Type
    ) {
        let names = schema.allCases.dropFirst().map { "\($0)".lowercased() }
        #expect(names == ours.allCases.map { "\($0)".lowercased() }, "\(ours)")
    }

    @Test func `the schemas' enums have our names in our order`() {
        agree(LeaderReason.self, Skein_LeaderReason.self)
        agree(PartTrouble.self, Skein_PartTrouble.self)
        agree(ResultRefusal.self, Skein_ResultRefusal.self)
        agree(UnitReceipt.Verdict.self, Skein_UnitVerdict.self)
        agree(JobReceipt.Verdict.self, Skein_JobVerdict.self)
        agree(JobFailure.self, Skein_JobFailure.self)
        agree(StandingLoss.self, Skein_StandingLoss.self)
        agree(TrustChange.self, Skein_TrustChange.self)
        agree(MissionBrief.Reason.self, Skein_MissionReason.self)
        agree(RoleCause.self, Skein_RoleCause.self)
        agree(MissionRule.self, Skein_MissionRule.self)
        agree(MissionRules.Action.self, Skein_MissionAction.self)
        agree(DropReason.self, Skein_DropReason.self)
        agree(LinkBasis.self, Skein_LinkBasis.self)
        agree(NeighbourAccount.BandLink.Outlook.self, Skein_LinkOutlook.self)
        agree(HopRule.self, Skein_HopRule.self)
        agree(TaskAccount.Phase.self, Skein_TaskPhase.self)
        agree(TaskAccount.Unit.Phase.self, Skein_UnitPhase.self)
        agree(HelpAccount.Kind.self, Skein_HelpKind.self)
        agree(MissionPhase.self, Skein_MissionPhase.self)
        agree(TrafficClass.self, Skein_TrafficClass.self)
        agree(PlanStrategy.self, Skein_PlanStrategy.self)
        agree(LogRecord.Level.self, Skein_Line.Level.self)
    }

    @Test func `what no peer would write is refused with its field's name`() throws {
        var maker = ReportMaker(seed: 3)
        let stamp = LogStamp(robot: NodeID(1), at: .zero, mesh: nil)
        let report = maker.report(of: NodeID(1))
        func refusal(_ change: (inout Skein_Report) -> Void) throws -> LogFault? {
            var message = report.schema(stamp.schema)
            change(&message)
            let bytes: [UInt8] = try message.serializedBytes()
            do throws(LogFault) {
                _ = try LogRecord(.report, bytes)
                return nil
            } catch { return error }
        }
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.stamp.robot = 70_000 } == .field("stamp.robot"))
        #expect(try refusal { $0.stamp.localNs = .min } == .field("stamp.local_ns"))
        #expect(try refusal { $0.status.xM = .nan } == .field("status.x_m"))
        #expect(try refusal { $0.status.yM = .infinity } == .field("status.y_m"))
        #expect(try refusal { $0.status.leaderReason = .unspecified } == .unknown("status.leader_reason"))
        #expect(try refusal { $0.status.leaderReason = .UNRECOGNIZED(99) } == .unknown("status.leader_reason"))
        #expect(try refusal { $0.radio.control.bulk.bytes = .max } == .field("traffic"))
        #expect(try refusal { $0.trust.keyNumber = 65_536 } == .field("trust.key_number"))
        #expect(
            try refusal { $0.routes = [Skein_Route](repeating: Skein_Route(), count: PeerReport.routesMax + 1) }
                == .field("routes"))
    }

    @Test func `damaged messages never trap, and what is read can be written`() throws {
        var maker = ReportMaker(seed: 4)
        for _ in 0..<40 {
            let id = maker.node()
            let stamp = LogStamp(robot: id, at: maker.instant(), mesh: maker.maybe { $0.mesh() })
            var records = maker.events().map { LogRecord(stamp: stamp, content: .event($0, number: 1)) }
            records.append(LogRecord(stamp: stamp, content: .report(maker.report(of: id))))
            for record in records {
                for _ in 0..<20 {
                    var bytes = record.message
                    for _ in 0..<1 + maker.below(4) {
                        bytes[maker.below(bytes.count)] ^= UInt8(truncatingIfNeeded: maker.word())
                    }
                    guard let read = try? LogRecord(record.topic, bytes) else { continue }
                    #expect(try LogRecord(read.topic, read.message) == read)
                }
            }
        }
    }

    @Test func `the descriptors are FileDescriptorSets that hold their schema`() throws {
        for topic in LogTopic.allCases {
            let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: topic.schema.data)
            let names = set.file.flatMap { file in file.messageType.map { "\(file.package).\($0.name)" } }
            #expect(names.contains(topic.schemaName))
        }
    }
}
