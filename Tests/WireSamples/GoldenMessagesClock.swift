import SkeinWire

extension GoldenMessage {
    static let clock: [GoldenMessage] = [
        GoldenMessage(.clockQuestion(ClockQuestion(number: 0x0C0D_0E0F)), "0c0d0e0f"),
        GoldenMessage(
            .clockAnswer(
                ClockAnswer(
                    number: 0x0C0D_0E0F, root: NodeID(0x0102), term: 0x0102_0304, hops: 3,
                    receivedNanoseconds: 0x0011_2233_4455_6677, sentNanoseconds: 0x0011_2233_4457_00A1,
                    boundNanoseconds: 1_000_000)),
            """
            0c0d0e0f 0102 01020304 03
            0011223344556677
            00112233445700a1
            00000000000f4240
            """),
    ]
}
