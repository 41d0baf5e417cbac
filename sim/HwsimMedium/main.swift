// HwsimMedium SCRIPT: the air between the guest's simulated radios (mac80211_hwsim), by Skein's own radio model.
//
// Each line on standard input releases the hold at which the script's clock stands. Standard output says, a line each,
// `registered`, `holding SECONDS`, `moving`, and at every hold what has gone through the air so far.
// It never ends by itself: whoever starts it checks at the end that it still lives.
import CNetlink
import Glibc

/// A whole line at once, so that whoever reads the file while it grows sees whole lines.
func say(_ line: String, to descriptor: Int32 = 1) {
    let bytes = Array((line + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
}

func leave(_ line: String, code: Int32) -> Never {
    say("HwsimMedium: \(line)", to: 2)
    exit(code)
}

func readScript(_ path: String) -> RobotScript {
    guard let file = fopen(path, "r") else {
        leave("\(path): cannot be read: \(String(cString: strerror(errno)))", code: 2)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = fread(&bytes, 1, bytes.count, file)
    do {
        return try RobotScript(text: String(decoding: bytes[..<count], as: UTF8.self))
    } catch {
        leave("\(path):\(error.line): \(error.what)", code: 2)
    }
}

func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// What has gone through the air.
struct Traffic {
    var frames = 0
    var deliveries = 0
    var acknowledged = 0
    var unanswered = 0
}

func carry(_ socket: HwsimSocket, _ medium: Medium, _ positions: [RobotPosition], _ traffic: inout Traffic) throws {
    for frame in socket.takeArrived() {
        let verdict = medium.verdict(on: frame, positions: positions)
        traffic.frames += 1
        traffic.deliveries += verdict.deliveries.count
        if !frame.isGroupAddressed {
            traffic.acknowledged += verdict.isAcknowledged ? 1 : 0
            traffic.unanswered += verdict.isAcknowledged ? 0 : 1
        }
        for delivery in verdict.deliveries { try socket.deliver(frame, delivery) }
        try socket.answer(frame, with: verdict)
    }
}

func run(_ script: RobotScript) throws -> Never {
    let socket = try HwsimSocket()
    let medium = Medium()
    var clock = RobotScriptClock(holds: script.holds)
    var traffic = Traffic()
    var last = monotonicSeconds()
    var descriptors = [
        pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
    ]
    say("registered robots=\(script.robots)")
    while true {
        // Awake often enough that a hold is reached on time when nobody sends.
        poll(&descriptors, nfds_t(descriptors.count), 50)
        let now = monotonicSeconds()
        if case .reached(let holdSeconds) = clock.advance(bySeconds: now - last) {
            say(
                "traffic frames=\(traffic.frames) deliveries=\(traffic.deliveries) acknowledged=\(traffic.acknowledged)"
                    + " unanswered=\(traffic.unanswered) refusals=\(socket.refusals) malformed=\(socket.malformed)"
                    + " overruns=\(socket.overruns)")
            say("holding \(holdSeconds)")
        }
        last = now
        if descriptors[0].revents != 0 { try socket.receive() }
        try carry(socket, medium, script.positions(atSeconds: clock.seconds), &traffic)
        if descriptors[1].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(0, &bytes, bytes.count)
            if count <= 0 { descriptors[1].fd = -1 }
            for byte in bytes.prefix(max(count, 0)) where byte == UInt8(ascii: "\n") && clock.release() {
                say("moving")
            }
        }
    }
}

guard CommandLine.arguments.count == 2 else { leave("usage: HwsimMedium SCRIPT", code: 2) }
let script = readScript(CommandLine.arguments[1])
do {
    try run(script)
} catch let error as HwsimError {
    leave("\(error.call): \(error.reason); needs root, and mac80211_hwsim loaded from this network namespace", code: 1)
}
