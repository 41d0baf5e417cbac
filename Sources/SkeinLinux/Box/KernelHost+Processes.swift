import Glibc
import SkeinPeer
import SkeinWire

extension KernelHost {
    // MARK: - What can be computed

    func obstacle(_ index: Int) -> KernelObstacle? { obstacleToStart(index) ?? shelves[index].endsAtOnce }

    /// Why no process of it can be started; a kernel whose processes end at once can be tried.
    func obstacleToStart(_ index: Int) -> KernelObstacle? {
        if let missing = shelves[index].missing { return missing }
        guard shelves[index].spec.confinement == .bubblewrap else { return nil }
        switch box {
        case .untried, .trying: return .untried
        case .works: return nil
        case .fails(let obstacle, _): return obstacle
        }
    }

    func tryBox(now: Instant) {
        switch box {
        case .trying, .works: return
        case .fails(_, let triedAt): guard now >= triedAt + Self.trialInterval else { return }
        case .untried: break
        }
        guard shelves.contains(where: { $0.spec.confinement == .bubblewrap }) else { return }
        switch start(BoxCommand.trial, .trial(until: now + Self.trialMax)) {
        case .success: box = .trying
        case .failure(.notThere): box = .fails(.noBubblewrap, triedAt: now)
        case .failure(let failure): box = .fails(.noNamespaces("\(failure)"), triedAt: now)
        }
    }

    private func tried(_ end: ProgramEnd, now: Instant) {
        guard let failure = end.failure(BoxCommand.trial.spec, ownPeakKiB: ProgramEnd.ownPeakKiB) else {
            box = .works
            return
        }
        let reason = if case .noBox(let words) = failure { words } else { "\(failure)" }
        box = .fails(.noNamespaces(reason), triedAt: now)
    }

    // MARK: - Starting

    private func start(_ command: BoxCommand, _ purpose: Purpose) -> Result<UInt32, ProgramFailure> {
        let serial = nextSerial()
        do throws(SystemError) {
            guard
                let process = try BoxProcess(command, serial: serial, reactor: reactor, area: Self.processArea)
            else { return .failure(.notThere(command.spec.command[0])) }
            processes[serial] = (process, purpose)
            return .success(serial)
        } catch { return .failure(.notStarted("\(error.reason) (\(error.call))")) }
    }

    func startUnits(now: Instant) {
        var atWork = shelves.reduce(0) { $0 + $1.units }
        var place = 0
        while place < waiting.count {
            let unit = waiting[place]
            let obstacle = obstacleToStart(unit.shelf)
            if let failure = obstacle?.failure {
                waiting.remove(at: place)
                finish(unit.id, failure, queued: now - unit.submittedAt)
                continue
            }
            let isFull =
                atWork >= processesMax || shelves[unit.shelf].units >= shelves[unit.shelf].spec.processes ?? .max
            guard obstacle == nil, !isFull else {
                place += 1
                continue
            }
            waiting.remove(at: place)
            if start(unit, now: now) { atWork += 1 }
        }
    }

    private func start(_ unit: Unit, now: Instant) -> Bool {
        let spec = shelves[unit.shelf].spec
        let run = Run(
            id: unit.id, shelf: unit.shelf, queued: max(.zero, now - unit.submittedAt), givenAt: now,
            deadline: min(unit.deadline, now + spec.spanMax))
        var serial: UInt32?
        while serial == nil, let warm = shelves[unit.shelf].takeWarm() {
            // One that has ended is reaped when its descriptor says so, as any other crash.
            if processes[warm]?.process.isRunning == true { serial = warm }
        }
        if let serial {
            processes[serial]?.purpose = .unit(run)
        } else {
            switch start(shelves[unit.shelf].command, .unit(run)) {
            case .success(let started): serial = started
            case .failure(let failure):
                finish(unit.id, failure, queued: run.queued)
                return false
            }
        }
        guard let serial else { preconditionFailure("a unit of \(spec.name) without a process") }
        shelves[unit.shelf].units += 1
        processes[serial]?.process.feed(unit.input)
        return true
    }

