import SkeinPeer
import SkeinSeal
import SkeinWire

// What the radios carry, and what was dropped of it.

extension MetricFamily {
    static let radio: [MetricFamily] = [
        sent("skein_radio_sent_datagrams_total", unit: "datagrams", "Datagrams sent, relayed ones included") {
            Double($0.datagrams)
        },
        sent("skein_radio_sent_bytes_total", unit: "bytes", "Bytes sent, relayed ones included") { Double($0.bytes) },
        sent(
            "skein_radio_sent_airtime_seconds_total", unit: "s", "Airtime of what was sent, reckoned from size and link"
        ) {
            Double($0.airtimeNanoseconds) / 1e9
        },
        byBand(
            "skein_radio_relayed_bytes_total", .counter, unit: "bytes", "Of what was sent: others' messages passed on.",
            healthy: "less than was sent"
        ) { Double($0.relayed.bytes) },
        byBand(
            "skein_radio_received_datagrams_total", .counter, unit: "datagrams", "Datagrams that came.",
            healthy: "rises"
        ) { Double($0.received.datagrams) },
        byBand("skein_radio_received_bytes_total", .counter, unit: "bytes", "Bytes that came.", healthy: "rises") {
            Double($0.received.bytes)
        },
        byBand(
            "skein_radio_control_ratio", .gauge, unit: "0…1",
            "Share of the channel's time that safety, membership and control took, sent and heard, over the last seconds.",
            healthy: "on 2.4 below 0.05"
        ) { $0.controlFraction },
        byBand(
            "skein_radio_busy_ratio", .gauge, unit: "0…1", "The same of all that was sent and heard.",
            healthy: "below 0.5"
        ) { $0.busyFraction },
        one(
            "skein_radio_beacon_budget_ratio", .gauge, unit: "0…1",
            "What the beacons of a neighbourhood may take of 2.4 GHz together.", healthy: "0.02"
        ) { $0.report.radio.beaconFractionMax },
        MetricFamily(
            "skein_datagrams_dropped_total", .counter, unit: "datagrams", labels: ["reason"],
            "Datagrams dropped, by reason (docs/wire.md).", healthy: "wrong_signature, other_fleet and own level"
        ) { source in
            DropReason.allCases.map {
                MetricSample([MetricText.snake("\($0)")], Double(source.report.status.drops[$0]))
            }
        },
    ]

    private static func sent(
        _ name: String, unit: String, _ help: String, value: @escaping @Sendable (RadioAccount.Traffic) -> Double
    ) -> MetricFamily {
        MetricFamily(
            name, .counter, unit: unit, labels: ["band", "class"], help + ", by band in GHz and class.",
            healthy: "rises"
        ) { source in
            Band.allCases.flatMap { band in
                TrafficClass.allCases.map {
                    MetricSample([band.metricName, "\($0)"], value(source.report.radio[band][$0]))
                }
            }
        }
    }

    private static func byBand(
        _ name: String, _ kind: Kind, unit: String, _ help: String, healthy: String,
        value: @escaping @Sendable (RadioAccount.BandAccount) -> Double
    ) -> MetricFamily {
        MetricFamily(name, kind, unit: unit, labels: ["band"], help, healthy: healthy) { source in
            Band.allCases.map { MetricSample([$0.metricName], value(source.report.radio[$0])) }
        }
    }
}
