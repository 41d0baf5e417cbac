import Glibc

/// A program of the system that sets up namespaces: where it is.
enum SystemTool {
    /// Beside the PATH: where Debian keeps programs for root.
    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    static func path(of name: String, in variables: [String: String]) -> String? {
        let all = (variables["PATH"] ?? "").split(separator: ":").map { String($0) } + folders
        return all.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
