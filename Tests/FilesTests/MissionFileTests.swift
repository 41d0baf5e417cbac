import Foundation
import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinFiles

/// Mission files: what they say, everything that is wrong with them, and the formats that they come from and go to.
@Suite struct MissionFileTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let head = "name = \"m\"\nrevision = 1\n"
    private static let role = "[[role]]\nname = \"r\"\ngoal = \"waypoints\"\nwaypoints = [[10, 10]]\n"

    private func faults(_ text: String) -> [String] { MissionFile(text: text, path: "m.toml").faults.map { "\($0)" } }

    private static var examples: [String] {
        ["two-target", "patrol", "relays"].map { "\(root)/field-configs/missions/\($0).toml" }
    }

    @Test(arguments: examples) func `the examples can be flown, and say the same when written again`(path: String)
        throws
    {
        let read = MissionFile.read(path)
        #expect(read.faults.isEmpty)
        let plan = try #require(read.plan)
        #expect(try MissionPlanBytes.plan(of: MissionPlanBytes.bytes(of: plan)) == plan)
        let again = MissionFile(text: MissionToml.text(plan), path: "again.toml")
        #expect(again.faults.isEmpty)
        #expect(again.plan == plan)
    }

    @Test func `every fault is told, with its line and column and the nearest known name`() {
        let text = """
            name = "two target"
            revison = 3

            [field]
            width_m = -4

            [[role]]
            name = "spotter"
            needs = "cammera"
            goal = "target"
            lap = 2

            [[role]]
            name = "guard"
            goal = "hold"
            area = "yard"

            [rules]
            link_loss = "stop"
            link_loss_s = 5

            [end]
            when = "role_arrived"
            role = "guards"
            """
        let found = faults(text)
        let expected = [
            "m.toml: revision is missing", "m.toml:1:1: name: expected a name", "m.toml:2:1: unknown key \"revison\"",
            "m.toml:5:1: [field] width_m: expected a number above 0", "m.toml:9:1: [role[0]] needs: unknown word",
            "m.toml:11:1: [role[0]] unknown key \"lap\" (did you mean \"laps\"?)",
            "m.toml:16:1: [role[1]] area: unknown area \"yard\"", "m.toml:20:1: [rules] link_loss_s: says nothing",
            "m.toml:24:1: [end] role: unknown role \"guards\" (did you mean \"guard\"?)",
        ]
        #expect(found.count == expected.count, "\(found.joined(separator: "\n"))")
        for line in expected { #expect(found.contains { $0.hasPrefix(line) }, "\(line)\n\(found)") }
    }

    @Test(arguments: [
        ("", "no role"),
        ("[[role]]\nname = \"r\"\ngoal = \"target\"\nneeds = \"nose\"\n", "6:1: [role[0]] needs: only a camera"),
        ("[[role]]\nname = \"r\"\ngoal = \"relay\"\n", "would never end"),
        ("[[no_go]]\ncentre = [10, 10]\nradius_m = 2\n" + role, "waypoints[0]: [10, 10] is in a no-go zone"),
        ("[[fence]]\npoints = [[20, 20], [30, 20], [30, 30]]\n" + role, "outside every fence"),
        ("[[fence]]\npoints = [[0, 0], [30, 30], [40, 0], [10, 40]]\n" + role, "sides 1 and 3 cross"),
        ("[[fence]]\npoints = [[0, 0], [10, 10], [10, 0], [0, 10]]\n" + role, "sides 1 and 3 cross"),
        ("[[fence]]\npoints = [[0, 0], [30, 30], [10, 10], [20, 20]]\n" + role, "a polygon without an inside"),
        ("[[fence]]\npoints = [[0, 0], [30, 30]]\n" + role, "a polygon of 2 corners"),
        ("[[fence]]\nname = \"f\"\n" + role, "expected one shape"),
        ("[[fence]]\nfile = \"none.geojson\"\n" + role, "none.geojson: cannot read"),
        ("[target]\nat = [500, 10]\n" + role, "[500, 10] is outside the field"),
        (role + role, "another role is called \"r\""),
        (role + "holds_s = [1, 2]\n", "expected 1 numbers, one a waypoint, found 2"),
        (role + "[[role]]\nname = \"q\"\ngoal = \"source\"\n", "nobody is left for it"),
        (
            role + "[[task]]\nname = \"t\"\nrole = \"r\"\ndeadline_s = 50\n[end]\ndeadline_s = 10\n",
            "task \"t\" has until 50 s"
        ),
        (
            role + "laps = 0\n[[task]]\nname = \"t\"\nrole = \"r\"\ndeadline_s = 50\n[end]\nwhen = \"never\"\n",
            "never arrive"
        ),
        ("[[area]]\nname = \"a\"\ncentre = [300, 300]\nradius_m = 5\n" + role, "no robot may be anywhere"),
        (role + "area = \"x\"\n", "area: says nothing with goal = \"waypoints\""),
        ("[role]\nname = \"r\"\n", "expected tables [[role]]"), ("x = [", "m.toml:"),
    ]) func `what makes no sense is refused where it stands`(more: String, complaint: String) {
        let found = faults(Self.head + more)
        #expect(found.contains { $0.contains(complaint) }, "\(found)")
        #expect(MissionFile(text: Self.head + more, path: "m.toml").plan == nil)
    }

    @Test func `a changed file is read or refused, and never more`() throws {
        let text = Array(try InputFile.text(of: Self.examples[0]).utf8)
        var random = Splits(state: 5)
        for _ in 0..<400 {
            var changed = text
            for _ in 0..<(1 + Int(random.next() % 4)) {
                changed[Int(random.next() % UInt64(changed.count))] = UInt8(0x20 + random.next() % 0x5F)
            }
            let read = MissionFile(text: String(decoding: changed, as: UTF8.self), path: "m.toml")
            #expect((read.plan == nil) == !read.faults.isEmpty)
        }
    }

    // MARK: Geodesy

    /// Exactly, over the ellipsoid: earth-centred places, and their difference in the origin's east and north.
    private func eastNorth(_ latitude: Double, _ longitude: Double, from origin: MissionPlan.Origin) -> (Double, Double)
    {
        func place(_ latitude: Double, _ longitude: Double) -> (Double, Double, Double) {
            let (phi, lambda) = (latitude * .pi / 180, longitude * .pi / 180)
            let normal = 6_378_137 / (1 - 6.694_379_990_14e-3 * sin(phi) * sin(phi)).squareRoot()
            return (
                normal * cos(phi) * cos(lambda), normal * cos(phi) * sin(lambda),
                normal * (1 - 6.694_379_990_14e-3) * sin(phi)
            )
        }
        let (a, b) = (place(latitude, longitude), place(origin.latitudeDegrees, origin.longitudeDegrees))
        let (x, y, z) = (a.0 - b.0, a.1 - b.1, a.2 - b.2)
        let (phi, lambda) = (origin.latitudeDegrees * .pi / 180, origin.longitudeDegrees * .pi / 180)
        return (
            -sin(lambda) * x + cos(lambda) * y,
            -sin(phi) * cos(lambda) * x - sin(phi) * sin(lambda) * y + cos(phi) * z
        )
    }

    @Test(arguments: [0.0, 35, -52.5, 60, 70]) func `the tangent plane is off by less than 1/400, and comes back`(
        latitude: Double
    ) throws {
        let origin = MissionPlan.Origin(latitudeDegrees: latitude, longitudeDegrees: 179.99)
        let plane = TangentPlane(origin)
        for (x, y) in [(0.0, 0.0), (100, -40), (3_000, 3_000), (-4_900, 500), (20, 4_900)] {
            let degrees = plane.degrees(of: FieldPoint(xMeters: x, yMeters: y))
            let back = try #require(
                plane.point(latitudeDegrees: degrees.latitude, longitudeDegrees: degrees.longitude))
            #expect((back - FieldPoint(xMeters: x, yMeters: y)).lengthMeters < 0.002)
            let exact = eastNorth(degrees.latitude, degrees.longitude, from: origin)
            let error = FieldPoint(xMeters: exact.0 - x, yMeters: exact.1 - y).lengthMeters
            #expect(error <= 0.001 + (x * x + y * y).squareRoot() / 400, "\(latitude) \(x) \(y): \(error)")
        }
        #expect(plane.point(latitudeDegrees: latitude + 0.1, longitudeDegrees: 179.99) == nil)
    }

    // MARK: Other formats

    private func example(_ index: Int) throws -> MissionPlan {
        try #require(MissionFile.read(Self.examples[index]).plan)
    }

    @Test func `a plan of QGroundControl's goes out and comes back`() throws {
        var plan = try example(1)
        // DO_JUMP is not supported, so a plan of QGroundControl's has one lap.
        #expect(throws: GroundControlPlan.Refusal.self) { try GroundControlPlan.value(of: plan, role: "walker") }
        guard case .waypoints(var way) = plan.roles[0].goal else {
            Issue.record("no way")
            return
        }
        way.laps = 1
        plan.roles[0].goal = .waypoints(way)
        let value = try GroundControlPlan.value(of: plan, role: "walker")
        let text = String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
        let back = try GroundControlPlan.plan(text: text, path: "p.plan", name: "patrol")
        #expect(back.field.inclusions == plan.field.inclusions)
        #expect(back.field.exclusions == plan.field.exclusions)
        #expect(back.rallyPoints == plan.rallyPoints)
        #expect(back.origin == plan.origin)
        #expect(back.roles.count == 1 && back.roles[0].goal == plan.roles[0].goal)
    }

    private func groundControl(_ items: String) -> String {
        "{\"fileType\": \"Plan\", \"version\": 1, \"mission\": {\"version\": 2, \"plannedHomePosition\": [52.5, 13.4, 30], "
            + "\"items\": [\(items)]}, \"geoFence\": {\"version\": 2, \"polygons\": [], \"circles\": []}, "
            + "\"rallyPoints\": {\"version\": 2, \"points\": []}}"
    }

    private func item(_ command: Int, _ parameters: String) -> String {
        "{\"type\": \"SimpleItem\", \"command\": \(command), \"frame\": 3, \"autoContinue\": true, \"doJumpId\": 1, "
            + "\"params\": [\(parameters)]}"
    }

    @Test func `waypoints, loiter times, delays, speeds and the return are taken; others are refused by name`() throws {
        let text = groundControl(
            [
                item(178, "1, 2.5, -1, 0, 0, 0, 0"), item(16, "0, 0, 0, null, 52.5001, 13.4, 20"),
                item(93, "4, -1, -1, -1, 0, 0, 0"), item(19, "7, 0, 0, null, 52.5001, 13.4002, 20"),
                item(20, "0, 0, 0, 0, 0, 0, 0"),
            ].joined(separator: ", "))
        let plan = try GroundControlPlan.plan(text: text, path: "p.plan", name: "p")
        guard case .waypoints(let way) = plan.roles[0].goal else {
            Issue.record("no way")
            return
        }
        #expect(way.waypoints.map(\.holdSeconds) == [4, 7] && way.returns)
        #expect(way.waypoints.map(\.speedMetersPerSecond) == [2.5, nil])
        #expect(MissionFile(text: MissionToml.text(plan), path: "m.toml").plan == plan)
        for (other, name) in [
            (item(22, "0, 0, 0, null, 52.5, 13.4, 20"), "NAV_TAKEOFF (22) is not supported"),
            (item(9_999, "0, 0, 0, null, 52.5, 13.4, 20"), "command 9999 is not supported"),
            ("{\"type\": \"ComplexItem\", \"complexItemType\": \"survey\"}", "ComplexItem (survey) is not supported"),
            (item(16, "0, 0, 0, null, 53.5, 13.4, 20"), "farther than 5000 m"),
        ] {
            do {
                _ = try GroundControlPlan.plan(text: groundControl(other), path: "p.plan", name: "p")
                Issue.record("\(name)")
            } catch { #expect("\(error)".contains("mission.items[0]") && "\(error)".contains(name), "\(error)") }
        }
    }

    @Test(arguments: [true, false]) func `GeoJSON goes out and comes back`(inDegrees: Bool) throws {
        var plan = try example(1)
        if !inDegrees { plan.origin = nil }
        plan.target = FieldPoint(xMeters: 5, yMeters: 6)
        let text = String(decoding: JSONWriter.bytes(of: PlanGeoJSON.value(of: plan)), as: UTF8.self)
        let back = try PlanGeoJSON.plan(text: text, path: "p.geojson", name: "patrol", origin: plan.origin)
        #expect(back.field.inclusions == plan.field.inclusions)
        #expect(back.field.exclusions == plan.field.exclusions)
        #expect(back.areas == plan.areas && back.rallyPoints == plan.rallyPoints && back.target == plan.target)
        guard case .waypoints(let way) = plan.roles[0].goal, case .waypoints(let other) = back.roles[0].goal else {
            Issue.record("no way")
            return
        }
        #expect(way.waypoints.map(\.point) == other.waypoints.map(\.point) && way.laps == other.laps)
    }

    @Test func `GeoJSON with holes, of another shape, or without an origin is refused where it is wrong`() {
        func complaint(_ text: String, plane: TangentPlane?) -> String {
            do {
                _ = try GeoJSONFile(text: text, path: "a.geojson", plane: plane)
                return "none"
            } catch { return "\(error)" }
        }
        let plane = TangentPlane(.init(latitudeDegrees: 0, longitudeDegrees: 0))
        func feature(_ type: String, _ coordinates: String) -> String {
            "{\"type\": \"Feature\", \"properties\": {}, \"geometry\": {\"type\": \"\(type)\", \"coordinates\": \(coordinates)}}"
        }
        let ring = "[[0, 0], [0.001, 0], [0.001, 0.001], [0, 0]]"
        #expect(complaint(feature("Polygon", "[\(ring)]"), plane: plane) == "none")
        #expect(complaint(feature("Polygon", "[\(ring)]"), plane: nil).contains("the mission has no [origin]"))
        #expect(complaint(feature("Polygon", "[\(ring), \(ring)]"), plane: plane).contains("with holes"))
        #expect(complaint(feature("MultiPoint", "[]"), plane: plane).contains("geometry.type: expected"))
        #expect(complaint(feature("Point", "[0.2, 0]"), plane: plane).contains("farther than 5000 m"))
    }

    // MARK: Signatures

    @Test func `a signature's file is minisign's, and is read back`() throws {
        let plan = try example(0)
        let key = MinisignKey(seed: [UInt8](repeating: 5, count: 32))
        let signed = SignedPlan(plan, by: key)
        let text = MissionSignatureFile.text(signed.signature, of: "somebody")
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4 && lines[2] == "trusted comment: skein mission two-target revision 1")
        let read = try MissionSignatureFile.signature(text: text, path: "m.minisig")
        #expect(read == signed.signature)
        #expect(read.holds(for: MissionPlanBytes.bytes(of: plan), by: key.key.publicKey, verifier: SodiumVerifier()))
        #expect(!read.holds(for: [1, 2, 3], by: key.key.publicKey, verifier: SodiumVerifier()))
        #expect(try SignedPlan(signed.bytes) == signed)
        for line in 0..<4 {
            var changed = lines.map(String.init)
            changed[line] = String(changed[line].dropLast(5))
            let other = try? MissionSignatureFile.signature(text: changed.joined(separator: "\n"), path: "m.minisig")
            if line > 0 {
                #expect(other != signed.signature)
            }
        }
    }

    @Test func `the page of mission files names every key`() throws {
        let page = try InputFile.text(of: "\(Self.root)/docs/missions.md")
        for section in MissionSchema.sections {
            for key in section.keys { #expect(page.contains("`\(key.name)`"), "\(section.name) \(key.name)") }
        }
    }
}

/// SplitMix64.
private struct Splits {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
