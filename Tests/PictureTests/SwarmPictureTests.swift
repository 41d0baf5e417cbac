import SkeinPicture
import Testing

struct SwarmPictureTests {
    @Test func `a picture begins empty`() { _ = SwarmPicture() }
}
