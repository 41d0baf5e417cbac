import ArgumentParser

/// Measurements that anybody can repeat.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine.",
        subcommands: [
            BenchSim.self, BenchPlan.self, BenchSeal.self, BenchTransfer.self, BenchRoundTrip.self,
            BenchMeshLoad.self, BenchLCM.self, BenchMember.self, BenchOverload.self, BenchNeighbours.self,
            BenchQuestions.self, BenchLog.self, BenchKernels.self,
        ])
}
