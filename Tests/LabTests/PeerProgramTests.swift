import Foundation
import Testing

@testable import SkeinLab

/// The daemon as a program, started in ways that a test within one process cannot play.
@Suite struct PeerProgramTests {
    /// What a peer needs to start in `folder`, on the laboratory's air that nobody plays.
    private static func words(in folder: String) throws -> String {
        let fleet = try LabProgram.start(["fleet", "init", "\(folder)/fleet", "--robots", "a,b"], in: folder).finish()
        #expect(fleet.code == 0, "\(fleet.talk)")
        let settings = [
            "robot.start_x_m=1", "robot.start_y_m=1", "robot.start_heading_deg=0", "radio.control.transport=medium",
            "radio.control.address=127.0.0.1:9", "radio.data.transport=medium", "radio.data.address=127.0.0.1:9",
            "state.folder=\(folder)/state", "local.socket=\(folder)/a.sock", "cpu.mode=stated", "cpu.idle_percent=50",
        ]
        return "'\(LabProgram.executable)' peer --config '\(folder)/fleet/a/peer.toml'"
            + settings.map { " --set '\($0)'" }.joined()
    }

    @Test func `a peer that is started without stdout and stderr says nothing into its own files`() throws {
        try LabProgram.inFolder { folder in
            let line = "exec \(try Self.words(in: folder)) </dev/null >&- 2>&-"
            let peer = try LabProgram.start(["-c", line], in: folder, executable: "/bin/sh")
            #expect(LabProgram.waits { LabProgram.isReady("\(folder)/a.sock") })
            kill(peer.process.processIdentifier, SIGTERM)
            #expect(peer.finish().code == 0)
            let journal = FileManager.default.contents(atPath: "\(folder)/state/journal")
            #expect(journal == Data("SKEINJ01".utf8))
        }
    }

    @Test func `a log that nobody reads does not keep a peer from its work`() throws {
        try LabProgram.inFolder { folder in
            let line = "exec \(try Self.words(in: folder)) </dev/null >/dev/null"
            let peer = try LabProgram.start(["-c", line], in: folder, executable: "/bin/sh")
            #expect(LabProgram.waits { LabProgram.isReady("\(folder)/a.sock") })
            let ask = ["status", "--socket", "\(folder)/a.sock"]
            #expect(try LabProgram.start(ask, in: folder).finish().code == 0)
            fill(peer.talk)
            kill(peer.process.processIdentifier, SIGHUP)
            #expect(try LabProgram.start(ask, in: folder).finish().code == 0)
            kill(peer.process.processIdentifier, SIGTERM)
            #expect(peer.finish().code == 0)
        }
    }

    /// Writes into a pipe, as another program with the same stderr would, until it takes no more.
    private func fill(_ pipe: Pipe) {
        let writing = open("/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)", O_WRONLY | O_NONBLOCK)
        #expect(writing >= 0, "the pipe cannot be opened again")
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 4_096)
        while write(writing, bytes, bytes.count) > 0 {}
        while write(writing, bytes, 1) > 0 {}
        close(writing)
    }
}
