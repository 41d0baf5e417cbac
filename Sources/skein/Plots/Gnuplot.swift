import Glibc
import SkeinFiles

/// One figure: gnuplot's commands, data blocks included, without terminal and output.
struct Plot {
    var name: String
    var script: String
    var widthPixels = 900
    var heightPixels = 860
}

/// gnuplot as a process that reads its commands from us.
struct Gnuplot {
    private let path: String

    /// Nil when it is not on the PATH.
    init?() {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        let candidates = folders.split(separator: ":").map { folder -> String in "\(folder)/gnuplot" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else { return nil }
        self.path = path
    }

    /// Draws beside the file and gives it its name when it is whole. False: gnuplot failed, and has said why on stderr.
    func draw(_ plot: Plot, to file: String) throws(FileError) -> Bool {
        try OutputFile.check(file)
        let part = "\(file).\(getpid()).part"
        let script = """
            set terminal svg size \(plot.widthPixels),\(plot.heightPixels) dynamic enhanced font 'sans,13' background 'white'
            set output \(Self.quoted(part))
            set encoding utf8
            \(plot.script)
            unset output

            """
        defer { unlink(part) }
        guard feed(script), rename(part, file) == 0 else { return false }
        return true
    }

    private func feed(_ script: String) -> Bool {
        // If gnuplot dies early, writing to it must fail, not kill us.
        signal(SIGPIPE, SIG_IGN)
        // The shell gets the path as a literal word.
        let command =
            "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "' -"
        guard let pipe = popen(command, "w") else { return false }
        let bytes = Array(script.utf8)
        let written = fwrite(bytes, 1, bytes.count, pipe)
        return pclose(pipe) == 0 && written == bytes.count
    }

    /// In gnuplot's single quotes a quote is doubled and nothing else is special.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
