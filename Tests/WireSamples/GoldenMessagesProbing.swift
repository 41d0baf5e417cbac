import SkeinWire

extension GoldenMessage {
    static let probing: [GoldenMessage] = [
        GoldenMessage(
            .question(Question(number: number, subject: .way(to: NodeID(0x2122)))), "0102030405060708 01 2122"),
        GoldenMessage(
            .answer(
                Answer(
                    number: number,
                    body: .way(
                        Answer.Way(
                            next: NodeID(0x2324), rule: .hop(.tree), band: .data, hops: 3, basis: .probed,
                            power: PowerField(dBm: -71.25), efficiency: EfficiencyField(thousandths: 0x1de6),
                            roundTripMicroseconds: 0x0001_86A0)))),
            "0102030405060708 01 2324 04 01 03 03 e42b 1de6 000186a0"),
    ]

    /// The other questions and answers.
    static let furtherProbing: [GoldenMessage] =
        [
            (Question.Subject.echo(of: NodeID(0x2122)), "02 2122"),
            (.speed(to: NodeID(0x2122), bytes: 0x0012_3456, milliseconds: 0x7530), "03 2122 00123456 00007530"),
            (
                .take(object(0x40), bytes: 0x0012_3456, from: NodeID(0x2122), milliseconds: 0x7530),
                """
                04 2122 00123456 00007530
                404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f
                """
            ),
            (.enough(0x1112_1314_1516_1718), "05 1112131415161718"),
        ].map { subject, hex in
            GoldenMessage(.question(Question(number: number, subject: subject)), "0102030405060708" + hex)
        }
        + [
            (Answer.Body.way(.none), "01 ffff 00 00 ff 00 8000 0000 ffffffff"),
            (.echoed(hops: 4, roundTripMicroseconds: 0x0000_C350), "02 04 0000c350"),
            (
                .giving(object(0x40), sent: 0x0102, repeated: 3, allottedKilobits: 0x0004_0506),
                """
                03 404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f
                00000102 00000003 00040506
                """
            ),
            (.took(waitedMicroseconds: 0x0A0B, tookMicroseconds: 0x0C0D_0E0F), "04 00000a0b 0c0d0e0f"),
            (.atWork, "05"),
            (.refused(.unreachable), "06 04"),
        ].map { body, hex in GoldenMessage(.answer(Answer(number: number, body: body)), "0102030405060708" + hex) }

    private static let number: UInt64 = 0x0102_0304_0506_0708
}
