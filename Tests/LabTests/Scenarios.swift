import SkeinScenarios
import SkeinWorld

/// Small worlds for the laboratory's tests.
enum Scenarios {
    /// Five robots in range of each other, one of them with a camera; targets a few metres off.
    static let five = """
        [arena]
        width_m = 10
        height_m = 10
        [robots]
        count = 5
        cameras = 1
        start_sigma_m = 0.1
        reboot_sigma_m = 0.2
        [mission]
        physical_target = [2, 8]
        virtual_target = [8, 2]
        arrival_radius_m = 1.5
        speed_m_per_s = 1
        detection_m = 12
        [radio]
        range24_m = 24

        """

    static func world(_ more: String = "", seed: UInt64 = 1) throws -> WorldConfig {
        try Scenario(text: five + more, path: "five").world(seed: seed)
    }

    static func fault(_ kind: String, at seconds: Double, target: String = "[2]", more: String = "") -> String {
        "[[fault]]\nat_s = \(seconds)\nkind = \"\(kind)\"\ntarget = \(target)\n\(more)\n"
    }
}
