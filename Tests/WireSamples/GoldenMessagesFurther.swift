import SkeinWire

extension GoldenMessage {
    /// What a kind can look like besides: optional fields that `all` leaves out, or others in their place.
    package static let further: [GoldenMessage] =
        furtherProbing + [
            GoldenMessage(
                .mission(
                    MissionOrder(
                        revision: 9, command: .pause, root: NodeID(0x0506),
                        brief: MissionBrief(
                            run: 7, elapsedTenths: 0x0102, reason: .deadline,
                            plan: .init(object: object(0x40), bytes: 0x0203, revision: 5),
                            roles: [
                                .init(robot: NodeID(0x0102), role: 1), .init(robot: NodeID(0x0203), role: 0),
                            ]))),
                """
                00000009 84 0506 00000007 00000102 03
                404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f
                00000203 00000005 0002 010201 020300
                """),
            GoldenMessage(
                .linkReport(
                    LinkReport(
                        version: 0x0A0B_0C0D, plan: PlanNumber(term: 3, number: 4),
                        idle: PercentField(percent: 51.25),
                        state: .init(
                            carriesCamera: true, carriesSatelliteReceiver: true, isUnfit: true, hasArrived: true),
                        entries: [])),
                """
                8a0b0c0d 0000000300000004 1405 c0 03
                """),
            GoldenMessage(
                .hello(helloOfLeader),
                """
                01f4 31 1314 0000000300000004 130b 1de6 02 beef e0e1e2e3
                01 004107d005dc01
                10e1
                02 07 626c75722d3378 0506 01 6b 0001
                """),
            GoldenMessage(
                .hello(helloOfSender),
                """
                01f4 09 1314 0000000300000004 130b 1de6 02 beef e0e1e2e3
                01 004107d005dc01
                """),
            GoldenMessage(
                .request(
                    Request(
                        task: task, attempt: 2, parts: 4, unitBytes: 1337, deadlineMilliseconds: 850, smell: 0.0625,
                        excluded: [NodeID(0x0071), NodeID(0x0072)], work: kernelWork)),
                """
                0107 a1b2c3d4 02 84 0539 0352 3d800000
                02 0071 0072
                8182838485868788 11223344 55667788
                """),
            GoldenMessage(
                .claim(
                    Claim(
                        task: task, claim: 0xC1A1, parts: 3, unitBytes: 1337, deadlineMilliseconds: 640,
                        excluded: [NodeID(0x0073)], work: kernelWork)),
                """
                0107 a1b2c3d4 c1a1 83 0539 0280
                01 0073
                8182838485868788 11223344 55667788
                """),
            // How is it getting on?
            GoldenMessage(
                .jobUnit(
                    JobUnit(
                        id: unit, isLeased: false, kernel: kernel("blur-3x", 0x0506), costMilliseconds: 0x1122_3344,
                        deadlineMilliseconds: 0x5566_7788, inputs: [])),
                """
                0107 a1b2c3d4 0203 04 00
                07 626c75722d3378 0506
                11223344 55667788
                00
                """),
            result(
                .object(object(0x40), bytes: 0x00F1_F2F3), isDeterministic: true, wasKnown: false,
                """
                01 01 00010203 04050607
                404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f 00f1f2f3
                """),
            result(
                .failed(.exited, "no “numpy” here"), isDeterministic: false, wasKnown: true,
                """
                02 02 00010203 04050607
                02 13 6e6f20e2809c6e756d7079e2809d2068657265
                """),
        ]

    private static let kernelWork = KernelWork(
        kernelTag: 0x8182_8384_8586_8788, costMilliseconds: 0x1122_3344, deadlineMilliseconds: 0x5566_7788)

    private static let hello = Hello(
        intervalMilliseconds: 500, isLeader: true, isLeaving: false, leader: NodeID(0x1314),
        plan: PlanNumber(term: 3, number: 4), idle: PercentField(percent: 48.75),
        efficiency: EfficiencyField(bitsPerSecondPerHz: 7.654), busyParts: 2, sequence: 0xBEEF,
        stopDigest: 0xE0E1_E2E3,
        grants: [Hello.Grant(member: NodeID(0x0041), granted: PercentField(percent: 20), shareKHz: 1500, parts: 1)])

    private static let helloOfLeader: Hello = {
        var hello = Self.hello
        hello.bulkShareKHz = 4321
        hello.kernels = [kernel("blur-3x", 0x0506), kernel("k", 1)]
        return hello
    }()

    private static let helloOfSender: Hello = {
        var hello = Self.hello
        hello.hasBulk = true
        return hello
    }()

    private static func result(
        _ outcome: JobResult.Outcome, isDeterministic: Bool, wasKnown: Bool, _ hex: String
    ) -> GoldenMessage {
        GoldenMessage(
            .jobResult(
                JobResult(
                    id: unit, outcome: outcome, isDeterministic: isDeterministic, wasKnown: wasKnown,
                    queueMilliseconds: 0x0001_0203, computeMilliseconds: 0x0405_0607)),
            "0107 a1b2c3d4 0203 04 " + hex)
    }
}
