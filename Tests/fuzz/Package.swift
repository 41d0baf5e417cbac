// swift-tools-version: 6.1
// The fuzzer's program and the rooms whose bytes come from others, instrumented. `run` lays it beside links to the rooms,
// outside of them: the manifest at the top knows nothing of it.
import PackageDescription

let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

/// Coverage for libFuzzer; `-enable-testing` since rooms keep most of what decides to themselves.
let fuzzed: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])]

let package = Package(
    name: "skein-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", path: "Sources/CSodium", pkgConfig: "libsodium"),
        .systemLibrary(name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd"),
        // What the system's module lacks: how much of the heap is in use.
        .systemLibrary(name: "CMalloc", path: "CMalloc"),
        .target(name: "SkeinWire", swiftSettings: fuzzed),
        .target(name: "SkeinSeal", dependencies: ["SkeinWire", "CSodium"], swiftSettings: fuzzed),
        .target(name: "SkeinBulk", dependencies: ["SkeinWire", "SkeinSeal"], swiftSettings: fuzzed),
        .target(name: "SkeinRadio", dependencies: [real], swiftSettings: fuzzed),
        .target(name: "SkeinTasks", dependencies: ["SkeinWire", real], swiftSettings: fuzzed),
        .target(
            name: "SkeinPeer",
            dependencies: ["SkeinWire", "SkeinSeal", "SkeinBulk", "SkeinRadio", "SkeinTasks", real, heap, deque],
            swiftSettings: fuzzed),
        .target(
            name: "SkeinCodec", dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks"],
            swiftSettings: fuzzed),
        .target(
            name: "SkeinFiles", dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks", toml],
            swiftSettings: fuzzed),
        .target(name: "SkeinMCAP", dependencies: ["SkeinWire", "CZstd"], swiftSettings: fuzzed),
        // Of the room that holds descriptors only what does not.
        .target(name: "SkeinLinux", dependencies: ["SkeinSeal", "SkeinWire"], swiftSettings: fuzzed),
        .target(name: "WireSamples", dependencies: ["SkeinWire"], path: "WireSamples"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "SkeinWire", "SkeinSeal", "SkeinBulk", "SkeinTasks", "SkeinPeer", "SkeinCodec", "SkeinFiles",
                "SkeinLinux", "SkeinMCAP", "WireSamples", "CMalloc",
            ], path: "Targets", swiftSettings: fuzzed, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ],
    swiftLanguageModes: [.v6]
)
