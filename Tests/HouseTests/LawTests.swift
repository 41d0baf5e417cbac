import Testing

/// The house's law on this repository's source. Each failure names its places as file:line.
struct LawTests {
    @Test func `the scanners find the house`() {
        #expect(Repository.all.count > 50, "\(Repository.root) is not this repository")
        for folder in Repository.pureFolders {
            #expect(Repository.pure.contains { $0.path.hasPrefix(folder + "/") }, "\(folder) is empty")
        }
        #expect(Repository.written.allSatisfy { !$0.text.isEmpty || $0.path == "README.md" })
    }

    @Test func `a room imports only what docs/house.md allows`() {
        for row in HousePlan.rows(Repository.text("docs/house.md")) {
            let files = Repository.all.filter { $0.path.hasPrefix(row.room.folder + "/") }
            let offences = files.flatMap { Rules.foreignImports($0, allowed: row.room.imports + row.system) }
            #expect(offences.isEmpty, "\(row.room.name):\(offences.list)")
        }
    }

    @Test func `pure rooms know no clock, thread, file or luck`() {
        let offences = Repository.pure.flatMap(Rules.impurities)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `pure rooms walk nothing that has no order`() {
        for folder in Repository.pureFolders {
            let room = Repository.pure.filter { $0.path.hasPrefix(folder + "/") }
            let walks = UnorderedWalks(room: room)
            let offences = room.flatMap(walks.offences)
            #expect(offences.isEmpty, "\(offences.list)")
        }
    }

    @Test func `nothing that flies imports the world`() {
        let flying = Repository.all.filter { $0.path.hasPrefix("Sources/") && !$0.path.hasPrefix("Sources/skein/") }
        let offences = flying.flatMap { file in
            Rules.imports(file).filter {
                ["SkeinWorld", "SkeinScenarios", "SkeinLab", "SkeinBench"].contains($0.module)
            }
            .map { file.offence($0.line, "imports \($0.module)") }
        }
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `a file stays under 400 lines`() {
        let offences = Repository.all.flatMap(Rules.longFile)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `a function stays under 70 lines`() {
        let offences = Repository.all.flatMap(Rules.longFunctions)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `the program traps by precondition and shares by package`() {
        let offences = Repository.all.filter { !$0.path.hasPrefix("Tests/") }.flatMap(Rules.unwelcome)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `a peer's switches over enums name every case`() {
        let files = Repository.all.filter { $0.path.hasPrefix("Sources/SkeinPeer/") }
        let offences = files.flatMap(Rules.defaultsOfEnums)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `every type of a pure room says what it is`() {
        let offences = Repository.pure.flatMap(Rules.undocumentedTypes)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `nothing is left unfinished`() {
        let offences = Repository.written.flatMap(Rules.unfinished)
        #expect(offences.isEmpty, "\(offences.list)")
    }

    @Test func `nothing names a path of one machine`() {
        let offences = Repository.written.flatMap(Rules.machinePaths)
        #expect(offences.isEmpty, "\(offences.list)")
    }
}
