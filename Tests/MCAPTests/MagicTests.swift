@testable import SkeinMCAP
import Testing

struct MagicTests {
    @Test func `a file begins with the specification's eight bytes`() {
        #expect(McapMagic.bytes.count == 8)
    }
}
