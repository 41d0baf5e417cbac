extension PeerSchema {
    static let flightLog = Section(
        "flight_log", about: "What the robot did, second by second: MCAP files (docs/logs.md).",
        keys: [
            .flag("enabled", \.flightLog.isEnabled, about: "Whether there is one."),
            .text(
                "folder", .path, \.flightLog.folder, .value("`log` in the state folder"),
                about: "The folder of its files."),
            .seconds(
                "report_interval_s", .atLeast(0.1, through: 60), \.flightLog.reportInterval,
                about: "From one report to the next, seconds. Events are all written."),
            .integer(
                "file_mib", 1...1_024, \.flightLog.fileMiB, about: "A file of that size is followed by another, MiB."),
            .integer(
                "quota_mib", 2...1_048_576, \.flightLog.quotaMiB,
                about: "All files of this robot in the folder; the oldest go first, MiB."),
            .choice(
                "sync", \.flightLog.sync,
                about: "When what was written is made to survive a power cut: each chunk (a second), each "
                    + "`sync_interval_s`, or when the system likes."),
            .seconds(
                "sync_interval_s", .atLeast(1, through: 600), \.flightLog.syncInterval, about: "Of `interval`, seconds."
            ),
        ])
}
