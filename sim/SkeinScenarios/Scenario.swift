import SkeinFiles
import SkeinPeer
import SkeinWire
import SkeinWorld

/// A scenario file, read and found possible. With a seed, and perhaps with a set-up that says who stands where, it is a world.
package struct Scenario: Sendable {
    package let path: String
    package let about: String
    /// For seed 0.
    private let config: WorldConfig

    package static func read(_ path: String) throws(FileError) -> Scenario {
        try Scenario(try TomlFile.read(path, schema: ScenarioSchema.whole))
    }

    package init(text: String, path: String) throws(FileError) {
        try self.init(try TomlFile(text: text, path: path, schema: ScenarioSchema.whole))
    }

    init(_ file: TomlFile) throws(FileError) {
        path = file.path
        about = file.top.text("about") ?? ""
        config = try ScenarioReading(file).world()
    }

    /// What a scenario with nothing but its robots says: the specification's reference.
    package static var reference: Scenario {
        do throws(FileError) {
            return try Scenario(text: "[robots]\ncount = 100\ncameras = 25\n", path: "the reference scenario")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    package var robots: Int { config.robots }
    package var strategy: PlanStrategy { config.strategy }

    package func world(seed: UInt64, strategy: PlanStrategy? = nil, setup: Setup? = nil) throws(FileError)
        -> WorldConfig
    {
        var config = config
        config.seed = seed
        if let strategy { config.strategy = strategy }
        guard let setup else { return config }
        try setup.apply(to: &config, scenario: path)
        return config
    }
}
