import SkeinFiles
import SkeinScenarios
import SkeinWorld

/// The reference files and scenarios of the repository, found from this file.
enum Reference {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }

    static func scenario(_ name: String) throws -> Scenario { try Scenario.read("\(root)/sim/scenarios/\(name).toml") }

    static func setup(_ index: Int) throws -> Setup {
        try Setup.read("\(root)/sim/instances/navigation_setups.json", index: index)
    }

    static func instances() throws -> [Instance] {
        try Instance.readAll("\(root)/sim/instances/contribution_instances.json")
    }

    static func world(_ name: String, setup index: Int? = nil, seed: UInt64) throws -> WorldConfig {
        try scenario(name).world(seed: seed, setup: try index.map { try setup($0) })
    }
}
