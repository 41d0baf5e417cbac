import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire
import SkeinWorld

/// What results have in common.
enum SharedJSON {
    /// Where everybody stood at first, with what.
    static func field(_ config: WorldConfig, _ layout: Layout) -> [JSONValue.Member] {
        let arena = config.arena
        return [
            .init("arena", .numbers([arena.xMetersMin, arena.yMetersMin, arena.xMetersMax, arena.yMetersMax])),
            .init("range24_m", .number(config.radio.controlRangeMeters)),
            .init("range5_m", .number(config.radio.dataRangeMeters)),
            .init("bandwidth_mhz", .number(config.bandwidthMHz)),
            .init("rate_mbps_per_percent", .number(config.rateMbpsPerPercent)),
            .init("start", .integer(config.start)),
            .init("positions", .array(layout.places.map { point($0) })),
            .init("camera", .integers(layout.roles.indices.filter { layout.roles[$0].carriesCamera })),
            .init("idle_percent", .numbers(layout.idlePercent)),
            .init("idle_percent_total", .number(layout.idlePercent.reduce(0, +))),
        ]
    }

    static func frames(_ tally: Tally) -> JSONValue {
        [
            "sent_2_4": .integer(tally.framesSent[0]), "sent_5": .integer(tally.framesSent[1]),
            "received_2_4": .integer(tally.framesReceived[0]), "received_5": .integer(tally.framesReceived[1]),
            "collided": .integer(tally.collisions), "lost": .integer(tally.losses.reduce(0, +)),
            "retried": .integer(tally.retries.reduce(0, +)), "given_up": .integer(tally.abandoned.reduce(0, +)),
            "queue_drops": .integer(tally.queueDrops.reduce(0, +)),
        ]
    }

    /// Datagrams the peers dropped, all of them together, by reason.
    static func drops(_ statuses: [PeerStatus?]) -> JSONValue {
        .object(
            DropReason.allCases.map { reason in
                .init(snakeCase("\(reason)"), .integer(statuses.reduce(0) { $0 + ($1?.drops[reason] ?? 0) }))
            })
    }

    static func leaders(_ statuses: [PeerStatus?]) -> [Int] {
        statuses.indices.filter { statuses[$0].map { $0.leader == $0.id } ?? false }
    }

    static func owner(_ status: PeerStatus?) -> Int {
        guard let status, status.leader != .none else { return -1 }
        return Int(status.leader.number)
    }

    static func point(_ place: FieldPoint) -> JSONValue { .point(place.xMeters, place.yMeters) }

    static func centimetres(_ x: Double, _ y: Double) -> JSONValue {
        .point((x * 100).rounded() / 100, (y * 100).rounded() / 100)
    }

    static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
