import CSkeinLinux
import Glibc
import SkeinLinux

/// Names of network namespaces that nobody else sees: this process and those it starts have a /run/netns of their own. So
/// names collide with nobody's, and whatever ends this process and its children, kill -9 too, the namespaces end with the
/// last of them, and all interfaces in them.
enum PrivateSpaces {
    private static let folder = "/run/netns"

    /// From here on, for the thread that calls and for what it starts.
    static func enter() throws(SystemError) {
        guard skein_unshare_mounts() == 0 else { throw SystemError("unshare", "mounts") }
        // iproute2 makes it itself where it is missing; it is empty then, and stays.
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw SystemError("mkdir", folder) }
        guard mount("skein-bench", folder, "tmpfs", 0, "mode=0755") == 0 else { throw SystemError("mount", folder) }
    }
}
