import SkeinPeer
import SkeinSeal
import SkeinView
import SkeinWire
import Testing

@testable import SkeinPicture

@Suite struct SwarmPictureTests {
    private static let now = Made.instant(1_000)

    private func robot(_ snapshot: Snapshot, _ number: Int) throws -> Snapshot.Robot {
        try #require(snapshot.robots.first { $0.id == Made.robot(number) })
    }

    @Test func `a robot's own word counts before what others say of it, and its age is its own`() throws {
        var picture = Made.swarm(2)
        // r1 says of r0 that it is elsewhere and lends nothing.
        Made.tell(&picture, 2, at: 1_001) { number, report in
            guard number == 1 else { return }
            report.neighbours = [
                Made.neighbour(0, heardAt: 200.5) {
                    $0.place = .init(xMeters: 77, yMeters: 77, headingRadians: 0)
                    $0.idlePercent = 0
                    $0.leader = Made.robot(9)
                }
            ]
        }
        let seen = try robot(picture.snapshot(at: Made.instant(1_002)), 0)
        #expect(seen.place?.value.xMeters == 0 && seen.place?.age == .seconds(1))
        #expect(seen.idle?.value == 0.5 && seen.leader == Made.robot(0) && seen.role == .root)
        #expect(seen.state == "ok" && seen.heard == .seconds(1))
    }

    @Test func `of a robot that does not tell the freshest word of others counts`() throws {
        var picture = Made.swarm(2)
        Made.tell(&picture, 2, at: 1_001) { number, report in
            report.neighbours = [
                Made.neighbour(5, heardAt: number == 0 ? 200.9 : 199) {
                    $0.place = .init(xMeters: number == 0 ? 10 : 20, yMeters: 0, headingRadians: 0)
                    $0.leader = Made.robot(number)
                }
            ]
        }
        let seen = try robot(picture.snapshot(at: Made.instant(1_001)), 5)
        #expect(seen.place?.value.xMeters == 10 && seen.leader == Made.robot(0) && seen.role == .member)
        #expect(seen.heard.map { abs($0.inSeconds - 0.1) < 1e-6 } == true)
        #expect(seen.name == "r5", "a robot that nobody has a name for is called by its number")
    }

    @Test func `words of a robot that tells no more keep their age, and it is silent`() throws {
        var picture = Made.swarm(3)
        for second in 1_001...1_010 { Made.tell(&picture, 3, at: Double(second), except: [1]) }
        picture.note(Made.robot(1), answers: false, at: Made.instant(1_002))
        picture.watch(at: Made.instant(1_010))
        let snapshot = picture.snapshot(at: Made.instant(1_010))
        let seen = try robot(snapshot, 1)
        #expect(seen.state == "silent" && seen.isOff && seen.severity == .alarm && seen.troubles.count == 1)
        #expect(seen.place?.age == .seconds(10) && seen.idle?.age == .seconds(10))
        #expect(snapshot.mesh.known == 3 && snapshot.mesh.heard == 2 && snapshot.mesh.silent == 1)
        // Somebody hears it still: only its daemon does not answer.
        Made.tell(&picture, 3, at: 1_011, except: [1]) { _, report in
            report.neighbours = [Made.neighbour(1, heardAt: 210.9)]
        }
        let quiet = try robot(picture.snapshot(at: Made.instant(1_011)), 1)
        #expect(quiet.state == "quiet" && !quiet.isOff)
    }

    @Test func `a link is one, by the weaker of its directions and the fresher of its words`() throws {
        var picture = Made.swarm(2)
        Made.tell(&picture, 2, at: 1_001) { number, report in
            report.neighbours = [
                Made.neighbour(1 - number, heardAt: number == 0 ? 200.8 : 200.2, efficiency: number == 0 ? 6 : 3)
            ]
        }
        let links = picture.snapshot(at: Made.instant(1_001)).links
        #expect(links.count == 2 && Set(links.map(\.band)) == [.control, .data])
        for link in links {
            #expect(link.from == Made.robot(0) && link.to == Made.robot(1))
            #expect(link.bitsPerSecondPerHz == 3)
            #expect(abs(link.age.inSeconds - 0.2) < 1e-6)
        }
        #expect(links.first { $0.band == .control }?.isTree == true)
        #expect(links.first { $0.band == .data }?.isSubgroup == true)
    }

