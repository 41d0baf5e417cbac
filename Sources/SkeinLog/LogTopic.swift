/// What a flight log's channels are called.
package enum LogTopic: String, CaseIterable, Sendable {
    case report
    case event
}
