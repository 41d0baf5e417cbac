import SkeinWire

extension GoldenMessage {
    static let trust: [GoldenMessage] = [
        GoldenMessage(
            .introduction(
                Introduction(
                    awakeMilliseconds: 0x0A0B, ask: 0x0102_0304_0506_0708, answer: 0x1112_1314_1516_1718,
                    floors: [0x2122_2324, 0x3132_3334, 0x4142_4344, 0x5152_5354, 0x6162_6364])),
            """
            03 0a0b 0102030405060708 1112131415161718
            21222324 31323334 41424344 51525354 61626364
            """),
        GoldenMessage(
            .trustSummary(TrustSummary(digests: (1...16).map { 0x0102_0304 * $0 })),
            """
            01020304020406080306090c04080c10050a0f14060c1218070e151c08101820
            09121b240a141e280b16212c0c1824300d1a27340e1c2a380f1e2d3c10203040
            """),
        GoldenMessage(
            .trustGossip(TrustGossip(entries: trustEntries)),
            """
            06
            0084 01 ffff 01020304 0000000066778899
            0c01202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c
            3d3e3f0b000000006e8a3c510953636f75745f372d62808182838485868788898a8b8c8d8e8f90919293949596979899
            9a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf
            007c 01 0c05 01020305 000000006677889a
            0c062122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d
            3e3f4000000000000000000001728182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2
            a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0
            0075 02 ffff 11121314 0000000066778899
            0c02303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c
            4d4e4fa1a2a3a4909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8
            b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf
            00a3 03 0c05 21222324 0000000066778899
            02030c03404142434445464748494a4b4c4d4e4f505152535455565758595a
            5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a
            8b8c8d8e8fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9ca
            cbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf
            0162 04 0c04 31323334 0000000066778899
            0c0741424344010102030405060708090a0b0c0d0e0f101112131415161718
            191a1b1c1d1e1f202104414243445152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f706162
            636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192
            939495969798999a9b9c9d9e9fa002030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212204
            4243444552535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707162636465666768696a6b6c6d
            6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d
            9e9fa0a1b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadb
            dcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef
            00ba 04 0c04 31323335 0000000066778899
            0c0841424345020062505152535455565758595a5b5c5d5e5f606162636465
            666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495
            969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3
            d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
            """),
    ]

    static let stops: [GoldenMessage] = [
        GoldenMessage(
            .stopNotice(StopNotice(isStopped: true, digest: 0xE1E2_E3E4, statements: [stop, release])),
            """
            01 e1e2e3e4 02
            010d010001020300d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7
            f8f9fafbfcfdfeff000102030405060708090a0b0c0d0e0f
            020d0200010204020d01000102030d0300010202e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafb
            fcfdfeff000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
            """),
        GoldenMessage(
            .stopReceipt(StopReceipt(isStopped: true, isAnswer: true, name: stop.name, digest: 0xE1E2_E3E4)),
            """
            03 0d01 00010203 e1e2e3e4
            """),
    ]

    package static let stop = StopStatement(
        kind: .stop, issuer: NodeID(0x0D01), number: 0x0001_0203, names: [], signature: run(0xD0, 64))

    package static let release = StopStatement(
        kind: .release, issuer: NodeID(0x0D02), number: 0x0001_0204,
        names: [stop.name, StopStatement.Name(issuer: NodeID(0x0D03), number: 0x0001_0202)], signature: run(0xE0, 64))

    /// An entry of each content, and of each form that its parts may have.
    package static let trustEntries: [TrustEntry] = [
        TrustEntry(
            issuer: .none, number: 0x0102_0304, issuedAtSeconds: 0x6677_8899,
            content: .membership(
                Membership(
                    robot: NodeID(0x0C01), key: run(0x20, 32), roles: [.lead, .releaseStops, .addKernels],
                    expiresAtSeconds: 0x6E8A_3C51, name: "Scout_7-b")), signature: run(0x80, 64)),
        TrustEntry(
            issuer: NodeID(0x0C05), number: 0x0102_0305, issuedAtSeconds: 0x6677_889A,
            content: .membership(
                Membership(robot: NodeID(0x0C06), key: run(0x21, 32), roles: [], expiresAtSeconds: nil, name: "r")),
            signature: run(0x81, 64)),
        TrustEntry(
            issuer: .none, number: 0x1112_1314, issuedAtSeconds: 0x6677_8899,
            content: .revocation(
                Revocation(robot: NodeID(0x0C02), key: run(0x30, 32), entriesStand: 0xA1A2_A3A4)),
            signature: run(0x90, 64)),
        TrustEntry(
            issuer: NodeID(0x0C05), number: 0x2122_2324, issuedAtSeconds: 0x6677_8899,
            content: .fleetKey(FleetKeyShare(keyNumber: 0x0203, robot: NodeID(0x0C03), sealed: run(0x40, 80))),
            signature: run(0xA0, 64)),
        TrustEntry(
            issuer: NodeID(0x0C04), number: 0x3132_3334, issuedAtSeconds: 0x6677_8899,
            content: .demotion(
                Demotion(
                    accused: NodeID(0x0C07), membershipNumber: 0x4142_4344, evidence: .twoFaces(digest(1), digest(2)))),
            signature: run(0xB0, 64)),
        TrustEntry(
            issuer: NodeID(0x0C04), number: 0x3132_3335, issuedAtSeconds: 0x6677_8899,
            content: .demotion(
                Demotion(
                    accused: NodeID(0x0C08), membershipNumber: 0x4142_4345, evidence: .brokenRule(run(0x50, 98)))),
            signature: run(0xC0, 64)),
    ]

    private static func digest(_ first: UInt8) -> SignedDigest {
        SignedDigest(
            header: run(first, 33), head: run(first + 0x40, 4), hash: run(first + 0x50, 32),
            signature: run(first + 0x60, 64))
    }

    /// Consecutive bytes.
    static func run(_ first: UInt8, _ count: Int) -> [UInt8] {
        (0..<count).map { first &+ UInt8(truncatingIfNeeded: $0) }
    }
}
