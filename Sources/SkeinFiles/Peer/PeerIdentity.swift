import SkeinSeal
import SkeinWire

/// Who a peer is, from its key, the fleet's keys and the roster, which must agree with each other and with the
/// configuration.
package struct PeerIdentity: Sendable {
    package let id: NodeID
    package let name: String
    package let key: SigningKey
    package let opener: KeyOpener
    /// Ascending: those of the file, and those that the roster has a share of for this robot.
    package let fleetSecrets: [FleetSecret]
    package let roster: RosterFile
    /// Shared with the motor controller; nil: there is no line to one.
    package private(set) var bridgeKey: [UInt8]?

    package var keyring: FleetKeyring { FleetKeyring(fleetSecrets.map { $0.key(fleet: roster.fleet) }) }

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
        let key = noting(KeyFile.secretKey, settings.robotKeyFile)
        let fleetSecrets = noting(FleetKeyFile.read, settings.fleetKeyFile)
        let roster = noting(RosterFile.read, settings.rosterFile)
        let bridgeKey = settings.bridge.device == nil ? nil : noting(BridgeKeyFile.read, settings.bridge.keyFile)
        guard let key, let fleetSecrets, let roster, errors.isEmpty else { throw FileErrors(all: errors) }
        do throws(FileError) {
            var identity = try agreed(reading, key, fleetSecrets, roster)
            identity.bridgeKey = bridgeKey
            return identity
        } catch { throw FileErrors(all: [error]) }
    }

    private static func agreed(
        _ reading: PeerReading, _ key: MinisignKey, _ fleetSecrets: [FleetSecret], _ roster: RosterFile
    ) throws(FileError) -> PeerIdentity {
        let settings = reading.settings
        let ownKey = key.key.publicKey
        let named = roster.standings.filter { $0.member.name == settings.name }
        guard let standing = named.first(where: { $0.member.key == ownKey }) ?? named.first else {
            throw reading.fault(
                "robot.name",
                "name: "
                    + NearestName.complaint("robot", settings.name, known: roster.members.prefix(16).map(\.name))
                    + " in \(roster.path)")
        }
        let member = standing.member
        if let id = settings.id, id != member.id {
            throw reading.fault(
                "robot.id",
                "id: expected \(member.id.number), which \(member.name) has in \(roster.path), found \(id.number)")
        }
        guard member.key == ownKey else {
            let owner = roster.standings.first { $0.member.key == ownKey }?.member.name
            throw FileError(
                file: settings.robotKeyFile,
                message: "not \(member.name)'s key: "
                    + (owner.map { "\(roster.path) has it as \($0)'s" } ?? "\(roster.path) has another for it"))
        }
        guard !standing.isRevoked else {
            throw FileError(
                file: settings.robotKeyFile,
                message: "\(roster.path) has \(member.name)'s key as revoked: to come back it needs a new one, "
                    + "skein fleet renew \(member.name) --key FILE.pub")
        }
        let opener = KeyOpener(seed: key.seed)
        let shared = FleetSecret.opened(roster.entries, robot: member.id, by: opener)
        return PeerIdentity(
            id: member.id, name: member.name, key: key.key, opener: opener,
            fleetSecrets: FleetSecret.united(fleetSecrets, shared), roster: roster)
    }
}
