import SkeinRadio
import SkeinWire

/// Everything an operator may set; the parts document their own defaults.
package struct PeerConfig: Sendable {
    package var radio = RadioModel()
    package var mesh = MeshTuning()
    package var cloud = CloudTuning()
    package var mission = MissionTuning()
    package var jobs = JobTuning()

    package init() {}
}
