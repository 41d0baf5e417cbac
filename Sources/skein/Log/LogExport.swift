import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinMCAP
import SkeinWire

/// Logs for other programs.
struct LogExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a log's messages as JSON lines, CSV or GeoJSON tracks.",
        discussion: """
            --json: one object a line for each message, in the order of the file: topic, log_time_ns, publish_time_ns, \
            sequence, and the message with the keys of its schema. --csv TOPIC: a row for each message of the topic's name, \
            as report or /alpha/event; a column for each number, text and flag, lists by their length. --geojson: each robot's \
            track, where (0, 0) of the field is --origin.

            Exit codes: 0 written; 6 written, but some of the file could not be read; 2 usage or file error; 4 no such topic.

            Examples:
              skein log export flight.mcap --json | jq -c 'select(.topic | endswith("/event")) | .message.kind'
              skein log export flight.mcap --csv report > reports.csv
              skein log export flight.mcap --geojson --origin 48.137,11.575 > tracks.geojson
            """)

    @Argument(help: ArgumentHelp("An MCAP file.", valueName: "file"))
    var file: String

    @Flag(help: "JSON lines.")
    var json = false

    @Option(help: ArgumentHelp("CSV of this topic.", valueName: "topic"))
    var csv: String?

    @Flag(help: "GeoJSON tracks.")
    var geojson = false

    @Option(help: ArgumentHelp("Where the field's (0, 0) is: latitude and longitude, degrees.", valueName: "lat,lon"))
    var origin: GeographicOrigin?

    func validate() throws {
        guard [json, csv != nil, geojson].count(where: { $0 }) == 1 else {
            throw ValidationError("expected one of --json, --csv TOPIC and --geojson")
        }
        guard geojson == (origin != nil) else {
            throw ValidationError("--geojson needs --origin LAT,LON, and nothing else has one")
        }
    }

    func run() throws {
        if let csv { return try LogCSV(file: file, topic: csv).write() }
        if let origin { return try tracks(origin) }
        var reader = try McapFile(file)
        try reader.messages { message, channel, schema in
            let text = LogJSON.text(schema: schema, message.data) ?? "null"
            let topic = String(decoding: JSONWriter.bytes(of: .string(channel.topic)), as: UTF8.self)
            try Console.write(
                Array(
                    "{\"topic\":\(topic.filter { !$0.isNewline }),\"log_time_ns\":\(message.logTime),\"publish_time_ns\":\(message.publishTime),\"sequence\":\(message.sequence),\"message\":\(text)}\n"
                        .utf8))
        }
        try reader.end()
    }

    private func tracks(_ origin: GeographicOrigin) throws {
        var reader = try LogFile.reader(file)
        var tracks: [NodeID: LogTrack] = [:]
        try LogFile.wrapping(file) {
            while let item = try reader.next() {
                guard case .record(let record, let logTime) = item, case .report(let report) = record.content else {
                    continue
                }
                tracks[record.stamp.robot, default: LogTrack()]
                    .add(report.status.xMeters, report.status.yMeters, logTime)
            }
        }
        let features = tracks.keys.sorted().map { robot in
            tracks[robot, default: LogTrack()].feature(reader.name(of: robot), id: robot, origin)
        }
        try Console.write(["type": .string("FeatureCollection"), "features": .array(features)], to: "-")
        LogFile.complaints(
            file, ending: reader.ending, lossCount: reader.mcap.lossCount, lostBytes: reader.mcap.lostBytes,
            faults: reader.faults)
        guard reader.mcap.lossCount == 0, reader.faults == 0 else { throw Exit.partial }
    }
}

/// An MCAP file's messages with their channels.
struct McapFile {
    let path: String
    private var reader: McapReader<LogFileSource>

    init(_ path: String) throws {
        self.path = path
        let source = try LogFile.source(path)
        reader = try LogFile.wrapping(path) { try McapReader(source) }
        guard reader.hasMagic else { throw FileError(file: path, message: LogFile.noLog) }
    }

    /// Each with its schema's name.
    mutating func messages(_ take: (McapMessage, McapChannel, String) throws -> Void) throws {
        var schemas: [UInt16: String] = [:]
        var channels: [UInt16: McapChannel] = [:]
        while true {
            var item: McapItem?
            do { item = try reader.next() } catch { throw FileError(file: path, message: "\(error)") }
            guard let item else { return }
            switch item {
            case .schema(let schema): schemas[schema.id] = schema.name
            case .channel(let channel): channels[channel.id] = channel
            case .message(let message):
                guard let channel = channels[message.channelID] else { continue }
                try take(message, channel, schemas[channel.schemaID] ?? "")
            case .header, .attachment, .metadata: break
            }
        }
    }

    /// Says what could not be read.
    func end() throws {
        LogFile.complaints(path, ending: reader.ending, lossCount: reader.lossCount, lostBytes: reader.lostBytes)
        guard reader.lossCount == 0 else { throw Exit.partial }
    }
}
