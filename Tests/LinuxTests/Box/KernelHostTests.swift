import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// Units in real processes, confined as on a robot.
@Suite(.serialized, .enabled(if: KernelBench.isPossible, "programs cannot be confined on this machine"))
struct KernelHostTests {
    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 2_463_534_242
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return UInt8(truncatingIfNeeded: state)
        }
    }

    @Test func `a unit's output is what its program made of its input`() throws {
        let bench = try KernelBench([("upper", "tr a-z A-Z")])
        let id = bench.submit("upper", Array("swarm".utf8))
        let outcome = try #require(bench.outcome(id))
        #expect(try outcome.result.get().bytes == Array("SWARM".utf8))
        #expect(outcome.computed > .zero && outcome.processorTime > .zero)
    }

    @Test func `any bytes of any number go in and come out while the program reads and writes at once`() throws {
        let bench = try KernelBench([("echo", "cat")])
        for count in [0, 1, ObjectBytes.pieceBytes, 8 << 20] {
            let input = noise(count)
            #expect(bench.output(bench.submit("echo", input)) == input, "\(count) bytes")
        }
    }

    @Test func `a program may leave its input unread, or write before it reads`() throws {
        let bench = try KernelBench([
            ("deaf", "echo done"), ("eager", "head -c 4000000 /dev/zero; cat >/dev/null"),
            ("closing", "exec <&-; sleep 0.05; echo closed"),
        ])
        let input = noise(4 << 20)
        #expect(bench.text(bench.submit("deaf", input)) == "done\n")
        #expect(bench.output(bench.submit("eager", input))?.count == 4_000_000)
        #expect(bench.text(bench.submit("closing", input)) == "closed\n")
    }

    @Test func `a program that fails says why`() throws {
        let bench = try KernelBench([
            ("three", "cat >/dev/null; echo first >&2; echo 'no such picture' >&2; echo >&2; exit 3"),
            ("segv", "kill -SEGV $$"), ("self", "kill -9 $$"), ("absent", "/nowhere/at/all"),
            ("long", "head -c 300 /dev/zero | tr '\\0' x >&2; exit 1"),
        ])
        #expect(bench.failure(bench.submit("three")) == .exited(code: 3, lastWords: "no such picture"))
        #expect(bench.failure(bench.submit("segv")) == .signalled(SIGSEGV, lastWords: ""))
        #expect(bench.failure(bench.submit("self")) == .signalled(SIGKILL, lastWords: ""))
        guard case .exited(127, _)? = bench.failure(bench.submit("absent")) else {
            Issue.record("an absent program ended otherwise")
            return
        }
        #expect(
            bench.failure(bench.submit("long"))
                == .exited(code: 1, lastWords: String(repeating: "x", count: LastWords.bytesMax)))
    }

    @Test func `what prints without end is ended at its first byte too many`() throws {
        let bench = try KernelBench([("endless", "yes"), ("loud", "yes >&2"), ("echo", "cat")]) { $0.outputMiB = 2 }
        let id = bench.submit("endless")
        #expect(bench.failure(id) == .outputTooLarge(limitBytes: 2 << 20))
        // Errors are nobody's result: its end is closed, and the program meets a broken pipe.
        guard case .signalled(SIGPIPE, _)? = bench.failure(bench.submit("loud")) else {
            Issue.record("endless errors ended otherwise: \(String(describing: bench.outcomes.values))")
            return
        }
        // Exactly the limit is not too many.
        #expect(bench.output(bench.submit("echo", noise(2 << 20)))?.count == 2 << 20)
        #expect(bench.failure(bench.submit("echo", noise(2 << 20 + 1))) == .outputTooLarge(limitBytes: 2 << 20))
    }

    @Test func `what never ends is ended at its deadline, and with it all it started`() throws {
        let word = "31\(getpid())1"
        let bench = try KernelBench([("endless", "sleep \(word) & setsid sleep \(word) & sleep \(word)")])
        let begin = MonotonicClock.now()
        let id = bench.submit("endless", within: .milliseconds(500))
        bench.turn(until: { _ in KernelBench.processes(naming: word).count >= 3 })
        #expect(bench.failure(id) == .deadline)
        let late = MonotonicClock.now() - begin - .milliseconds(500)
        #expect(late >= .zero && late < .seconds(5), "\(late) late")
        // Told when all are gone, not before.
        #expect(KernelBench.processes(naming: word).isEmpty)
    }

    @Test func `a kernel's own longest span ends a unit that has a later deadline`() throws {
        let bench = try KernelBench([("endless", "sleep 1000")]) { $0.spanMax = .milliseconds(50) }
        let outcome = try #require(bench.outcome(bench.submit("endless")))
        #expect(outcome.result == .failure(.deadline) && outcome.computed >= .milliseconds(50))
    }

    @Test func `children that outlive their program are gone when its result is told`() throws {
        let word = "32\(getpid())2"
        let bench = try KernelBench([
            (
                "parent",
                "cat; for i in 1 2 3; do (setsid sleep \(word) >/dev/null 2>&1 &) ; done; "
                    + "until [ $(cat /proc/[0-9]*/comm 2>/dev/null | grep -c sleep) = 3 ]; do :; done; echo 3"
            )
        ])
        let text = try #require(bench.text(bench.submit("parent", Array("x".utf8))))
        #expect(text.hasPrefix("x") && text.hasSuffix("3\n"), "\(text)")
        #expect(KernelBench.processes(naming: word).isEmpty)
    }

    @Test func `a unit whose process is killed from outside fails, and leaves nothing`() throws {
        let word = "33\(getpid())3"
        let bench = try KernelBench([("endless", "sleep \(word); true")])
        let id = bench.submit("endless")
        bench.turn(until: { _ in KernelBench.processes(naming: "sleep \(word)").count >= 3 })
        // The first is bwrap, the next the box's first process.
        let victim = try #require(KernelBench.processes(naming: "sleep \(word)").min())
        kill(victim, SIGKILL)
        guard case .signalled(SIGKILL, _)? = bench.failure(id) else {
            Issue.record("killed, it ended as \(String(describing: bench.outcomes[id]))")
            return
        }
        #expect(bench.turn(until: { _ in KernelBench.processes(naming: word).isEmpty }))
    }

    @Test func `a unit that takes memory without bound fails, and says so`() throws {
        let bench = try KernelBench([
            ("hungry", "exec python3 -c \"x = []\nwhile True: x.append(bytearray(1 << 20))\""),
            ("busy", "while :; do :; done"),
        ]) {
            $0.memoryMiB = 96
            $0.processorTimeMax = .seconds(1)
        }
        guard case .memory(96, _)? = bench.failure(bench.submit("hungry")) else {
            Issue.record("it ended as \(String(describing: bench.outcomes.values.first))")
            return
        }
        #expect(bench.failure(bench.submit("busy")) == .processorTime(.seconds(1)))
    }

    @Test func `processes of a unit are bounded`() throws {
        let bench = try KernelBench([
            ("forking", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & done; echo all")
        ]) { $0.threadsMax = 6 }
        guard case .exited(2, let words)? = bench.failure(bench.submit("forking")) else {
            Issue.record("it ended as \(String(describing: bench.outcomes.values.first))")
            return
        }
        #expect(words.lowercased().contains("fork"))
    }

    @Test func `a cancelled unit is ended, wherever it is`() throws {
        let word = "34\(getpid())4"
        let bench = try KernelBench([("endless", "sleep \(word)")], processesMax: 1)
        let atWork = bench.submit("endless")
        let waiting = bench.submit("endless")
        bench.turn(until: { _ in !KernelBench.processes(naming: word).isEmpty })
        bench.host.cancel(waiting, now: MonotonicClock.now())
        bench.host.cancel(atWork, now: MonotonicClock.now())
        #expect(bench.failure(waiting) == .cancelled && bench.failure(atWork) == .cancelled)
        #expect(KernelBench.processes(naming: word).isEmpty)
        bench.host.cancel(atWork, now: MonotonicClock.now())
        #expect(bench.host.takeFinished(now: MonotonicClock.now()).isEmpty)
    }

    @Test func `no more units are computed at once than the robot and the kernel allow`() throws {
        let bench = try KernelBench([("one", "cat"), ("two", "cat")], processesMax: 2) {
            if $0.name.name == "one" { $0.processes = 1 }
        }
        let ids = (0..<3).map { _ in bench.submit("one") } + [bench.submit("two")]
        var most = (0, 0)
        bench.turn(until: { host in
            most = (max(most.0, host.shelves[0].units), max(most.1, host.shelves.reduce(0) { $0 + $1.units }))
            return ids.allSatisfy { bench.outcomes[$0] != nil }
        })
        #expect(most.0 == 1 && most.1 <= 2)
        #expect(bench.order.filter { ids[..<3].contains($0) } == Array(ids[..<3]))
    }

    @Test func `units beyond the bound fail at once, as do those of an unknown kernel`() throws {
        let bench = try KernelBench([("endless", "sleep 1000")], processesMax: 1)
        let ids = (0..<KernelHost.unitsMax + 3).map { _ in bench.submit("endless") }
        bench.turn(until: { $0.box.isKnown && $0.shelves[0].units == 1 })
        let busy = ids.filter { bench.outcomes[$0]?.result == .failure(.busy) }
        #expect(busy.count == 3)
        let stranger = bench.submit("stranger")
        #expect(bench.failure(stranger) == .unknown(KernelBench.name("stranger")))
    }

    @Test func `two hundred units in a row leak no descriptor`() throws {
        let bench = try KernelBench([("echo", "cat")]) { $0.warm = 1 }
        _ = bench.output(bench.submit("echo"))
        #expect(bench.warmUp())
        let before = KernelBench.descriptors
        for number in 0..<200 { #expect(bench.output(bench.submit("echo", [UInt8(number)])) == [UInt8(number)]) }
        bench.turn(until: { $0.processCount == 1 })
        // A unit has five, and other tests have theirs.
        #expect(KernelBench.descriptors < before + 200)
        bench.host.shutdown()
        #expect(bench.host.processCount == 0)
    }
}
