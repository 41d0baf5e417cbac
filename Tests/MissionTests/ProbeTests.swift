import Foundation
import SkeinTasks
import Testing
@testable import SkeinPeer

@Test func probe() throws {
    let env = ProcessInfo.processInfo.environment
    var noise = Swarm.Noise()
    if let s = env["SMELL"] { noise.smellFraction = Double(s)! }
    if let s = env["START"] { noise.startSigmaMeters = Double(s)! }
    if let s = env["FAIL"] { noise.taskFailure = Double(s)! }
    if let s = env["SCALE"] { noise.speedScale = Double(s)! }
    if env["ROUND"] != nil { noise.isCameraAllRound = true }
    var tuning = MissionTuning()
    if env["NOTURN"] != nil { tuning.turnsWhileWaiting = false }
    let layouts = env["RAND"] != nil ? (0..<100).map { Layout.random(seed: UInt64($0)) } : try Layout.references()
    var times: [Double] = [], extra: [Double] = [], sight: [Int] = [], re: [Int] = []
    for (i, layout) in layouts.enumerated() {
        var swarm = Swarm(layout: layout, noise: noise, seed: UInt64(i), tuning: tuning)
        let t: Double
        if env["TRACE"] != nil {
            if env["ONLY"].map({ Int($0)! != i }) ?? false { continue }
            swarm.order(.organise, revision: 1); swarm.run(seconds: 8); swarm.order(.start, revision: 2)
            var k = 0
            while !swarm.isComplete && k < 60 { swarm.run(seconds: 1); k += 1
                if Double(k) > layout.straightSeconds(speed: 6, radius: 5) + 1 {
                for j in swarm.bodies.indices where swarm.goalMeters(j) > 5 { let b = swarm.bodies[j]; print(k, j, layout.cameras.contains(j), swarm.goalMeters(j), b.runner.phase, b.setpoint, (b.runner.localiser.position - swarm.place(j)).lengthMeters, b.runner.localiser.positionSigmaMeters, b.runner.debug, "vt", layout.virtualTarget - swarm.place(j)) } }
            }
            t = Double(k)
        } else { t = swarm.fly() ?? 60 }
        times.append(t); extra.append(t - layout.straightSeconds(speed: 6, radius: 5)); sight.append(swarm.sightings)
        if extra.last! > 2 {
            let late = swarm.bodies.indices.filter { swarm.goalMeters($0) > 5 }
            print("layout", i, t, extra.last!, "late", late.map { ($0, layout.cameras.contains($0), swarm.goalMeters($0)) }, swarm.sightings)
        }
        swarm.run(seconds: 5)
        re.append(swarm.bodies.map { max(0, $0.arrivals - 1) }.reduce(0, +))
        let out = swarm.bodies.indices.filter { swarm.goalMeters($0) > 5 || !swarm.bodies[$0].runner.hasArrived }
        if !out.isEmpty { print("layout", i, "after", out.map { ($0, layout.cameras.contains($0), swarm.goalMeters($0), swarm.bodies[$0].runner.hasArrived, swarm.bodies[$0].runner.localiser.positionSigmaMeters) }) }
        let err = swarm.bodies.indices.map { (swarm.bodies[$0].runner.localiser.position - swarm.place($0)).lengthMeters }
        if i < 3 { print("pos rms", (err.map { $0 * $0 }.reduce(0, +) / 100).squareRoot(), "max", err.max()!,
          "sigma", swarm.bodies.map { $0.runner.localiser.positionSigmaMeters }.reduce(0,+)/100) }
    }
    let s = times.sorted(), e = extra.sorted()
    print("median", s[s.count/2], "max", s.last!, "extra median", e[e.count/2], "p90", e[e.count*9/10], "max", e.last!, "sightings", sight.max()!, sight.reduce(0,+)/sight.count, "re", re.reduce(0,+))
}
