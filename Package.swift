// swift-tools-version: 6.1
// The rooms of the house, and which may import which: docs/house.md.
// `swift build --explicit-target-dependency-import-check error` holds every import to this list.
import PackageDescription

let sodium: Target.Dependency = "CSodium"
let netlink: Target.Dependency = "CNetlink"
let curses: Target.Dependency = "CCurses"
let zstd: Target.Dependency = "CZstd"
let microhttpd: Target.Dependency = "CMicroHTTPD"
let linux: Target.Dependency = "CSkeinLinux"
let link: Target.Dependency = "CSkeinBridge"
let gps: Target.Dependency = "CGps"
let real: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

/// Generic and small code crosses rooms in hot loops; without this a call into another room costs five times as much.
let fast: [SwiftSetting] = [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
    name: "skein",
    products: [
        .executable(name: "skein", targets: ["skein"]),
        .executable(name: "skein-gateway", targets: ["SkeinGateway"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CNetlink", pkgConfig: "libnl-genl-3.0", providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev"])]),
        .systemLibrary(name: "CCurses", providers: [.apt(["libncurses-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CGps", pkgConfig: "libgps", providers: [.apt(["libgps-dev"])]),
        .target(name: "CSkeinLinux"),
        .target(name: "CSkeinBridge", path: "firmware-bridge/link"),
        .target(name: "SkeinWire", swiftSettings: fast),
        .target(name: "SkeinSeal", dependencies: ["SkeinWire", sodium], swiftSettings: fast),
        .target(name: "SkeinBulk", dependencies: ["SkeinWire", "SkeinSeal"], swiftSettings: fast),
        .target(name: "SkeinRadio", dependencies: [real], swiftSettings: fast),
        .target(name: "SkeinTasks", dependencies: ["SkeinWire", real], swiftSettings: fast),
        .target(
            name: "SkeinPeer",
            dependencies: ["SkeinWire", "SkeinSeal", "SkeinBulk", "SkeinRadio", "SkeinTasks", real, heap, deque],
            swiftSettings: fast),
        .target(
            name: "SkeinCodec", dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks"], swiftSettings: fast
        ),
        .target(name: "SkeinBridge", dependencies: ["SkeinPeer", "SkeinWire", link, real], swiftSettings: fast),
        .target(name: "SkeinFiles", dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks", toml]),
        .target(
            name: "SkeinLinux",
            dependencies: [
                "SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks", "SkeinCodec", "SkeinMCAP", "SkeinLog",
                "SkeinBridge",
                linux, netlink, gps,
            ]),
        .target(name: "SkeinView", dependencies: ["SkeinWire", curses]),
        .target(name: "SkeinPicture", dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinView"]),
        .target(name: "SkeinMCAP", dependencies: ["SkeinWire", zstd], swiftSettings: fast),
        .target(
            name: "SkeinLog",
            dependencies: ["SkeinMCAP", "SkeinPeer", "SkeinWire", "SkeinSeal", real, heap, protobuf],
            exclude: ["Schemas"], swiftSettings: fast),
        .executableTarget(
            name: "SkeinGateway",
            dependencies: [
                "SkeinPicture", "SkeinLinux", "SkeinFiles", "SkeinCodec", "SkeinPeer", "SkeinWire", microhttpd,
                arguments,
            ]),
        .target(
            name: "SkeinWorld",
            dependencies: ["SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinTasks", "SkeinRadio", real, heap],
            path: "sim/SkeinWorld", swiftSettings: fast),
        .target(
            name: "SkeinScenarios",
            dependencies: ["SkeinWorld", "SkeinFiles", "SkeinPeer", "SkeinTasks", "SkeinWire", toml],
            path: "sim/SkeinScenarios"),
        .target(
            name: "SkeinLab",
            dependencies: [
                "SkeinWorld", "SkeinScenarios", "SkeinLinux", "SkeinBridge", "SkeinCodec", "SkeinFiles", "SkeinPeer",
                "SkeinWire", "SkeinSeal", "SkeinTasks", "SkeinRadio", linux,
            ],
            path: "sim/SkeinLab"),
        .target(
            name: "SkeinBench",
            dependencies: [
                "SkeinLab", "SkeinLinux", "SkeinFiles", "SkeinPeer", "SkeinBulk", "SkeinSeal", "SkeinTasks",
                "SkeinWire",
                real, linux, sodium,
            ],
            path: "sim/SkeinBench"),
        .executableTarget(name: "HwsimMedium", dependencies: [netlink, "SkeinRadio"], path: "sim/HwsimMedium"),
        .executableTarget(
            name: "skein",
            dependencies: [
                "SkeinWire", "SkeinSeal", "SkeinBulk", "SkeinRadio", "SkeinTasks", "SkeinPeer", "SkeinCodec",
                "SkeinFiles", "SkeinLinux", "SkeinView", "SkeinPicture", "SkeinMCAP", "SkeinLog", "SkeinWorld",
                "SkeinScenarios", "SkeinLab", "SkeinBench", arguments,
            ]),
        .target(name: "WireSamples", dependencies: ["SkeinWire"], path: "Tests/WireSamples"),
        .testTarget(name: "HouseTests"),
        .testTarget(name: "WireTests", dependencies: ["SkeinWire", "WireSamples"]),
        .testTarget(name: "SealTests", dependencies: ["SkeinSeal", "SkeinWire", "WireSamples"]),
        .testTarget(name: "BulkTests", dependencies: ["SkeinBulk", "SkeinSeal", "SkeinWire", "WireSamples"]),
        .testTarget(name: "RadioTests", dependencies: ["SkeinRadio"]),
        .testTarget(name: "TasksTests", dependencies: ["SkeinTasks", "SkeinWire", real]),
        .testTarget(name: "HostileTests", dependencies: ["SkeinPeer", "SkeinSeal", "SkeinWire", "WireSamples"]),
        .testTarget(
            name: "MeshTests",
            dependencies: ["SkeinPeer", "SkeinBulk", "SkeinRadio", "SkeinSeal", "SkeinTasks", "SkeinWire"]),
        .testTarget(name: "StopTests", dependencies: ["SkeinPeer", "SkeinSeal", "SkeinTasks", "SkeinWire"]),
        .testTarget(name: "PlanningTests", dependencies: ["SkeinPeer"]),
        .testTarget(name: "CloudTests", dependencies: ["SkeinPeer", "SkeinTasks", "SkeinWire"]),
        .testTarget(name: "MissionTests", dependencies: ["SkeinPeer", "SkeinTasks", "SkeinWire", real]),
        .testTarget(
            name: "WorldTests",
            dependencies: ["SkeinWorld", "SkeinPeer", "SkeinWire", "SkeinSeal", "SkeinRadio", "SkeinTasks"]),
        .testTarget(
            name: "AdversaryTests",
            dependencies: [
                "SkeinWorld", "SkeinScenarios", "SkeinFiles", "SkeinPeer", "SkeinSeal", "SkeinTasks", "SkeinWire",
            ]),
        .testTarget(
            name: "FilesTests",
            dependencies: [
                "SkeinFiles", "SkeinScenarios", "SkeinView", "SkeinWorld", "SkeinPeer", "SkeinSeal", "SkeinTasks",
                "SkeinWire",
            ]),
        .testTarget(
            name: "CodecTests",
            dependencies: [
                "SkeinCodec", "SkeinPeer", "SkeinSeal", "SkeinTasks", "SkeinWire", "SkeinRadio", "SkeinWorld",
                "WireSamples",
            ]),
        .testTarget(
            name: "LinuxTests",
            dependencies: [
                "SkeinLinux", "SkeinBridge", "SkeinCodec", "SkeinPeer", "SkeinSeal", "SkeinTasks", "SkeinWire",
                "SkeinLog", "SkeinMCAP", linux, netlink, gps,
            ]),
        .testTarget(
            name: "LabTests",
            dependencies: [
                "skein", "SkeinLab", "SkeinLinux", "SkeinCodec", "SkeinWorld", "SkeinScenarios", "SkeinFiles",
                "SkeinPeer", "SkeinTasks", "SkeinWire",
            ]),
        .testTarget(
            name: "SwarmTests",
            dependencies: ["SkeinScenarios", "SkeinFiles", "SkeinWorld", "SkeinPeer"]),
        .testTarget(
            name: "BenchTests",
            dependencies: [
                "SkeinBench", "SkeinFiles", "SkeinLinux", "SkeinPeer", "SkeinSeal", "SkeinTasks", "SkeinWire",
            ]),
        .testTarget(name: "BridgeTests", dependencies: ["SkeinBridge", "SkeinPeer", "SkeinWire", link]),
        .testTarget(name: "MCAPTests", dependencies: ["SkeinMCAP", "SkeinWire"]),
        .testTarget(
            name: "LogTests",
            dependencies: ["SkeinLog", "SkeinMCAP", "SkeinPeer", "SkeinSeal", "SkeinWire", protobuf]),
        .target(name: "ViewSamples", dependencies: ["SkeinView", "SkeinWire"], path: "Tests/ViewSamples"),
        .executableTarget(
            name: "ViewDemo", dependencies: ["ViewSamples", "SkeinView", "SkeinWire"], path: "Tests/ViewDemo"),
        .testTarget(
            name: "ViewTests", dependencies: ["ViewSamples", "SkeinView", "SkeinWire"], exclude: ["captures"]),
        .testTarget(
            name: "PictureTests",
            dependencies: ["SkeinPicture", "SkeinView", "SkeinPeer", "SkeinSeal", "SkeinWire"]),
        .testTarget(name: "ProgramTests", dependencies: ["skein", "SkeinFiles"]),
    ],
    swiftLanguageModes: [.v6]
)

/// LCM, to be measured against (`make bench-lcm`): a program of its own, so that nothing else ever links it.
if Context.environment["SKEIN_LCM"] == "1" {
    package.targets += [
        .systemLibrary(name: "CLCM", path: "sim/CLCM", pkgConfig: "lcm", providers: [.apt(["liblcm-dev"])]),
        .executableTarget(
            name: "LCMBench", dependencies: ["CLCM", "SkeinBench", "SkeinLinux", "SkeinWire"], path: "sim/LCMBench"),
    ]
}

/// Eigen, to be measured against (`make bench-kernels`): headers of C++ in a program of its own.
if Context.environment["SKEIN_EIGEN"] == "1" {
    package.cxxLanguageStandard = .cxx17
    package.targets += [
        .systemLibrary(name: "CEigen", path: "sim/CEigen", pkgConfig: "eigen3", providers: [.apt(["libeigen3-dev"])]),
        .executableTarget(
            name: "EigenBench", dependencies: ["CEigen"], path: "sim/EigenBench", exclude: ["kernels.py"],
            cxxSettings: [.unsafeFlags(["-O3", "-DNDEBUG"])], linkerSettings: [.linkedLibrary("m")]),
    ]
}
