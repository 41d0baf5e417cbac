import SkeinPeer
import SkeinSeal
import SkeinWire

// The robot, its place in the mesh, its links.

extension MetricFamily {
    static let robot: [MetricFamily] = [
        one(
            "skein_up", .gauge, unit: "0 or 1", "The robot's daemon answers.", healthy: "1", value: { _ in 1 }),
        MetricFamily(
            "skein_build_info", .gauge, unit: "1", labels: ["version"], "The program that exports this.",
            healthy: "one version in the fleet"
        ) { [MetricSample([$0.version], 1)] },
        MetricFamily(
            "skein_robot_info", .gauge, unit: "1", labels: ["robot", "id"], "Which robot this is.", healthy: "–"
        ) { [MetricSample([$0.robotName, "\($0.report.id)"], 1)] },
        one(
            "skein_boot_number", .gauge, unit: "boots", "Its boot, counted on its disk.",
            healthy: "rises with restarts alone"
        ) { Double($0.report.epoch.number) },
        one("skein_uptime_seconds", .gauge, unit: "s", "Since the daemon's start.", healthy: "–") {
            ($0.report.now - $0.report.startedAt).inSeconds
        },
        one(
            "skein_process_cpu_seconds_total", .counter, unit: "s", "Processor time of the daemon.",
            healthy: "rises by less than 0.1 a second without tasks"
        ) { $0.process?.cpuSeconds },
        one(
            "skein_process_resident_memory_bytes", .gauge, unit: "bytes", "Memory of the daemon.",
            healthy: "level; less than 300e6"
        ) { $0.process?.residentBytes },
        one("skein_process_threads", .gauge, unit: "threads", "Threads of the daemon.", healthy: "level") {
            $0.process.map { Double($0.threads) }
        },
    ]

    static let mesh: [MetricFamily] = [
        one(
            "skein_mesh_reachable_robots", .gauge, unit: "robots", "Robots to which a way is known now.",
            healthy: "all others"
        ) {
            Double($0.report.routes.count(where: \.isUsable))
        },
        MetricFamily(
            "skein_neighbours", .gauge, unit: "robots", labels: ["band"],
            "Neighbours with a link both ways, by band in GHz.", healthy: "at least 1 on 2.4"
        ) { source in
            Band.allCases.map { band in
                MetricSample(
                    [band.metricName], source.report.neighbours.count { ($0.link(on: band)?.isLink) == true })
            }
        },
        one(
            "skein_neighbours_quiet", .gauge, unit: "robots", "Neighbours that should have been heard by now.",
            healthy: "0"
        ) {
            Double($0.report.neighbours.count(where: \.isQuiet))
        },
        one(
            "skein_is_root", .gauge, unit: "0 or 1", "This robot is the tree's root.",
            healthy: "1 at one robot of a mesh"
        ) {
            $0.report.office.rootSince == nil ? 0 : 1
        },
        one("skein_is_leader", .gauge, unit: "0 or 1", "This robot leads a subgroup.", healthy: "–") {
            $0.report.office.leaderSince == nil ? 0 : 1
        },
        one("skein_has_leader", .gauge, unit: "0 or 1", "It has a leader, itself too.", healthy: "1") {
            $0.report.status.leader == .none ? 0 : 1
        },
        one("skein_tree_hops", .gauge, unit: "hops", "Radios to the root; missing without a root.", healthy: "level") {
            $0.report.status.hops.map(Double.init)
        },
        one(
            "skein_tree_term_number", .gauge, unit: "terms", "The tree's term: rises with each new root.",
            healthy: "level"
        ) {
            Double($0.report.office.term)
        },
        one("skein_follows_seconds", .gauge, unit: "s", "Since when it has had its leader.", healthy: "rises") {
            source in
            source.report.office.followsSince.map { (source.report.now - $0).inSeconds }
        },
    ]

    static let links: [MetricFamily] = [
        MetricFamily(
            "skein_link_up", .gauge, unit: "0 or 1", labels: ["neighbour", "band", "basis"],
            "Each hears the other; basis: what the readings rest on.", healthy: "1"
        ) { source in
            samples(of: source) {
                [MetricText.snake("\($0.basis)")]
            } value: { link, _ in
                link.isLink ? 1 : 0
            }
        },
        MetricFamily(
            "skein_link_power_dbm", .gauge, unit: "dBm", labels: ["neighbour", "band"],
            "Received power, measured or as good as.", healthy: "above −85"
        ) { samples(of: $0) { link, _ in link.powerDBm } },
        MetricFamily(
            "skein_link_capacity_bytes_per_second", .gauge, unit: "bytes/s", labels: ["neighbour", "band"],
            "What 20 MHz of the link carry at best.", healthy: "above 1e6"
        ) { samples(of: $0) { link, _ in link.efficiency * 20e6 / 8 } },
        MetricFamily(
            "skein_link_silence_seconds", .gauge, unit: "s", labels: ["neighbour", "band"],
            "Since its last beacon (2.4) or hello (5).", healthy: "below 3"
        ) { source in samples(of: source) { link, now in (now - link.heardAt).inSeconds } },
        MetricFamily(
            "skein_link_round_trip_seconds", .gauge, unit: "s", labels: ["neighbour"],
            "Of echoes to a neighbour, smoothed; missing where none was sent.", healthy: "below 0.05"
        ) { source in
            source.report.neighbours.compactMap { neighbour in
                neighbour.roundTrip.map { MetricSample([source.name(neighbour.id)], $0.inSeconds) }
            }
        },
    ]

    private static func samples(
        of source: MetricSource, labels: (NeighbourAccount.BandLink) -> [String] = { _ in [] },
        value: (NeighbourAccount.BandLink, Instant) -> Double
    ) -> [MetricSample] {
        source.report.neighbours.flatMap { neighbour in
            Band.allCases.compactMap { band in
                neighbour.link(on: band).map { link in
                    MetricSample(
                        [source.name(neighbour.id), band.metricName] + labels(link), value(link, source.report.now))
                }
            }
        }
    }
}

extension NeighbourAccount {
    func link(on band: Band) -> BandLink? {
        switch band {
        case .control: control
        case .data: data
        }
    }
}
