import SkeinFiles
import SkeinLinux
import SkeinWire

/// What the drivers say, for people and for programs.
enum RadioReport {
    static func text(_ facts: NetworkFacts) -> String {
        guard !facts.radios.isEmpty else { return "no radios" }
        var table = TextTable(["interface", "mode", "MHz", "station", "dBm", "noise", "expected", "sent at", "silent"])
        for radio in facts.radios {
            let interface = radio.interface
            let place = [interface.name, interface.mode.name, interface.frequencyMHz.map { "\($0)" } ?? "–"]
            let noise = self.noise(radio).text(0)
            if radio.stations.isEmpty { table.add(row: place + ["–", "–", noise]) }
            for station in radio.stations {
                table.add(
                    row: place + [
                        "\(station.hardwareAddress)", station.signal.text(0), noise,
                        megabits(station.expectedBitsPerSecond), megabits(station.transmitBitsPerSecond),
                        (station.inactive?.inSeconds).text(1, "s"),
                    ])
            }
        }
        return table.text
    }

    private static func megabits(_ rate: Double?) -> String { rate.map { $0 * 1e-6 }.text(1, "Mb/s") }

    private static func noise(_ radio: NetworkFacts.Radio) -> Double? {
        radio.interface.frequencyMHz.flatMap { radio.survey.noiseDBm(atMHz: $0) }
    }

    static func value(_ facts: NetworkFacts) -> JSONValue {
        [
            "version": .integer(1),
            "regulatory_domain": facts.regulatoryDomain.map { .string($0) } ?? .null,
            "interfaces": .array(facts.radios.map(interface)),
        ]
    }

    private static func interface(_ radio: NetworkFacts.Radio) -> JSONValue {
        let interface = radio.interface
        return [
            "name": .string(interface.name), "mode": .string(interface.mode.name),
            "phy": integer(interface.wiphy),
            "hardware_address": interface.hardwareAddress.map { .string("\($0)") } ?? .null,
            "frequency_mhz": integer(interface.frequencyMHz), "width_mhz": integer(interface.widthMHz),
            "transmit_power_dbm": .optional(interface.transmitPowerDBm), "noise_dbm": .optional(noise(radio)),
            "power_save": radio.isPowerSaving.map { .bool($0) } ?? .null,
            "mesh_forwarding": radio.isMeshForwarding.map { .bool($0) } ?? .null,
            "stations": .array(radio.stations.map(station)),
        ]
    }

    private static func station(_ station: RadioStation) -> JSONValue {
        [
            "hardware_address": .string("\(station.hardwareAddress)"),
            "signal_dbm": .optional(station.signalDBm), "signal_average_dbm": .optional(station.signalAverageDBm),
            "expected_bits_per_second": .optional(station.expectedBitsPerSecond),
            "transmit_bits_per_second": .optional(station.transmitBitsPerSecond),
            "inactive_seconds": .optional(
                (station.inactive?.nanoseconds).map { Double($0 / 1_000_000) / 1_000 }),
            "received_packets": integer(station.receivedPackets), "sent_packets": integer(station.sentPackets),
            "send_retries": integer(station.sendRetries), "send_failures": integer(station.sendFailures),
            "beacon_losses": integer(station.beaconLosses), "plink_state": integer(station.plinkState),
        ]
    }

    private static func integer(_ value: (some BinaryInteger)?) -> JSONValue {
        value.map { .integer(Int($0)) } ?? .null
    }
}
