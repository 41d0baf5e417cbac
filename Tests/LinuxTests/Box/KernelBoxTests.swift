import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// What a confined program can see and do.
@Suite(.serialized, .enabled(if: KernelBench.isPossible, "programs cannot be confined on this machine"))
struct KernelBoxTests {
    private func run(_ line: String, hidden: [String] = [], _ prepare: (KernelBench) -> Void = { _ in }) throws
        -> String
    {
        let bench = try KernelBench([("probe", line)], hidden: hidden) {
            $0.environment = [.init(name: "MODEL", value: "small one")]
        }
        prepare(bench)
        let outcome = try #require(bench.outcome(bench.submit("probe")))
        return String(decoding: try outcome.result.get().bytes, as: UTF8.self)
    }

    @Test func `there is no network`() throws {
        // Only the loopback, which is the box's own.
        let text = try run("cat /proc/net/dev; cat /proc/net/route")
        let interfaces = text.split(separator: "\n").filter { $0.contains(":") }
        #expect(interfaces.count == 1 && interfaces[0].contains("lo:"), "\(text)")
    }

    @Test func `nothing outside can be written, and nothing inside outlives the unit`() throws {
        let text = try run(
            "for f in /x /usr/x /etc/x /dev/x /opt/x ./x; do touch $f 2>/dev/null && echo wrote $f; done; "
                + "touch /tmp/x /dev/shm/x && ls /tmp /dev/shm | grep -c '^x$'")
        #expect(text == "2\n")
        #expect(try run("ls /tmp /dev/shm | grep -c '^x$' || true") == "0\n")
    }

    @Test func `no other process can be seen, and no file of people`() throws {
        let text = try run(
            "ls -d /proc/[0-9]* | wc -l; ls /home /root /var /run /etc/shadow /etc/skein 2>/dev/null; true")
        // The shell that waits, this one, and the two of the pipe.
        let count = try #require(Int(text.split(separator: "\n").first.map(String.init) ?? ""))
        #expect(count <= 4 && text.split(separator: "\n").count == 1, "\(text)")
    }

    @Test func `its folder is there to be read, but for what is hidden`() throws {
        let text = try run("cat model.txt; cat robot.key; ls state; pwd", hidden: ["robot.key", "state"]) { bench in
            bench.write("model.txt", "weights\n")
            bench.write("robot.key", "secret\n", mode: 0o644)
            mkdir(bench.folder.path + "/state", 0o755)
            bench.write("state/epoch", "7\n", mode: 0o644)
        }
        #expect(text.hasPrefix("weights\n/") && !text.contains("secret") && !text.contains("epoch"), "\(text)")
    }

    @Test func `the environment is what the configuration says`() throws {
        let text = try run("env | grep -v '^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD=' | sort")
        #expect(text == "LANG=C.UTF-8\nMODEL=small one\nPATH=/usr/local/bin:/usr/bin:/bin\n")
    }

    @Test func `it is of the lowest priority, has no rights, no privileged user and only its own descriptors`() throws {
        let text = try run(
            "chrt -p $$ | grep -c IDLE; grep CapEff /proc/self/status | tr -d '\\t '; ls /proc/$$/fd | tr '\\n' ' '; ulimit -c"
        )
        #expect(text.hasPrefix("1\nCapEff:0000000000000000\n0 1 2 "), "\(text)")
        if geteuid() == 0 { #expect(try run("id -u") == "\(BoxCommand.nobody)\n") }
    }

    @Test func `unconfined a program sees the machine, and limits hold`() throws {
        let bench = try KernelBench([("open", "ls -d /proc/1; ulimit -v; ulimit -c")]) { $0.confinement = .none }
        #expect(bench.text(bench.submit("open")) == "/proc/1\n\(256 << 10)\n0\n")
        #expect(bench.host.offers[0].obstacle == nil)
    }

    @Test func `what is not there is told, and no unit waits for it`() throws {
        let bench = try KernelBench([("gone", ""), ("lost", "")]) {
            if $0.name.name == "gone" { $0.command = ["./not-there"] } else { $0.folder = "/nowhere" }
        }
        #expect(bench.failure(bench.submit("gone")) == .notThere("./not-there"))
        #expect(bench.failure(bench.submit("lost")) == .notThere("/nowhere"))
        #expect(bench.host.offers.map(\.obstacle) == [.noProgram("./not-there"), .noFolder("/nowhere")])
        #expect(
            bench.host.takeNews() == [
                "kernel gone@1 is not offered: its program ./not-there is not there, or may not be executed",
                "kernel lost@1 is not offered: its folder /nowhere is not there, or may not be entered",
            ])
        #expect(bench.host.takeNews().isEmpty)
    }
}
