import SkeinMCAP
import SwiftProtobuf

/// Messages of a log as JSON: keys as in the schemas, numbers as numbers, enums by name.
package enum LogJSON {
    /// Nil: of a schema that this program does not have, or damaged.
    package static func text(schema: String, _ bytes: [UInt8]) -> String? {
        switch schema {
        case "skein.Report": text(Skein_Report.self, bytes)
        case "skein.Event": text(Skein_Event.self, bytes)
        case "skein.Line": text(Skein_Line.self, bytes)
        case "skein.Gap": text(Skein_Gap.self, bytes)
        case "foxglove.PoseInFrame": text(Foxglove_PoseInFrame.self, bytes)
        case "foxglove.Log": text(Foxglove_Log.self, bytes)
        default: nil
        }
    }

    private static func text<Schema: SwiftProtobuf.Message>(_ type: Schema.Type, _ bytes: [UInt8]) -> String? {
        guard let message = try? Schema(serializedBytes: bytes) else { return nil }
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.alwaysPrintInt64sAsNumbers = true
        return try? message.jsonString(options: options)
    }
}