    @Test func `through one robot's eyes ways and links are that robot's`() throws {
        var picture = SwarmPicture(mode: .live, source: "made up", eyes: Made.robot(1))
        picture.take(names: (0..<4).map { (Made.robot($0), "robot \($0)") })
        let report = Made.report(1) { report in
            report.neighbours = [Made.neighbour(0, heardAt: 199.5)]
            report.routes = [
                RouteAccount(destination: Made.robot(0), next: Made.robot(0), rule: .direct, hops: 1, learnedAt: nil),
                RouteAccount(destination: Made.robot(2), next: Made.robot(0), rule: .learned, hops: 3, learnedAt: nil),
                RouteAccount(destination: Made.robot(3), next: .none, rule: nil, hops: nil, learnedAt: nil),
            ]
        }
        picture.take(report, of: Made.robot(1), at: Self.now)
        picture.take(
            [
                Made.account(2) { $0.next = Made.robot(0) },
                Made.account(3) { $0.contact = .init(since: .seconds(90), silence: .seconds(40)) },
            ],
            of: Made.robot(1), at: Self.now)
        picture.watch(at: Self.now, patient: false)
        let snapshot = picture.snapshot(at: Self.now)
        #expect(snapshot.me?.name == "robot 1" && snapshot.me?.role == .member)
        #expect(snapshot.me?.leaderName == "robot 0" && snapshot.me?.roleSince == .seconds(99))
        #expect(snapshot.time == .seconds(100), "since its boot")
        #expect(try robot(snapshot, 1).hops == 0)
        #expect(try robot(snapshot, 0).hops == 1 && robot(snapshot, 0).link?.estimator == .measured)
        let far = try robot(snapshot, 2)
        #expect(far.hops == 3 && far.next == Made.robot(0) && far.state == "ok" && far.link == nil)
        let gone = try robot(snapshot, 3)
        #expect(gone.state == "silent" && gone.severity == .alarm && gone.heard == .seconds(40))
        #expect(picture.alarms.map(\.kind) == [.silent])
    }

    @Test func `rates are of two reports of one boot, and a restart begins anew`() {
        var picture = SwarmPicture(mode: .live, source: "made up", eyes: Made.robot(0))
        func take(_ seconds: Double, epoch: UInt32 = 1, bytes: UInt64, drops: Int) {
            picture.take(
                Made.report(0, at: seconds, epoch: epoch) { report in
                    report.radio = Made.radio(sentBytes: bytes)
                    report.status.drops = Made.drops([.replayed: drops])
                }, of: Made.robot(0), at: Made.instant(seconds + 800))
        }
        take(200, bytes: 1_000, drops: 3)
        #expect(picture.snapshot(at: Made.instant(1_000)).radio?.bands[0].sentBytesPerSecond == 0)
        take(202, bytes: 5_000, drops: 7)
        let radio = picture.snapshot(at: Made.instant(1_002)).radio
        #expect(radio?.bands[0].sentBytesPerSecond == 2_000 && radio?.bands[0].receivedBytesPerSecond == 2_000)
        #expect(radio?.classes.first { $0.trafficClass == .control }?.sentBytesPerSecond == 2_000)
        #expect(radio?.drops.first?.perSecond == 2 && radio?.drops.first?.count == 7)
        take(203, epoch: 2, bytes: 100, drops: 0)
        #expect(picture.snapshot(at: Made.instant(1_003)).radio?.bands[0].sentBytesPerSecond == 0)
        take(204, epoch: 2, bytes: 300, drops: 0)
        #expect(picture.snapshot(at: Made.instant(1_004)).radio?.bands[0].sentBytesPerSecond == 200)
    }

    @Test func `a swarm's bytes are summed, its shares of the air are the busiest robot's`() {
        var picture = Made.swarm(3)
        Made.tell(&picture, 3, at: 1_001) { number, report in
            report.radio = Made.radio(controlFraction: Double(number) / 100, sentBytes: 1_000)
        }
        let radio = picture.snapshot(at: Made.instant(1_001)).radio
        #expect(radio?.whose == "3 robots" && radio?.bands[0].sentBytesPerSecond == 3_000)
        #expect(radio?.controlFraction == 0.02)
    }

