import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// Processes that are started ahead.
@Suite(.serialized, .enabled(if: KernelBench.isPossible, "programs cannot be confined on this machine"))
struct KernelWarmTests {
    @Test func `a unit meets a process that has started already, and leaves the next one behind`() throws {
        // What a start costs is done before there is a unit: the program says when it was started, in its own clock.
        let line = "start=$(cut -d' ' -f1 /proc/uptime); sleep 0.3; cat; echo $start"
        let bench = try KernelBench([("slow", line)]) { $0.warm = 1 }
        #expect(bench.warmUp())
        #expect(bench.turn(until: { $0.shelves[0].warm.count == 1 }))
        let serial = bench.host.shelves[0].warm
        // Nothing tells that it has reached its read; a second is three times what it takes.
        bench.turn(within: .seconds(1), until: { _ in false })
        let begin = MonotonicClock.now()
        let outcome = try #require(bench.outcome(bench.submit("slow", Array("in ".utf8))))
        let started = try #require(
            Double(String(decoding: try outcome.result.get().bytes.dropFirst(3).dropLast(), as: UTF8.self)))
        #expect(started < begin.seconds - 0.2, "it was started for the unit")
        #expect(outcome.computed < .milliseconds(300), "\(outcome.computed) with a program that starts for 300 ms")
        #expect(bench.host.shelves[0].warm.count == 1 && bench.host.shelves[0].warm != serial)
    }

    @Test func `a program that ends at once makes no storm, and the unit that needs it hears why`() throws {
        let bench = try KernelBench([("broken", "echo started >>/dev/stderr; echo 'no module named x' >&2; exit 1")]) {
            $0.warm = 2
        }
        let words = ProgramFailure.exited(code: 1, lastWords: "no module named x")
        #expect(bench.turn(until: { $0.shelves[0].crashes >= KernelShelf.crashesMax }))
        #expect(bench.host.offers[0].obstacle == .endsAtOnce(times: bench.host.shelves[0].crashes, words))
        let crashes = bench.host.shelves[0].crashes
        #expect(bench.failure(bench.submit("broken")) == words)
        #expect(bench.host.shelves[0].crashes <= crashes + 2)
    }

    @Test func `crashes make the next start wait, twice as long each time, and a success forgets them`() throws {
        let spec = KernelSpec(name: KernelBench.name("x"), command: ["true"], folder: "/")
        var shelf = KernelShelf(BoxCommand(spec: spec, hidden: []), now: .zero)
        var now = Instant.zero
        var pauses: [Duration] = []
        for _ in 0..<12 {
            #expect(shelf.wanted(now: now) == 1)
            shelf.started(7)
            #expect(shelf.wanted(now: now) == 0)
            shelf.crashed(7, .exited(code: 1, lastWords: ""), now: now)
            pauses.append(shelf.startsAt - now)
            #expect(shelf.wanted(now: now) == 0)
            now = shelf.startsAt
        }
        #expect(Array(pauses[..<4]) == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
        #expect(pauses.last == KernelShelf.pauseMax)
        #expect(shelf.endsAtOnce != nil)
        shelf.worked(now: now)
        #expect(shelf.endsAtOnce == nil && shelf.wanted(now: now) == 1)
    }

    @Test func `a warm process that has ended meanwhile costs its unit nothing`() throws {
        let word = "35\(getpid())5"
        let bench = try KernelBench([("echo", "cat; true \(word)")]) { $0.warm = 1 }
        #expect(bench.warmUp())
        bench.turn(until: { _ in KernelBench.processes(naming: "cat; true \(word)").count >= 3 })
        let victim = try #require(KernelBench.processes(naming: "cat; true \(word)").min())
        kill(victim, SIGKILL)
        bench.turn(within: .milliseconds(200), until: { _ in KernelBench.processes(naming: word).isEmpty })
        #expect(bench.output(bench.submit("echo", [1, 2])) == [1, 2])
    }

    @Test func `shutdown leaves no process`() throws {
        let word = "36\(getpid())6"
        let bench = try KernelBench([("a", "sleep \(word)"), ("b", "sleep \(word)")], processesMax: 2) { $0.warm = 2 }
        bench.submit("a")
        bench.submit("b")
        #expect(bench.turn(until: { $0.shelves[1].units == 1 && $0.processCount == 6 }))
        #expect(bench.turn(until: { _ in KernelBench.processes(naming: word).count >= 6 }))
        bench.host.shutdown()
        #expect(bench.host.processCount == 0)
        #expect(KernelBench.processes(naming: word).isEmpty)
        #expect(bench.host.takeFinished(now: MonotonicClock.now()).isEmpty)
    }
}
