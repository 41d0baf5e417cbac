import SkeinPeer

/// The user's kernels: whether each can be started, confined as it says, and waits for its input.
struct KernelChecks {
    let subject: DoctorSubject
    let tree: SystemTree

    func findings() -> [DoctorFinding] { subject.kernels.map(finding) }

    private func finding(_ offer: RegisteredKernel) -> DoctorFinding {
        let name = "\(offer.spec.name)"
        guard let obstacle = offer.obstacle else {
            guard offer.spec.confinement == .bubblewrap else {
                return .warn(
                    "kernels", name, "starts; not confined: it may do all that the daemon's user may",
                    fix: "confine = \"bubblewrap\" in its table")
            }
            return .pass("kernels", name, "starts, confined")
        }
        return .fail("kernels", name, "\(obstacle)", fix: fix(obstacle, offer.spec))
    }

    private func fix(_ obstacle: KernelObstacle, _ spec: KernelSpec) -> String {
        switch obstacle {
        case .untried: "run the doctor again: the machine gave no process or descriptor for a trial"
        case .noBubblewrap: "apt install bubblewrap"
        case .noNamespaces: namespaces
        case .noFolder(let folder): "mkdir -p \(folder); chmod a+x all folders above, or folder = in its table"
        case .noProgram(let program):
            program.contains("/")
                ? "put \(program) into \(spec.folder); chmod 755, or command = in its table"
                : "install \(program), or name its path in command ="
        case .endsAtOnce:
            "run it by hand as docs/kernels.md shows: \(spec.command.joined(separator: " ")) in \(spec.folder)"
        }
    }

    /// What forbids namespaces, as far as the kernel says.
    private var namespaces: String {
        if tree.integer("/proc/sys/user/max_user_namespaces") == 0 { return "sysctl -w user.max_user_namespaces=15000" }
        if tree.integer("/proc/sys/kernel/unprivileged_userns_clone") == 0 {
            return "sysctl -w kernel.unprivileged_userns_clone=1"
        }
        if tree.integer("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 {
            return "an AppArmor profile that allows bwrap user namespaces, or "
                + "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        }
        return "in a container: a seccomp profile that allows user namespaces and an unmasked /proc; under systemd: "
            + "field-configs/skein-peer-kernels.conf"
    }
}
