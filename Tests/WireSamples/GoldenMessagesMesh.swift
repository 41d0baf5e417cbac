import SkeinWire

extension GoldenMessage {
    static let mesh: [GoldenMessage] = [
        GoldenMessage(
            .beacon(
                Beacon(
                    intervalMilliseconds: 250, listsAllNeighbours: true, isRequester: true, isLeaving: true,
                    isStopped: true,
                    root: NodeID(0x0102), term: 0x0102_0304, rootSequence: 0x0506_0708, hops: 5, parent: NodeID(0x1112),
                    leader: NodeID(0x1314), plan: PlanNumber(term: 0x0102_0304, number: 9), missionRevision: 7,
                    sightingRevision: 11, trustDigest: 0xC0C1_C2C3, stopDigest: 0xD0D1_D2D3, pose: pose,
                    speedMetersPerSecond: 6, turnRadiansPerSecond: -0.5, smell: 0.125,
                    best: Smell(xMeters: 40.5, yMeters: 60.25, perMeter: 0.75),
                    neighbours: [
                        Beacon.Heard(neighbour: NodeID(0x0021), power: PowerField(dBm: -65.43)),
                        Beacon.Heard(neighbour: NodeID(0x0022), power: .nothing),
                    ],
                    leaders: [
                        Beacon.LeaderEntry(leader: NodeID(0x0031), hops: 1, sequence: 0xABCD, freeParts: 4),
                        Beacon.LeaderEntry(leader: NodeID(0x0032), hops: 255, sequence: 2, freeParts: 0),
                    ])),
            """
            00fa 0f 0102 01020304 05060708 05 1112 1314
            0102030400000009 00000007 0000000b c0c1c2c3 d0d1d2d3
            41480000 c0e80000 3fc00000 3e8000003e000000bd8000003f0000003d0000003c000000
            40c00000 bf000000
            3e000000
            42220000 42710000 3f400000
            02 0021e671 00228000
            02 003101abcd04 0032ff000200
            """),
        GoldenMessage(
            .hello(
                Hello(
                    intervalMilliseconds: 500, isLeader: true, isLeaving: true, isStopped: true,
                    leader: NodeID(0x1314),
                    plan: PlanNumber(term: 3, number: 4), idle: PercentField(percent: 48.75),
                    efficiency: EfficiencyField(bitsPerSecondPerHz: 7.654), busyParts: 2, sequence: 0xBEEF,
                    stopDigest: 0xE0E1_E2E3,
                    grants: [
                        Hello.Grant(
                            member: NodeID(0x0041), granted: PercentField(percent: 20), shareKHz: 1500, parts: 1),
                        Hello.Grant(
                            member: NodeID(0x0042), granted: PercentField(percent: 60.25), shareKHz: 18_500, parts: 3),
                    ])),
            """
            01f4 07 1314 0000000300000004 130b 1de6 02 beef e0e1e2e3
            02 004107d005dc01 00421789484403
            """),
        GoldenMessage(
            .linkReport(
                LinkReport(
                    version: 0x0A0B_0C0D, plan: PlanNumber(term: 3, number: 4), idle: PercentField(percent: 51.25),
                    entries: [
                        LinkReport.Entry(
                            neighbour: NodeID(0x0051), controlPower: PowerField(dBm: -89.99),
                            dataPower: PowerField(dBm: -90), efficiency: EfficiencyField(bitsPerSecondPerHz: 6.658)),
                        LinkReport.Entry(
                            neighbour: NodeID(0x0052), controlPower: PowerField(dBm: -40), dataPower: .nothing,
                            efficiency: EfficiencyField(bitsPerSecondPerHz: 0)),
                    ])),
            """
            0a0b0c0d 0000000300000004 1405 02
            0051dcd9dcd81a02 0052f06080000000
            """),
        GoldenMessage(
            .plan(
                PlanPart(
                    root: NodeID(0x0102), plan: PlanNumber(term: 0x0102_0304, number: 6), part: 1, parts: 3,
                    leaders: [
                        PlanPart.Leader(
                            id: NodeID(0x0102), efficiency: EfficiencyField(bitsPerSecondPerHz: 7.123)),
                        PlanPart.Leader(
                            id: NodeID(0x0061), efficiency: EfficiencyField(bitsPerSecondPerHz: 8.456)),
                    ],
                    entries: [
                        PlanPart.Entry(robot: NodeID(0x0102), owner: 0),
                        PlanPart.Entry(robot: NodeID(0x0061), owner: 1),
                        PlanPart.Entry(robot: NodeID(0x0062), owner: 1),
                    ])),
            """
            0102 0102030400000006 01 03
            02 01021bd3 00612108
            0003 010200 006101 006201
            """),
        GoldenMessage(
            .mission(MissionOrder(revision: 0x2122_2324, command: .start, root: NodeID(0x0506))),
            """
            21222324 02 0506
            """),
        GoldenMessage(
            .sighting(Sighting(revision: 0x3132_3334, xMeters: 81.5, yMeters: 19.75, sigmaMeters: 0.375)),
            """
            31323334 42a30000 419e0000 3ec00000
            """),
        GoldenMessage(
            .fixes(
                Fixes(
                    entries: [
                        Fixes.Entry(
                            robot: NodeID(0x0A01), xMeters: 12.5, yMeters: -7.25, covariance: [0.25, 0.03125, 0.5],
                            independent: [0.125, -0.0625, 0.25]),
                        Fixes.Entry(
                            robot: NodeID(0x0A02), xMeters: -1, yMeters: 2, covariance: [1, 0, 1],
                            independent: [0, 0, 0]),
                    ], ageMilliseconds: 0x0C01)),
            """
            02
            0a01 41480000 c0e80000 3e8000003d0000003f000000 3e000000bd8000003e800000
            0a02 bf800000 40000000 3f800000000000003f800000 000000000000000000000000
            0c01
            """),
        GoldenMessage(
            .routeRequest(RouteRequest(request: 0x1122_3344, target: NodeID(0x0B01))),
            """
            11223344 0b01
            """),
        GoldenMessage(
            .routeReply(RouteReply(request: 0x1122_3344, hops: 6)),
            """
            11223344 06
            """),
        GoldenMessage(
            .echo(Echo(number: 0x5566_7788, isAnswer: true, hops: 3)),
            """
            55667788 01 03
            """),
    ]
}
