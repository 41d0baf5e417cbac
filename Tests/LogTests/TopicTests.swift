@testable import SkeinLog
import Testing

struct TopicTests {
    @Test func `topics have names of their own`() {
        #expect(Set(LogTopic.allCases.map(\.rawValue)).count == LogTopic.allCases.count)
    }
}
