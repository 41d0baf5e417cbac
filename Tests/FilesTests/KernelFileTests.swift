import Foundation
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinFiles

@Suite struct KernelFileTests {
    private static let blur = """
        [[kernel]]
        name = "blur"
        version = 2
        command = ["./blur", "-q"]

        """

    /// Up to the line on which what is added begins.
    private static let lineCount = PeerFileTests.small.split(separator: "\n", omittingEmptySubsequences: false).count

    private func reading(_ text: String) -> PeerReading {
        PeerReading(text: PeerFileTests.small + text, path: "/c/peer.toml", places: PeerFileTests.places)
    }

    private func messages(_ text: String) -> [String] {
        reading(text).errors.map { error in
            let line = (error.position?.line ?? 0) - Self.lineCount + 1
            return "\(line):\(error.position?.column ?? 0): \(error.message)"
        }
    }

    @Test func `a kernel has what its table says, and the defaults`() throws {
        let settings = try reading(Self.blur).valid()
        let name = try #require(KernelName(name: "blur", version: 2))
        #expect(settings.kernels == [KernelSpec(name: name, command: ["./blur", "-q"], folder: "/c/kernels")])
        // The manual's words are the specification's values.
        let spec = settings.kernels[0]
        for key in KernelSchema.keys
        where !["name", "version", "command", "folder", "processes", "cpu_s"].contains(key.name) {
            #expect(key.get(spec)?.text.replacing(" ", with: "") == key.presetText, "\(key.name)")
        }
    }

    @Test func `every key of a kernel reads, and reads back as written`() throws {
        let settings = try reading(
            """
            [[kernel]]
            name = "a.b_c-1"
            version = 65535
            command = ["python3", "x.py"]
            folder = "work"
            folders = ["/opt/model", "more"]
            env = { B = "2", A = "1 \\"q\\"" }
            deterministic = true
            framed = true
            cost_s = 0.25
            warm = 0
            processes = 3
            deadline_max_s = 7
            cpu_s = 2.5
            memory_mib = 1024
            threads = 9
            output_mib = 1
            confine = "none"

            """ + Self.blur
        ).valid()
        let spec = try #require(settings.kernels.first)
        #expect(spec.folder == "/c/work" && spec.folders == ["/opt/model", "/c/more"])
        #expect(spec.environment == [.init(name: "A", value: "1 \"q\""), .init(name: "B", value: "2")])
        #expect(spec.isDeterministic && spec.isFramed && spec.confinement == .none && spec.warm == 0)
        #expect(spec.cost == .milliseconds(250) && spec.spanMax == .seconds(7))
        #expect(spec.processorTimeMax == .milliseconds(2_500) && spec.processes == 3 && spec.threadsMax == 9)
        #expect(spec.memoryMiB == 1_024 && spec.outputBytesMax == 1 << 20)
        let again = PeerReading(text: PeerWriter.text(of: settings), path: "/d/p.toml", places: PeerFileTests.places)
        #expect(try again.valid().kernels == settings.kernels)
    }

    @Test func `what is wrong with a kernel is told where it stands`() {
        #expect(
            messages("[[kernel]]\nname = \"Blur\"\nversion = 1\ncommand = []\nmemory_mb = 3\n") == [
                "2:1: [kernel[0]] name: expected a name of 1…32 small letters, digits, ., - and _, found \"Blur\"",
                "4:1: [kernel[0]] command: expected a program and at most 63 arguments, found a list of 0",
                "5:1: [kernel[0]] unknown key \"memory_mb\" (did you mean \"memory_mib\"?)",
            ])
        #expect(
            messages("[[kernel]]\nname = \"blur\"\nwarm = 99\nenv = { \"A B\" = \"1\" }\nfolder = \"/\"\n") == [
                "1:1: [kernel[0]] version is missing: expected a whole number 0…65535",
                "1:1: [kernel[0]] command is missing: expected a list of strings",
                "3:1: [kernel[0]] warm: expected a whole number 0…8, found 99",
                "4:1: [kernel[0]] env: expected a variable's name, found \"A B\"",
                "5:1: [kernel[0]] folder: expected a folder of files, neither the root nor /proc, /sys or /dev, found \"/\"",
            ])
        #expect(
            messages(Self.blur + Self.blur) == [
                "6:1: [kernel[1]] kernel blur@2 is there already: /c/peer.toml:\(Self.lineCount):1"
            ])
        #expect(messages("[kernel]\nname = \"blur\"\n") == ["1:1: expected tables [[kernel]], found a table"])
        #expect(messages("[[kernl]]\n") == ["1:1: unknown table \"kernl\" (did you mean \"kernel\"?)"])
        #expect(messages(Self.blur + "confine = \"bubblewarp\"\n").count == 1)
    }

    @Test func `conf.d adds kernels, and a changed one waits for a restart`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "conf.d"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let main = folder.appending(path: "peer.toml").path
        try OutputFile.write(Array((PeerFileTests.small + Self.blur).utf8), to: main)
        let sources = PeerReading.Sources(
            configFile: main, environment: [:], flags: [], places: PeerFileTests.places, workingFolder: "/w")
        let old = try PeerReading.read(sources).valid()
        let edges = Self.blur.replacing("blur", with: "edges")
        try OutputFile.write(Array(edges.utf8), to: folder.appending(path: "conf.d/edges.toml").path)
        let reading = PeerReading.read(sources)
        let new = try reading.valid()
        #expect(new.kernels.map(\.name.description) == ["blur@2", "edges@2"])
        // Paths count from the configuration file, not from conf.d.
        #expect(new.kernels.map(\.folder) == [folder.path + "/kernels", folder.path + "/kernels"])
        #expect("\(reading.kernels[1].origin)" == "\(folder.path)/conf.d/edges.toml:1:1")
        #expect(reading.kernels[1].lines(isWhole: false).map(\.name) == ["name", "version", "command"])
        #expect(PeerReload(from: old, to: new).restart == ["kernel"])
    }

    @Test func `the examples' tables are part of a valid configuration, and their programs are there`() throws {
        let root = PeerManualTests.root.appending(path: "field-configs/kernels")
        let settings = try reading(try InputFile.text(of: root.appending(path: "kernels.toml").path)).valid()
        #expect(settings.kernels.map(\.name.description) == ["histogram@1", "mandelbrot@1"])
        #expect(InputFile.isReadable(root.appending(path: "histogram.py").path))
        #expect(InputFile.isReadable(root.appending(path: "mandelbrot.c").path))
        #expect(
            try InputFile.text(of: PeerManualTests.root.appending(path: "docs/kernels.md").path).contains("histogram@1")
        )
    }

    @Test func `inputs are joined, or framed by their lengths`() throws {
        var spec = KernelSpec(name: try #require(KernelName(name: "x", version: 1)), command: ["x"], folder: "/")
        let parts = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300)].map { ObjectBytes($0) }
        #expect(spec.input(of: parts)?.bytes == [1, 2, 3] + [UInt8](repeating: 7, count: 300))
        spec.isFramed = true
        #expect(
            spec.input(of: parts)?.bytes
                == [0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 1, 44] + [UInt8](repeating: 7, count: 300))
        #expect(spec.input(of: [])?.count == 0)
        let big = ObjectBytes([UInt8](repeating: 0, count: ObjectBytes.countMax))
        #expect(spec.input(of: [big]) == nil)
        spec.isFramed = false
        #expect(spec.input(of: [big])?.count == ObjectBytes.countMax)
    }
}
