import SkeinFiles
import SkeinLog

/// One topic of a log as a table. Reads the file twice: the columns are all that any of its messages has.
struct LogCSV {
    /// More columns are no table.
    private static let columnsMax = 1_024

    let file: String
    /// `report`, or one robot's: `/alpha/report`.
    let topic: String

    func write() throws {
        var columns: [String] = []
        var known: Set<String> = []
        var isThere = false
        try rows { _, _, cells in
            isThere = true
            for cell in cells where known.count < Self.columnsMax && known.insert(cell.name).inserted {
                columns.append(cell.name)
            }
        }
        guard isThere else {
            Console.say("\(file): no topic \(topic); `skein log info` lists them")
            throw Exit.noSuchThing
        }
        try line(["topic", "log_time_ns", "publish_time_ns"] + columns)
        var places: [String: Int] = [:]
        for (place, column) in columns.enumerated() { places[column] = place }
        let reader = try rows { topic, times, cells in
            var row = [String](repeating: "", count: columns.count)
            for cell in cells { if let place = places[cell.name] { row[place] = cell.text } }
            try line([topic, "\(times.log)", "\(times.publish)"] + row)
        }
        try reader.end()
    }

    private struct Cell {
        var name: String
        var text: String
    }

    @discardableResult
    private func rows(
        _ take: (String, (log: UInt64, publish: UInt64), [Cell]) throws -> Void
    ) throws -> McapFile {
        var reader = try McapFile(file)
        try reader.messages { message, channel, schema in
            guard channel.topic == topic || channel.topic.split(separator: "/").last.map(String.init) == topic,
                let text = LogJSON.text(schema: schema, message.data)
            else { return }
            let value = try JSONReader.read(text, file: file)
            var cells: [Cell] = []
            Self.flatten(value, name: "", into: &cells)
            try take(channel.topic, (message.logTime, message.publishTime), cells)
        }
        return reader
    }

    private static func flatten(_ value: JSONValue, name: String, into cells: inout [Cell]) {
        switch value {
        case .null: break
        case .bool(let flag): cells.append(Cell(name: name, text: flag ? "true" : "false"))
        case .integer(let number): cells.append(Cell(name: name, text: "\(number)"))
        case .number(let number): cells.append(Cell(name: name, text: "\(number)"))
        case .string(let text): cells.append(Cell(name: name, text: text))
        case .array(let items): cells.append(Cell(name: "\(name).count", text: "\(items.count)"))
        case .object(let members):
            for member in members {
                flatten(member.value, name: name.isEmpty ? member.key : "\(name).\(member.key)", into: &cells)
            }
        }
    }

    /// RFC 4180.
    private func line(_ cells: [String]) throws {
        let quoted = cells.map { cell in
            cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline })
                ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }
        try Console.write(Array((quoted.joined(separator: ",") + "\n").utf8))
    }
}
