import SkeinWire

extension GoldenMessage {
    static let work: [GoldenMessage] = [
        GoldenMessage(.session(Handshake(half: run(0x10, 7))), "07 10111213141516"),
        GoldenMessage(
            .jobUnit(
                JobUnit(
                    id: unit, isLeased: true, kernel: kernel("blur-3x", 0x0506), costMilliseconds: 0x1122_3344,
                    deadlineMilliseconds: 0x5566_7788,
                    inputs: [
                        .inline([0xDE, 0xAD, 0xBE, 0xEF]),
                        .object(object(0x20), bytes: 0x03F1_F2F3, holder: NodeID(0x00A1)),
                    ])),
            """
            0107 a1b2c3d4 0203 04 01
            07 626c75722d3378 0506
            11223344 55667788
            02
            00 0004 deadbeef
            01 202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f 03f1f2f3 00a1
            """),
        GoldenMessage(
            .jobReceipt(JobReceipt(id: unit, verdict: .gone, expectedMilliseconds: 100_000)),
            """
            0107 a1b2c3d4 0203 04 05 000186a0
            """),
        GoldenMessage(
            .jobResult(
                JobResult(
                    id: unit, outcome: .inline([0xCA, 0xFE, 0x01]), isDeterministic: true, wasKnown: true,
                    queueMilliseconds: 0x0001_0203, computeMilliseconds: 0x0405_0607)),
            """
            0107 a1b2c3d4 0203 04
            00 03 00010203 04050607
            0003 cafe01
            """),
        GoldenMessage(
            .jobCancel(JobCancel(id: JobUnitID(job: task, unit: JobUnitID.wholeJob, attempt: 4))),
            """
            0107 a1b2c3d4 ffff 04
            """),
        GoldenMessage(
            .jobLease(
                JobLease(
                    job: task, attempt: 4, kernel: kernel("track.v_2", 0x0708), costMilliseconds: 5,
                    periodMilliseconds: 33, spanMilliseconds: 10_000)),
            """
            0107 a1b2c3d4 04
            09 747261636b2e765f32 0708
            00000005 00000021 00002710
            """),
    ]

    static let unit = JobUnitID(job: task, unit: 0x0203, attempt: 4)

    static func kernel(_ name: String, _ version: UInt16) -> KernelName {
        guard let kernel = KernelName(name: name, version: version) else { preconditionFailure("no name: \(name)") }
        return kernel
    }

    static func object(_ first: UInt8) -> ObjectID {
        guard let object = ObjectID(hash: run(first, ObjectID.byteCount)) else { preconditionFailure("no hash") }
        return object
    }
}
