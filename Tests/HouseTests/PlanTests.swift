import Testing

/// The plan on paper, the manifest and the folders say the same.
struct PlanTests {
    let manifest = Manifest.rooms(Repository.text("Package.swift"))
    let plan = HousePlan.rows(Repository.text("docs/house.md"))

    @Test func `Package.swift and docs/house.md have the same rooms`() {
        let rooms = manifest.filter { !$0.isTest }
        #expect(rooms.count >= 10)
        #expect(rooms.map(\.name).sorted() == plan.map(\.room.name).sorted())
        for room in rooms {
            let row = plan.first { $0.room.name == room.name }
            #expect(row?.room.imports == room.imports, "\(room.name)")
            #expect(row?.room.folder == room.folder, "\(room.name)")
        }
    }

    @Test func `nothing that flies reaches the world through another room`() {
        func reached(from name: String) -> [String] {
            let imports = manifest.first { $0.name == name }?.imports ?? []
            return imports + imports.flatMap(reached)
        }
        #expect(reached(from: "skein").contains("SkeinWorld"), "the search finds nothing")
        for room in manifest where room.folder.hasPrefix("Sources/") && room.name != "skein" {
            #expect(
                !reached(from: room.name).contains {
                    ["SkeinWorld", "SkeinScenarios", "SkeinLab", "SkeinBench", "skein"].contains($0)
                },
                "\(room.name)")
        }
    }

    @Test func `every folder of tests is a target or a drill, and every target a folder with something in it`() {
        // A drill needs namespaces or a guest, and so a script that sets them up.
        let folders = Repository.names(in: "Tests").filter { folder in
            let names = Repository.names(in: "Tests/" + folder)
            return !names.isEmpty && !names.contains("run")
        }
        #expect(
            manifest.filter { $0.folder.hasPrefix("Tests/") }.map { String($0.folder.dropFirst(6)) }.sorted() == folders
        )
        for room in manifest { #expect(!Repository.names(in: room.folder).isEmpty, "\(room.folder) is empty") }
    }

    @Test func `every folder of sources is a room`() {
        #expect(
            manifest.filter { $0.folder.hasPrefix("Sources/") }.map { String($0.folder.dropFirst(8)) }.sorted()
                == Repository.names(in: "Sources").filter { !Repository.names(in: "Sources/" + $0).isEmpty })
    }

    @Test func `the top level holds the house's rooms and what any repository has`() {
        let rooms = ["Package.swift", "Sources", "Tests", "firmware-bridge", "field-configs", "sim", "docs"]
        let usual = ["README.md", "SECURITY.md", "Makefile", ".ci", ".gitignore", ".swift-format", ".git"]
        let built = Repository.text(".gitignore").split(separator: "\n").map { $0.split(separator: "/").first ?? $0 }
        let offences = Repository.names(in: "").filter { name in
            !rooms.contains(name) && !usual.contains(name)
                && !built.contains { $0 == name || $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
        }
        #expect(offences.isEmpty, "neither a room nor usual: \(offences)")
        #expect(Repository.names(in: ".ci") == ["run"])
    }
}
