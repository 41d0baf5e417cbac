import SkeinPeer
import SkeinWire

/// What the reports of one robot or many make together.
package struct SwarmPicture: Sendable {
    package init() {}
}