    func fillShelves(now: Instant) {
        for index in shelves.indices where obstacleToStart(index) == nil {
            for _ in 0..<shelves[index].wanted(now: now) {
                switch start(shelves[index].command, .warm(shelf: index, since: now)) {
                case .success(let serial): shelves[index].started(serial)
                case .failure(let failure):
                    if case .notThere = failure { shelves[index].missing = shelves[index].command.obstacle }
                    shelves[index].crashed(nil, failure, now: now)
                }
                if now < shelves[index].startsAt { break }
            }
        }
    }

    // MARK: - Attending

    func attend(_ ready: Reactor.Ready, now: Instant) {
        guard ready.token.area == Self.processArea else { return }
        let serial = ready.token.index >> 2
        guard let process = processes[serial]?.process,
            let stream = BoxProcess.Stream(rawValue: ready.token.index & 3)
        else { return }  // Of this batch of wake-ups, and gone since.
        switch stream {
        case .input: process.writeInput()
        case .output:
            process.readOutput(&buffer)
            if process.isOutputTooLarge {
                end(serial, .outputTooLarge(limitBytes: process.spec.outputBytesMax), now: now)
            }
        case .errors: process.readErrors(&buffer)
        case .exit:
            guard let end = process.reap(&buffer), let entry = processes.removeValue(forKey: serial) else { return }
            count(end.processorTime)
            conclude(entry.process, entry.purpose, end, now: now)
        }
    }

    private func conclude(_ process: BoxProcess, _ purpose: Purpose, _ end: ProgramEnd, now: Instant) {
        switch purpose {
        case .dismissed: return
        case .trial: tried(end, now: now)
        case .warm(let shelf, _):
            let failure =
                process.isOutputTooLarge
                ? .outputTooLarge(limitBytes: process.spec.outputBytesMax)
                : end.failure(process.spec, ownPeakKiB: ProgramEnd.ownPeakKiB)
            // Ended well without ever having had a unit: that too is none that waits for one.
            shelves[shelf].crashed(process.serial, failure ?? .exited(code: 0, lastWords: end.lastWords), now: now)
        case .unit(let run):
            shelves[run.shelf].units -= 1
            guard run.ending?.isTold != true else { return }
            var failure = run.ending?.failure ?? end.failure(process.spec, ownPeakKiB: ProgramEnd.ownPeakKiB)
            if run.ending == nil, process.isOutputTooLarge {
                failure = .outputTooLarge(limitBytes: process.spec.outputBytesMax)
            }
            if failure == nil { shelves[run.shelf].worked(now: now) }
            finish(
                run.id,
                KernelOutcome(
                    result: failure.map { .failure($0) } ?? .success(process.written), queued: run.queued,
                    computed: max(.zero, now - run.givenAt), processorTime: end.processorTime))
        }
    }

    // MARK: - Ending

    func end(_ serial: UInt32, _ failure: ProgramFailure, now: Instant) {
        guard let entry = processes[serial] else { return }
        switch entry.purpose {
        case .unit(var run):
            guard run.ending == nil else { return }
            run.ending = (failure, at: now, isTold: false)
            processes[serial]?.purpose = .unit(run)
        case .warm, .trial, .dismissed: break
        }
        entry.process.kill()
    }

    func expire(now: Instant) {
        for unit in waiting where now >= unit.deadline {
            finish(unit.id, .deadline, queued: now - unit.submittedAt)
        }
        waiting.removeAll { now >= $0.deadline }
        for (serial, entry) in processes {
            switch entry.purpose {
            case .dismissed: continue
            case .trial(let until):
                guard now >= until else { continue }
                box = .fails(.noNamespaces("a trial did not end within \(Self.trialMax.inSeconds) s"), triedAt: now)
                processes[serial]?.purpose = .dismissed(at: now)
                entry.process.kill(isUrgent: true)
            case .warm(let shelf, let since):
                if now >= since + KernelShelf.settleSpan { shelves[shelf].worked(now: now) }
            case .unit(var run):
                guard let ending = run.ending else {
                    if now >= run.deadline { end(serial, .deadline, now: now) }
                    continue
                }
                guard !ending.isTold, now >= ending.at + Self.killPatience else { continue }
                // It keeps its place among those at work until it is gone: more must not pile up behind it.
                entry.process.kill(isUrgent: true)
                run.ending?.isTold = true
                processes[serial]?.purpose = .unit(run)
                finish(
                    run.id,
                    KernelOutcome(
                        result: .failure(ending.failure), queued: run.queued, computed: now - run.givenAt,
                        processorTime: .zero))
            }
        }
    }
}
