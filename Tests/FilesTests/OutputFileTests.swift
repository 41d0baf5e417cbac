import Foundation
import Testing

@testable import SkeinFiles

@Suite struct OutputFileTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "skein-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func `a file is replaced whole and nothing is left beside it`() throws {
        try inFolder { folder in
            try OutputFile.write(Array("old".utf8), to: "\(folder)/r.json")
            try OutputFile.write(Array("new".utf8), to: "\(folder)/r.json")
            #expect(try InputFile.text(of: "\(folder)/r.json") == "new")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["r.json"])
        }
    }

    @Test func `what cannot be written is said beforehand, with the name`() throws {
        try inFolder { folder in
            #expect(
                complaint { () throws(FileError) in try OutputFile.check("\(folder)/none/r.json") }
                    == "\(folder)/none/r.json: cannot write: no directory \(folder)/none")
            #expect(
                complaint { () throws(FileError) in try OutputFile.check(folder) }
                    == "\(folder): cannot write: it is a directory")
            #expect(complaint { () throws(FileError) in try OutputFile.check("\(folder)/r.json") } == nil)
            #expect(complaint { () throws(FileError) in try OutputFile.write([1], to: "/dev/null") } == nil)
        }
    }

    @Test func `directories are made down to the last`() throws {
        try inFolder { folder in
            try OutputFile.makeDirectory("\(folder)/a/b/c")
            try OutputFile.makeDirectory("\(folder)/a/b/c")
            try OutputFile.write([1], to: "\(folder)/a/file")
            #expect(complaint { () throws(FileError) in try OutputFile.makeDirectory("\(folder)/a/file/d") } != nil)
        }
    }

    @Test func `what cannot be read says why`() throws {
        try inFolder { folder in
            #expect(
                complaint { () throws(FileError) in _ = try InputFile.text(of: "\(folder)/none") }
                    == "\(folder)/none: cannot read: No such file or directory")
            #expect(
                complaint { () throws(FileError) in _ = try InputFile.text(of: folder) }?.contains("cannot read")
                    == true)
            try OutputFile.write([0x61, 0x0A, 0x62, 0xFF, 0x63], to: "\(folder)/latin")
            #expect(
                complaint { () throws(FileError) in _ = try InputFile.text(of: "\(folder)/latin") }
                    == "\(folder)/latin:2:2: expected UTF-8 text, found byte 255")
        }
    }

    @Test func `the nearest known name is suggested, a far one is not`() {
        #expect(NearestName.of("nosie", among: ["noise", "name"]) == "noise")
        #expect(NearestName.of("packet-loss", among: ["packet_loss", "part"]) == "packet_loss")
        #expect(NearestName.of("zebra", among: ["count", "name"]) == nil)
        #expect(NearestName.of("", among: ["count"]) == nil)
        #expect(NearestName.of(String(repeating: "a", count: 100_000), among: ["count"]) == nil)
    }
}
