import SkeinSeal
import SkeinWire

/// Who a peer is, from its key, the fleet's key and the roster, which must agree with each other and with the
/// configuration.
package struct PeerIdentity: Sendable {
    package let id: NodeID
    package let name: String
    package let key: SigningKey
    package let fleetKey: FleetKey
    package let roster: RosterFile

    /// The identity, or all that is wrong with its files.
    package static func read(_ reading: PeerReading) throws(FileErrors) -> PeerIdentity {
        let settings = reading.settings
        var errors: [FileError] = []
        func noting<Value>(_ read: (String) throws(FileError) -> Value, _ path: String) -> Value? {
            do throws(FileError) {
                return try read(path)
            } catch {
                errors.append(error)
                return nil
            }
        }
        let key = noting(KeyFile.robotKey, settings.robotKeyFile)
        let fleetKey = noting(KeyFile.fleetKey, settings.fleetKeyFile)
        let roster = noting(RosterFile.read, settings.rosterFile)
        guard let key, let fleetKey, let roster else { throw FileErrors(all: errors) }
        do throws(FileError) {
            return try agreed(reading, key, fleetKey, roster)
        } catch { throw FileErrors(all: [error]) }
    }

    private static func agreed(
        _ reading: PeerReading, _ key: SigningKey, _ fleetKey: FleetKey, _ roster: RosterFile
    ) throws(FileError) -> PeerIdentity {
        let settings = reading.settings
        guard let robot = roster.robots.first(where: { $0.name == settings.name }) else {
            throw reading.fault(
                "robot.name",
                "name: \(NearestName.complaint("robot", settings.name, known: roster.robots.prefix(16).map(\.name))) in "
                    + roster.path)
        }
        if let id = settings.id, id != robot.id {
            throw reading.fault(
                "robot.id",
                "id: expected \(robot.id.number), which \(robot.name) has in \(roster.path), found \(id.number)")
        }
        guard robot.publicKey == key.publicKey else {
            let owner = roster.robots.first { $0.publicKey == key.publicKey }?.name
            throw FileError(
                file: settings.robotKeyFile,
                message: "not \(robot.name)'s key: "
                    + (owner.map { "\(roster.path) has it as \($0)'s" }
                        ?? "\(roster.path) has another for it"))
        }
        return PeerIdentity(id: robot.id, name: robot.name, key: key, fleetKey: fleetKey, roster: roster)
    }
}
