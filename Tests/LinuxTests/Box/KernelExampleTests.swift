import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// The kernels that a user begins with (`field-configs/kernels`), confined as kernels.toml has them.
@Suite(.serialized, .enabled(if: KernelBench.isPossible, "programs cannot be confined on this machine"))
struct KernelExampleTests {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/field-configs/kernels"

    /// The same bytes in a folder that everybody may enter.
    private func copy(_ name: String, to bench: KernelBench) throws {
        let file = try Descriptor(open("\(Self.folder)/\(name)", O_RDONLY), from: "open", name)
        let bytes = try #require(try file.readAll(limit: 1 << 20, subject: name))
        bench.write(name, String(decoding: bytes, as: UTF8.self))
    }

    private func framed(_ bench: KernelBench, _ parts: [[UInt8]]) throws -> [UInt8] {
        try #require(bench.host.offers[0].spec.input(of: parts.map { ObjectBytes($0) })).bytes
    }

    @Test(.enabled(if: BoxCommand.place(of: "python3", in: "/") != nil, "no python3 where the system keeps programs"))
    func `histogram describes each picture, and refuses what is none`() throws {
        let bench = try KernelBench([("histogram", "")]) {
            $0.command = ["python3", "histogram.py"]
            $0.isFramed = true
            $0.memoryMiB = 128
        }
        try copy("histogram.py", to: bench)
        // Half black, half white: one edge a row.
        let picture = Array("P5\n# two halves\n4 2\n255\n".utf8) + [0, 0, 255, 255, 0, 0, 255, 255]
        let text = bench.text(bench.submit("histogram", try framed(bench, [picture, picture])))
        let line =
            "{\"width\": 4, \"height\": 2, \"mean\": 127.5, \"p5\": 0, \"p50\": 0, \"p95\": 255, \"edges\": 2}\n"
        #expect(text == line + line)
        #expect(bench.output(bench.submit("histogram")) == [])
        #expect(
            bench.failure(bench.submit("histogram", try framed(bench, [Array("no picture".utf8)])))
                == .exited(code: 1, lastWords: "no picture in PGM (P5)"))
        #expect(
            bench.failure(bench.submit("histogram", [0, 0, 0, 9, 1]))
                == .exited(code: 1, lastWords: "an input of 9 bytes is cut off after 1"))
    }

    private static let compiler = ["cc", "clang"].first { ShellLine.run("command -v \($0) >/dev/null") }

    @Test(.enabled(if: compiler != nil, "no C compiler"))
    func `mandelbrot draws its tile, and refuses what it cannot draw`() throws {
        let bench = try KernelBench([("mandelbrot", "")]) {
            $0.command = ["./mandelbrot"]
            $0.memoryMiB = 64
            $0.threadsMax = 2
        }
        let compiler = try #require(Self.compiler)
        let source = "'\(Self.folder)/mandelbrot.c'"
        try #require(
            ShellLine.run("\(compiler) -O2 -Wall -Wextra -Werror -o '\(bench.folder.path)/mandelbrot' \(source)"))
        // What is missing is looked for now and then; here it has just been built.
        for index in bench.host.shelves.indices { bench.host.shelves[index].missing = nil }
        let tile = try #require(bench.output(bench.submit("mandelbrot", Array("-2 -1 1 3 3 50 0\n".utf8))))
        #expect(tile.starts(with: Array("P5\n3 3\n255\n".utf8)) && tile.count == 11 + 9)
        // -2, -1 and 0 on the middle row never leave.
        #expect(Array(tile[14..<17]) == [0, 0, 0])
        guard case .exited(1, let words)? = bench.failure(bench.submit("mandelbrot", Array("1 2 3".utf8))) else {
            Issue.record("three numbers were taken for seven")
            return
        }
        #expect(words.hasPrefix("expected seven numbers"))
    }

    @Test func `the doctor says of each kernel whether it starts, and how to mend it`() throws {
        let bench = try KernelBench([])
        func spec(_ name: String, _ command: [String], _ confinement: KernelSpec.Confinement = .bubblewrap)
            -> KernelSpec
        {
            var spec = KernelSpec(name: KernelBench.name(name), command: command, folder: bench.folder.path)
            spec.confinement = confinement
            return spec
        }
        var subject = DoctorSubject(userID: geteuid())
        subject.kernels = KernelTrial.run(
            [
                spec("good", ["cat"]), spec("open", ["cat"], .none), spec("gone", ["./gone"]),
                spec("hasty", ["sh", "-c", "echo 'no model' >&2; exit 1"]),
            ], hidden: [])
        let findings = KernelChecks(subject: subject, tree: .machine).findings()
        #expect(findings.map(\.status) == [.pass, .warn, .fail, .fail])
        #expect(findings.allSatisfy { ($0.fix == nil) == ($0.status == .pass) })
        #expect(findings[3].found.contains("no model"))
        subject.kernels = [RegisteredKernel(spec: spec("good", ["cat"]), obstacle: .noNamespaces("not permitted"))]
        let root = FakeRoot()
        root.write("/proc/sys/user/max_user_namespaces", "0\n")
        #expect(
            KernelChecks(subject: subject, tree: root.tree).findings().map(\.fix)
                == ["sysctl -w user.max_user_namespaces=15000"])
    }
}
