import Testing

/// The scanners see what they are for, and only that: a law nobody could break would prove nothing.
struct ScannerTests {
    private func file(_ text: String, path: String = "Sources/SkeinPeer/Bad.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test func `comments and strings are no code, what they interpolate is`() {
        let words = SwiftTokens.of(
            ##"""
            // import A
            /* import B /* nested */ import C */
            let a = "import D \(e + "f \(g)") h"
            let b = """
                import I \(j)
                """
            let c = #"import K \#(l) \(m)"#
            func `import N`() {}
            """##
        ).filter { $0.kind == .word }.map(\.text)
        #expect(words == ["let", "a", "e", "g", "let", "b", "j", "let", "c", "l", "func", "import N"])
    }

    @Test func `lines are counted through comments and strings`() {
        let tokens = SwiftTokens.of("/*\n\n*/\nlet a = \"\"\"\n  x\n  \"\"\"\n// c\nlet b")
        #expect(tokens.filter { $0.text == "let" }.map(\.line) == [4, 8])
    }

    @Test(arguments: [
        "import Foundation", "@testable import Glibc", "import struct Foundation.Date", "package import Dispatch",
        "import SkeinWire\nimport SkeinWorld",
    ])
    func `a foreign import is seen`(_ text: String) {
        #expect(Rules.foreignImports(file(text), allowed: ["SkeinWire"]).count == 1)
    }

    @Test func `an allowed import is no offence`() {
        let text =
            "@testable import SkeinWire\nimport struct SkeinSeal.Seal\n// import Foundation\nlet a = \"import B\""
        #expect(Rules.foreignImports(file(text), allowed: ["SkeinWire", "SkeinSeal"]).isEmpty)
    }

    @Test(arguments: [
        "func f() async {}", "let x = await g()", "actor A {}", "Task { }", "let t = ContinuousClock.now", "print(1)",
        "let x = Int.random(in: 0...3)", "list.shuffled()", "list.randomElement()", "list.shuffle()",
        "var g = SystemRandomNumberGenerator()", "let h = x.hashValue", "var h = Hasher()", "Thread.sleep(1)",
        "nonisolated(unsafe) var x = 1", "let d = Date()", "ObjectIdentifier(self)",
    ])
    func `an impurity is seen`(_ text: String) {
        #expect(Rules.impurities(file(text)).count == 1)
    }

    @Test(arguments: [
        "let x = Int.random(in: 0...3, using: &dice)", "list.shuffled(using: &dice)", "let task = TaskID()",
        "// await the async actor", "let s = \"print\"", "func hash(into hasher: inout Hasher) {}", "var date: Int",
        "list.randomElement(using: &dice)", "arena.random(&dice)",
    ])
    func `a seeded or harmless line is no impurity`(_ text: String) {
        #expect(Rules.impurities(file(text)).isEmpty)
    }

    @Test(arguments: [
        "var a: [Int: Int] = [:]\nfor x in a {}", "let a = Set<Int>()\nfor x in a where x > 1 {}",
        "var a: Set<Int>\nlet b = a.map { $0 }", "func f(a: [Int: Int]) { a.forEach { g($0) } }",
        "var a = [Int: [Int]]()\nreturn a.values.first", "var a: [Int: Int]\nlet k = a.keys.min()",
        "let a = Dictionary(grouping: b) { $0 }\nfor (k, v) in self.a {}", "var a: Set<Int>\nlet b = Array(a)",
        "var a: Set<Int>\nb.append(contentsOf: a)", "for x in Set(b) {}", "let c = Set(b).first",
        "var a: Set<Int>?\na?.forEach { }",
        "var a: Set<Int>\nlet b = [Int](a)", "func f(_ a: inout [String: Int]) { for x in state.a {} }",
        "var a: Set<Int>\nfor (x, y) in zip(a, b) {}",
    ])
    func `a walk without order is seen`(_ text: String) {
        let bad = file(text)
        #expect(UnorderedWalks(room: [bad]).offences(bad).count == 1)
    }

    @Test(arguments: [
        "var a: [Int: Int] = [:]\nfor x in a.sorted(by: <) {}", "var a: [Int: Int]\nlet b = a.keys.sorted()",
        "var a: [Int]\nfor x in a {}", "var a: [Int: Int]\nlet b = a[3].map { $0 }",
        "var a: Set<Int>\nif a.contains(3) { }",
        "var a: [Int: Int]\nfor i in 0..<a.count {}", "let a = [1, 2]\na.forEach { }",
        "let a = x ? [y] : [z]\nfor b in a {}",
        "var a: [Int: [Int]]\nfor x in a[1] ?? [] {}", "let a: [(x: Int, y: Int)]\na.map { $0 }",
        "var a: Set<Int>\nlet b = list.map { x in a.contains(x) }",
    ])
    func `a look-up or a sorted walk is no offence`(_ text: String) {
        let good = file(text)
        #expect(UnorderedWalks(room: [good]).offences(good).isEmpty)
    }

    @Test func `another file's property is known in its room, a local is not`() {
        let type = file("struct A {\n var table: [Int: Int]\n func f() { let local: Set<Int> = [] }\n}")
        let walks = UnorderedWalks(room: [type])
        #expect(walks.offences(file("extension A { func g() { for x in table {} } }")).count == 1)
        #expect(walks.offences(file("extension A { func g() { for x in local {} } }")).isEmpty)
    }

    @Test func `a long file and a long function are seen, those on the edge are not`() {
        #expect(Rules.longFile(file(String(repeating: "\n", count: 400))).count == 1)
        #expect(Rules.longFile(file(String(repeating: "\n", count: 399))).isEmpty)
        for head in [
            "func f()", "init(a: Int = { 1 }())", "var x: Int", "subscript(i: Int) -> Int",
            "static func < (a: A, b: A) -> Bool",
        ] {
            let over = "struct A {\nfunc g() {}\n\(head) {\n" + String(repeating: "// }\n", count: 68) + "}\n}\n"
            #expect(Rules.longFunctions(file(over)).map(\.line) == [3], "\(head)")
            let edge = "struct A {\n\(head) {\n" + String(repeating: "g(\"}\")\n", count: 67) + "}\n}\n"
            #expect(Rules.longFunctions(file(edge)).isEmpty, "\(head)")
        }
        let required =
            "protocol P {\nfunc f()\nvar x: Int { get }\n}\nstruct A {\n" + String(repeating: "\n", count: 80) + "}"
        #expect(Rules.longFunctions(file(required)).isEmpty)
    }

    @Test(arguments: ["assert(x)", "fatalError()", "public struct A {}", "assertionFailure(\"no\")", "open class B {}"])
    func `an unwelcome word is seen`(_ text: String) {
        #expect(Rules.unwelcome(file(text)).count == 1)
    }

    @Test(arguments: ["precondition(x)", "package struct A {}", "seal.open(x)", "// public", "let open = 1"])
    func `a welcome word is no offence`(_ text: String) {
        #expect(Rules.unwelcome(file(text)).isEmpty)
    }

    @Test func `a default beside an enum's cases is seen, beside numbers it is not`() {
        #expect(Rules.defaultsOfEnums(file("switch a {\ncase .b: c()\ndefault: d()\n}")).map(\.line) == [3])
        #expect(Rules.defaultsOfEnums(file("switch a {\ncase 1: c()\ndefault: d()\n}")).isEmpty)
        let nested = "switch a {\ncase .b: switch c { case 1: d()\ndefault: e() }\ncase .f: g()\n}"
        #expect(Rules.defaultsOfEnums(file(nested)).isEmpty)
        #expect(Rules.defaultsOfEnums(file("switch a {\ncase .b: f(x, default: 1)\n}")).isEmpty)
    }

    @Test func `a type without a doc comment is seen`() {
        #expect(Rules.undocumentedTypes(file("package struct A {}")).count == 1)
        #expect(Rules.undocumentedTypes(file("// no doc\nprivate final class A {}")).count == 1)
        #expect(Rules.undocumentedTypes(file("/// Doc.\npackage struct A { struct B {} }\n\nextension A {}")).isEmpty)
        #expect(Rules.undocumentedTypes(file("/// Doc.\n@frozen package enum A {}\nimport struct B.C")).isEmpty)
    }

    @Test func `marks of unfinished work are seen`() {
        #expect(Rules.unfinished(file("// TO" + "DO: later")).count == 1)
        #expect(Rules.unfinished(file("x // FIX" + "ME")).count == 1)
        #expect(Rules.unfinished(file("let methoDOlogy = 1 // TO" + "DOS")).isEmpty)
    }

    @Test func `paths of one machine are seen`() {
        for path in ["/ho" + "me/me/x", "cd /wo" + "rk/main", "\"/ro" + "ot/.cache\"", "../sha" + "red/data"] {
            #expect(Rules.machinePaths(file(path)).count == 1, "\(path)")
        }
        for path in ["/etc/skein/peer.toml", "sim/wo" + "rk/x", "/usr/bin/env", "sim/instances"] {
            #expect(Rules.machinePaths(file(path)).isEmpty, "\(path)")
        }
    }

    @Test func `a manifest's targets are read with their dependencies`() {
        let rooms = Manifest.rooms(
            """
            let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
            let sodium: Target.Dependency = "CSodium"
            let package = Package(name: "p", targets: [
                .systemLibrary(name: "CSodium"),
                .target(name: "A", dependencies: ["B", real, sodium], path: "sim/A"),
                .testTarget(name: "T", dependencies: ["A", .product(name: "X", package: "y"), .target(name: "Z")]),
            ])
            """)
        #expect(
            rooms == [
                Room(name: "CSodium", folder: "Sources/CSodium", isTest: false, imports: []),
                Room(name: "A", folder: "sim/A", isTest: false, imports: ["B", "CSodium", "RealModule"]),
                Room(name: "T", folder: "Tests/T", isTest: true, imports: ["A", "X", "Z"]),
            ])
    }

    @Test func `a plan's rows are read with their imports`() {
        let rows = HousePlan.rows(
            "| room | folder | what | imports | system |\n| --- |\n| `A` | `sim/A` | x, `y` | `B`, `C` | `Glibc` |\n")
        let room = Room(name: "A", folder: "sim/A", isTest: false, imports: ["B", "C"])
        #expect(rows == [HousePlan.Row(room: room, system: ["Glibc"])])
    }
}
