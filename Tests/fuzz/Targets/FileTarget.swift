import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinFiles

/// Files that a person edits or another machine has written: keys, JSON, missions in others' formats. Read, or refused with
/// a place and a reason. What stands in TOML is `TomlTarget`'s.
///
///     what u8 | text
enum FileTarget: FuzzTarget {
    static let name = "files"
    static let path = "file"
    private static let placeMax = 1 << 20

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        guard what % 9 != 8 else { return plan(body) }
        guard let text = String(validating: body, as: UTF8.self) else { return }
        do throws(FileError) {
            switch what % 9 {
            case 0: _ = try KeyFile.secretKey(text: text, path: path)
            case 1: _ = try KeyFile.publicKey(text: text, path: path)
            case 2: try fleetKeys(text)
            case 3: _ = try JSONReader.read(text, file: path)
            case 5: flown(try PlanGeoJSON.plan(text: text, path: path, name: "m", origin: nil))
            case 6: flown(try GroundControlPlan.plan(text: text, path: path, name: "m"))
            case 7:
                let signature = try MissionSignatureFile.signature(text: text, path: path)
                must(
                    (try? MissionSignatureFile.signature(
                        text: MissionSignatureFile.text(signature, of: "x"), path: path)) == signature,
                    "a signature is not written as it was read")
            default: return
            }
        } catch { complaint(error) }
    }

    /// Areas of other files are left out: this target reads no disk.
    static func mission(_ text: String) {
        guard !text.contains("file") else { return }
        let read = MissionFile(text: text, path: path)
        must((read.plan == nil) == !read.faults.isEmpty, "a mission neither read nor refused")
        for fault in read.faults { complaint(fault) }
        if let plan = read.plan {
            flown(plan)
            must(
                MissionFile(text: MissionToml.text(plan), path: path).plan == plan,
                "a mission is not written as it was read")
        }
    }

    private static func flown(_ plan: MissionPlan) {
        must(plan.invalidity == nil, "a mission that cannot be flown: \(plan.invalidity ?? "")")
        let bytes = MissionPlanBytes.bytes(of: plan)
        guard bytes.count <= Int(MissionBrief.planBytesMax) else { return }
        must((try? MissionPlanBytes.plan(of: bytes)) == plan, "a plan's bytes are not read as they were written")
    }

    private static func plan(_ body: [UInt8]) {
        if let plan = try? MissionPlanBytes.plan(of: body) {
            must(MissionPlanBytes.bytes(of: plan) == body, "a plan is not written as it was read")
        }
        if let signed = try? SignedPlan(body) {
            must(SignedPlan(signed.plan, signature: signed.signature).bytes == body, "a signed plan changes")
        }
    }

    static func complaint(_ error: FileError) {
        must(!error.message.isEmpty, "a complaint about nothing")
        guard let position = error.position else { return }
        must(
            (1...placeMax).contains(position.line) && (1...placeMax).contains(position.column),
            "a complaint about line \(position.line), column \(position.column)")
    }

    private static func fleetKeys(_ text: String) throws(FileError) {
        let secrets = try FleetKeyFile.secrets(text: text, path: path)
        must(
            (try? FleetKeyFile.secrets(text: FleetKeyFile.text(secrets), path: path)) == secrets,
            "keys are not written as they were read")
    }

    static let missionText = """
        name = "m"
        revision = 1
        [origin]
        latitude_deg = 52.5
        longitude_deg = 13.4
        [[no_go]]
        centre = [50, 50]
        radius_m = 5
        [[area]]
        name = "a"
        points = [[10, 10], [20, 10], [20, 20]]
        [[rally]]
        at = [5, 5]
        [[role]]
        name = "r"
        count = 2
        goal = "waypoints"
        waypoints = [[10, 10], [30, 10]]
        holds_s = [1, 2]
        [[role]]
        name = "h"
        goal = "hold"
        area = "a"
        [[task]]
        name = "t"
        role = "r"
        deadline_s = 60
        [end]
        deadline_s = 90
        """

    static var seeds: [Seed] {
        let key = MinisignKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))
        let secrets = [1, 2].map {
            FleetSecret(number: $0, bytes: [UInt8](repeating: UInt8($0), count: FleetKey.byteCount))
        }
        let texts: [(String, UInt8, String)] = [
            ("secret-key", 0, KeyFile.secretText(key, of: "alpha")),
            ("public-key", 1, KeyFile.publicText(key, of: "alpha")),
            ("fleet-keys", 2, FleetKeyFile.text(secrets)),
            ("json", 3, #"{"a": [1, -2.5e3, true, null, "é\u00e9\n"], "b": {}}"#),
        ]
        let plan = MissionFile(text: missionText, path: path).plan
        let signed = plan.map { SignedPlan($0, by: key) }
        let more: [(String, UInt8, [UInt8])] = [
            ("geojson", 5, plan.map { JSONWriter.bytes(of: PlanGeoJSON.value(of: $0)) } ?? []),
            (
                "ground-control", 6,
                plan.flatMap { try? GroundControlPlan.value(of: $0, role: "r") }.map { JSONWriter.bytes(of: $0) } ?? []
            ),
            ("signature", 7, signed.map { Array(MissionSignatureFile.text($0.signature, of: "x").utf8) } ?? []),
            ("plan", 8, plan.map { MissionPlanBytes.bytes(of: $0) } ?? []), ("signed-plan", 8, signed?.bytes ?? []),
        ]
        return more.map { Seed(name: $0.0, bytes: [$0.1] + $0.2) }
            + texts.map { Seed(name: $0.0, bytes: [$0.1] + Array($0.2.utf8)) }
    }
}