    @Test func `events stand in the order of mesh time, each told once, a restarted robot's too`() {
        var picture = Made.swarm(3)
        let at = Made.instant(1_010)
        picture.take(
            [Made.note(1, at: 205, mesh: 205, .missionStarted), Made.note(2, at: 207, mesh: 207, .arrived)],
            of: Made.robot(0), at: at)
        // r1's clock is far ahead by its own count, and mesh time is not.
        picture.take([Made.note(1, at: 500, mesh: 206, .missionStarted)], of: Made.robot(1), at: at)
        picture.take([Made.note(2, at: 207, mesh: 207, .arrived)], of: Made.robot(0), at: at)
        let told = picture.snapshot(at: at).events
        #expect(told.map(\.robotName) == ["r0", "r1", "r0"])
        #expect(told.map(\.text) == ["mission started", "mission started", "arrived"])
        #expect(picture.eventLast(of: Made.robot(0)) == 2)
        picture.take(Made.report(0, at: 211, epoch: 2), of: Made.robot(0), at: Made.instant(1_011))
        #expect(picture.eventLast(of: Made.robot(0)) == 0, "a new boot counts from one")
        picture.take([Made.note(1, at: 211, mesh: 211, .missionStarted)], of: Made.robot(0), at: Made.instant(1_011))
        #expect(picture.snapshot(at: Made.instant(1_011)).events.count == 4)
    }

    @Test func `the events kept are the latest`() {
        var picture = Made.swarm(1)
        for number in 1...UInt64(SwarmPicture.eventsMax + 50) {
            picture.take(
                [Made.note(number, at: 200 + Double(number) / 100, .missionStarted)], of: Made.robot(0),
                at: Made.instant(1_100))
        }
        #expect(picture.reel.items.count == SwarmPicture.eventsMax)
        #expect(picture.reel.items.last?.note.number == UInt64(SwarmPicture.eventsMax + 50))
    }

    @Test func `who stands is each robot's own word, else its receipt, else what a neighbour heard`() throws {
        var picture = Made.swarm(2)
        let stop = StopStatement.Name(issuer: Made.robot(0), number: 3)
        Made.tell(&picture, 2, at: 1_001) { number, report in
            report.safety = Made.safety(number == 0 ? [stop] : [])
            report.neighbours = [Made.neighbour(4, heardAt: 200.9) { $0.isStopped = true }]
        }
        let safety = SafetyReport(
            robot: Made.robot(0), isStopped: true, isPersisted: true, numberMax: 3, active: [stop],
            issued: .init(name: stop, isRelease: false),
            robots: [
                .init(id: Made.robot(1), name: "r1", answer: .stands, after: .seconds(1)),
                .init(id: Made.robot(2), name: "r2", answer: .unreachable, after: nil),
                .init(id: Made.robot(3), name: "r3", answer: .stands, after: .milliseconds(40)),
            ])
        picture.take(safety, of: Made.robot(0), at: Made.instant(1_001))
        let shown = picture.snapshot(at: Made.instant(1_001)).safety
        #expect(shown.state == .stopped && shown.stops.map(\.number) == [3])
        let answers = shown.lines.map(\.answer)
        #expect(answers == [.stands, .goesOn, .unreachable, .stands, .stands], "r1 says now that it goes on")
        #expect(shown.lines[3].after == .milliseconds(40))
    }

    @Test func `what a helper is still to send is no trouble, what it has failed to send is`() throws {
        func line(_ phase: TaskAccount.Unit.Phase) throws -> Snapshot.Work {
            var unit = TaskAccount.Unit(number: 0, phase: phase)
            unit.robot = Made.robot(2)
            unit.trouble = .part(.noResult)
            var task = TaskAccount(name: .step(1), number: 1, kernels: ["ekf"], phase: .running, count: 1)
            task.units = [unit]
            var picture = SwarmPicture(mode: .live, source: "made up")
            picture.take(Made.report(1) { $0.tasks = [task] }, of: Made.robot(1), at: Made.instant(200))
            return try #require(picture.snapshot(at: Made.instant(200)).tasks.first)
        }
        #expect(try line(.working).severity == .calm)
        #expect(try line(.working).stateWords.isEmpty)
        #expect(try line(.seeking).severity == .warning)
        #expect(try line(.seeking).stateWords == "no result")
    }

