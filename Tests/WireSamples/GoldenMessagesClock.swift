import SkeinWire

extension GoldenMessage {
    static let clocks: [GoldenMessage] = [
        GoldenMessage(
            .clockQuestion(ClockQuestion(number: 0x5152_5354)),
            """
            51525354
            """),
        GoldenMessage(
            .clockAnswer(
                ClockAnswer(
                    number: 0x6162_6364, root: NodeID(0x0E01), term: 0x0102_0305, hops: 4,
                    receivedNanoseconds: 0x0102_0304_0506_0708, sentNanoseconds: 0x0102_0305_0407_0809,
                    boundNanoseconds: 0x0A0B_0C0D_0E0F)),
            """
            61626364 0e01 01020305 04 0102030405060708 0102030504070809 00000a0b0c0d0e0f
            """),
    ]
}
