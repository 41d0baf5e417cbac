import Foundation
import Testing

@testable import SkeinFiles

@Suite struct PeerLayerTests {
    private func read(
        _ files: [String: String], environment: [String: String] = [:], flags: [String] = [],
        _ body: (PeerReading, String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "conf.d"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in files.keys.sorted() {
            try OutputFile.write(Array(files[name, default: ""].utf8), to: folder.appending(path: name).path)
        }
        let reading = PeerReading.read(
            .init(
                configFile: folder.appending(path: "peer.toml").path, environment: environment, flags: flags,
                places: PeerFileTests.places, workingFolder: "/w"))
        try body(reading, folder.path)
    }

    @Test func `the later word holds, and each value remembers who said it`() throws {
        let files = [
            "peer.toml": PeerFileTests.small
                + "[cpu]\nneeded_percent = 1\nbase_percent = 1\n[log]\nlevel = \"error\"\n",
            "conf.d/20-b.toml": "[cpu]\nneeded_percent = 3\n",
            "conf.d/10-a.toml": "[cpu]\nneeded_percent = 2\nceiling_percent = 50\n[mission]\nspeed_m_per_s = 2\n",
            "conf.d/.hidden.toml": "nonsense", "conf.d/30.toml.bak": "nonsense",
        ]
        try read(
            files, environment: ["SKEIN_LOG_LEVEL": "debug", "SKEIN_MISSION_SPEED_M_PER_S": "3", "PATH": "/bin"],
            flags: ["mission.speed_m_per_s=4", "mission.speed_m_per_s=5", "robot.camera=true"]
        ) { reading, folder in
            let settings = try reading.valid()
            #expect(settings.processor.neededPercent == 3)
            #expect(settings.config.cloud.baseLoadPercent == 1 && settings.config.cloud.cpuCeilingPercent == 50)
            #expect(settings.logLevel == .debug)
            #expect(settings.config.mission.speedMetersPerSecondMax == 5)
            #expect(settings.role.carriesCamera)
            #expect(reading.files == ["peer.toml", "conf.d/10-a.toml", "conf.d/20-b.toml"].map { "\(folder)/\($0)" })
            let origins = [
                "cpu.needed_percent", "cpu.base_percent", "log.level", "mission.speed_m_per_s", "body.socket",
            ]
            .map { reading.entry($0)?.origin.description }
            #expect(
                origins == [
                    "\(folder)/conf.d/20-b.toml:2:1", "\(folder)/peer.toml:14:1", "environment SKEIN_LOG_LEVEL",
                    "--set mission.speed_m_per_s=5", "default",
                ])
            #expect(reading.entries.count == PeerSchema.keys.count)
        }
    }

    @Test func `a relative path counts from the configuration file, or from where we are`() throws {
        try read(
            [
                "peer.toml": PeerFileTests.small + "[state]\nfolder = \"state\"\n",
                "conf.d/a.toml": "[fleet]\nkey_file = \"fleet.key\"\n",
            ], environment: ["SKEIN_FLEET_ROSTER_FILE": "a.toml"], flags: ["local.socket=/x", "body.socket=b"]
        ) { reading, folder in
            let settings = try reading.valid()
            #expect(settings.stateFolder == "\(folder)/state")
            // The default moves with the state folder.
            #expect(settings.robotKeyFile == "\(folder)/state/robot.key")
            #expect(settings.fleetKeyFile == "\(folder)/fleet.key")
            #expect(settings.rosterFile == "/w/a.toml")
            #expect(settings.socketPath == "/x" && settings.bodySocket == "/w/b")
        }
    }

    @Test func `a fault of the environment or a flag is named as such`() throws {
        try read(
            ["peer.toml": PeerFileTests.small],
            environment: [
                "SKEIN_CPU_CIELING_PERCENT": "1", "SKEIN_CPU_BASE_PERCENT": "abc", "SKEIN_ROBOT_CAMERA": "1",
            ],
            flags: ["log.levle=info", "log", "radio.data.port=0", "cpu.base_percent=1\nx = 2"]
        ) { reading, _ in
            #expect(
                reading.errors.map(\.description) == [
                    "environment SKEIN_CPU_BASE_PERCENT: [cpu] base_percent: expected a number 0…100, found \"abc\"",
                    "environment SKEIN_CPU_CIELING_PERCENT: no key has this variable (did you mean "
                        + "SKEIN_CPU_CEILING_PERCENT?)",
                    "environment SKEIN_ROBOT_CAMERA: [robot] camera: expected true or false, found 1",
                    "--set log.levle=info: unknown key \"log.levle\" (did you mean \"log.level\"?)",
                    "--set log: expected section.key=value, found no \"=\"",
                    "--set radio.data.port=0: [radio.data] port: expected a whole number 1…65535, found 0",
                    "--set cpu.base_percent=1\nx = 2: [cpu] base_percent: expected a number 0…100, found \"1\nx = 2\"",
                ])
        }
    }

    @Test func `a fault of a later layer does not fall back to an earlier word silently`() throws {
        try read(["peer.toml": PeerFileTests.small], flags: ["robot.name="]) { reading, _ in
            #expect(throws: FileErrors.self) { try reading.valid() }
        }
    }

    @Test func `a file that is not there is said once`() throws {
        try read([:]) { reading, folder in
            #expect(
                reading.errors.map(\.description) == [
                    "\(folder)/peer.toml: cannot read: No such file or directory; name another with --config, or make one "
                        + "with skein fleet init"
                ])
            #expect(!reading.isRead)
        }
    }

    @Test func `an interface that is not there is named where it was said`() throws {
        try read(["peer.toml": PeerFileTests.small]) { reading, folder in
            #expect(
                reading.absences(interfaces: ["lo", "wlan0"]).map(\.description) == [
                    "\(folder)/peer.toml:11:1: [radio.data] interface: \"wlan1\" is not there; this machine has lo, wlan0"
                ])
            #expect(reading.absences(interfaces: ["wlan1", "wlan0"]).isEmpty)
        }
    }

    @Test func `places are the system's for root and XDG's for everybody else`() {
        let xdg = ["XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_RUNTIME_DIR": "/r", "HOME": "/h"]
        #expect(PeerPlaces(userID: 0, environment: xdg) == .system)
        #expect(
            PeerPlaces(userID: 7, environment: xdg)
                == PeerPlaces(
                    configFile: "/c/skein/peer.toml", stateFolder: "/s/skein", socketPath: "/r/skein/peer.sock"))
        #expect(
            PeerPlaces(userID: 7, environment: ["HOME": "/h", "XDG_CONFIG_HOME": "relative", "XDG_STATE_HOME": ""])
                == PeerPlaces(
                    configFile: "/h/.config/skein/peer.toml", stateFolder: "/h/.local/state/skein",
                    socketPath: "/h/.local/state/skein/peer.sock"))
    }
}