    @Test func `two pictures of the same words are the same`() {
        func made() -> Snapshot {
            var picture = Made.swarm(20)
            Made.tell(&picture, 20, at: 1_001) { number, report in
                report.neighbours = (0..<20).filter { $0 != number }.map { Made.neighbour($0, heardAt: 200.5) }
            }
            picture.watch(at: Made.instant(1_001))
            return picture.snapshot(at: Made.instant(1_001))
        }
        #expect(made() == made())
        let order = made().robots.map(\.id)
        #expect(order == order.sorted())
    }

    /// Seeded: whatever robots say of each other, the picture holds and names everybody once.
    @Test(arguments: 0..<40) func `contradictions of all kinds make a picture in which each robot is once`(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func below(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var picture = SwarmPicture(
            mode: .live, source: "made up", eyes: below(2) == 0 ? nil : Made.robot(below(8)))
        for second in 0..<20 {
            let now = Made.instant(Double(1_000 + second))
            for _ in 0..<6 {
                let teller = below(8)
                let report = Made.report(teller, at: Double(100 + below(200)), epoch: UInt32(1 + below(3))) { report in
                    report.status.root = Made.robot(below(10))
                    report.status.leader = below(4) == 0 ? .none : Made.robot(below(10))
                    report.status.hops = below(3) == 0 ? nil : below(9)
                    report.neighbours = (0..<below(6)).map { _ in
                        Made.neighbour(below(10), heardAt: Double(below(300))) {
                            $0.root = below(5) == 0 ? .none : Made.robot(below(10))
                            $0.isStopped = below(2) == 0
                        }
                    }
                    report.safety = Made.safety(
                        (0..<below(3)).map { .init(issuer: Made.robot(below(8)), number: UInt32(1 + $0)) })
                    report.status.drops = Made.drops([.wrongSignature: below(100), .replayed: below(100)])
                }
                picture.take(report, of: Made.robot(teller), at: now)
                picture.take(
                    [
                        Made.account(below(10)) {
                            $0.isDoubled = below(9) == 0; $0.hasLeft = below(9) == 0
                        }
                    ],
                    of: Made.robot(teller), at: now)
                if below(5) == 0 { picture.note(Made.robot(below(10)), answers: below(2) == 0, at: now) }
            }
            picture.watch(at: now)
            let snapshot = picture.snapshot(at: now)
            #expect(Set(snapshot.robots.map(\.id)).count == snapshot.robots.count)
            #expect(snapshot.robots.allSatisfy { !$0.name.isEmpty && !$0.state.isEmpty })
            #expect(snapshot.links.allSatisfy { $0.from < $0.to || $0.from == $0.to })
            #expect(Set(picture.alarms.map { "\($0.kind) \($0.robot)" }).count == picture.alarms.count)
        }
    }

    /// A second's work for the dashboard of a hundred robots is a small part of a second, in a debug build on a slow machine too.
    @Test func `a hundred robots with twenty neighbours each cost little`() {
        var picture = Made.swarm(100)
        let clock = ContinuousClock()
        var spans: [Duration] = []
        for second in 1...5 {
            let reports = (0..<100).map { number in
                Made.report(number, at: Double(200 + second)) { report in
                    report.neighbours = (1...20).map { Made.neighbour((number + $0) % 100, heardAt: 200) }
                }
            }
            spans.append(
                clock.measure {
                    let now = Made.instant(Double(1_000 + second))
                    for report in reports { picture.take(report, of: report.id, at: now) }
                    picture.watch(at: now)
                    let snapshot = picture.snapshot(at: now)
                    precondition(
                        snapshot.robots.count == 100 && snapshot.links.count > 1_000, "\(snapshot.links.count)")
                })
        }
        #expect((spans.min() ?? .zero) < .milliseconds(500), "\(spans)")
    }
}
