import SkeinWire

extension GoldenMessage {
    static let cloud: [GoldenMessage] = [
        GoldenMessage(
            .request(
                Request(
                    task: task, attempt: 2, parts: 4, unitBytes: 1337, deadlineMilliseconds: 850, smell: 0.0625,
                    excluded: [NodeID(0x0071), NodeID(0x0072)])),
            """
            0107 a1b2c3d4 02 04 0539 0352 3d800000
            02 0071 0072
            """),
        GoldenMessage(
            .claim(
                Claim(
                    task: task, claim: 0xC1A1, parts: 3, unitBytes: 1337, deadlineMilliseconds: 640,
                    excluded: [NodeID(0x0073)])),
            """
            0107 a1b2c3d4 c1a1 03 0539 0280
            01 0073
            """),
        GoldenMessage(
            .claimReply(
                ClaimReply(
                    task: task, claim: 0xC1A1,
                    placements: [
                        Placement(
                            helper: NodeID(0x0081), leader: NodeID(0x0091), parts: 2, shareKHz: 1234,
                            efficiency: EfficiencyField(bitsPerSecondPerHz: 6.658)),
                        Placement(
                            helper: NodeID(0x0082), leader: NodeID(0x0091), parts: 1, shareKHz: 20_000,
                            efficiency: EfficiencyField(bitsPerSecondPerHz: 33.219)),
                    ])),
            """
            0107 a1b2c3d4 c1a1
            02 008100910204d21a02 00820091014e2081c3
            """),
        GoldenMessage(
            .match(
                Match(
                    task: task, attempt: 2, pending: 1,
                    placements: [
                        Placement(
                            helper: NodeID(0x0083), leader: NodeID(0x0092), parts: 3, shareKHz: 777,
                            efficiency: EfficiencyField(bitsPerSecondPerHz: 9.876))
                    ])),
            """
            0107 a1b2c3d4 02 01
            01 008300920303092694
            """),
        GoldenMessage(
            .unit(
                WorkUnit(
                    task: task, part: 5, attempt: 2, kernel: 1, kernelVersion: 7, costMilliseconds: 35,
                    deadlineMilliseconds: 100, input: [0xDE, 0xAD, 0xBE, 0xEF])),
            """
            0107 a1b2c3d4 05 02 01 07 0023 0064
            0004 deadbeef
            """),
        GoldenMessage(
            .unitReceipt(
                UnitReceipt(task: task, part: 5, attempt: 2, verdict: .tooLate, expectedMilliseconds: 42)),
            """
            0107 a1b2c3d4 05 02 03 002a
            """),
        GoldenMessage(
            .result(
                UnitResult(
                    task: task, part: 5, attempt: 2, failed: false, queueMilliseconds: 12, computeMilliseconds: 34,
                    output: [0xCA, 0xFE, 0x01])),
            """
            0107 a1b2c3d4 05 02 00 000c 0022
            0003 cafe01
            """),
    ]
}
