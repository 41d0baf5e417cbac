/// What is wrong with a robot's set-up: all checks, in the order in which things must be mended. Looks and changes
/// nothing; needs no privilege, and says where one would tell more.
package enum Doctor {
    package static func examine(
        _ subject: DoctorSubject, facts: NetworkFacts, tree: SystemTree, wallSeconds: Int
    ) -> [DoctorFinding] {
        let programs = RunningPrograms(tree)
        return InterfaceChecks(subject: subject, facts: facts).findings()
            + RadioChecks(subject: subject, facts: facts).findings()
            + HolderChecks(subject: subject, facts: facts, tree: tree, programs: programs).findings()
            + PortChecks(subject: subject, tree: tree, programs: programs).findings()
            + FileChecks(subject: subject, tree: tree, programs: programs).findings()
            + BodyChecks(subject: subject).findings()
            + KernelChecks(subject: subject, tree: tree).findings()
            + MachineChecks(tree: tree, programs: programs, wallSeconds: wallSeconds).findings()
    }
}
