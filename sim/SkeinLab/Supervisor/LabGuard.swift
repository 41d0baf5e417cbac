import Glibc

/// The process that cleans up after the supervisor, however that ended, kill -9 included. It leads the process group of
/// all the laboratory's processes and holds the read end of a pipe whose write end only the supervisor has: when that
/// closes, it removes the run's folder and kills the whole group, itself with it. A byte before that says that the others
/// have ended in order. No process number is ever guessed: the group's cannot be anybody else's while its leader lives.
package enum LabGuard {
    /// Until the supervisor is gone. `folder` nil: it is to be kept.
    package static func run(pipe: Int32, folder: String?) -> Never {
        guard getpgrp() == getpid() else {
            // Killing this group would hit whoever started us by hand.
            exit(2)
        }
        // A supervisor that dies leaves the group orphaned, and where one of it is stopped, a paused robot for one, the
        // kernel sends SIGHUP to all of it (setpgid(2)). Nothing but the pipe's end is to end this one.
        for number in [SIGHUP, SIGINT, SIGTERM] { signal(number, SIG_IGN) }
        var byte: UInt8 = 0
        var othersAreGone = false
        while true {
            let count = read(pipe, &byte, 1)
            if count == 1 { othersAreGone = true }
            if count == 0 || (count < 0 && errno != EINTR) { break }
        }
        if !othersAreGone {
            // They would go on writing into the folder.
            kill(0, SIGTERM)
            kill(0, SIGCONT)
            usleep(100_000)
        }
        if let folder { LabFolder.remove(folder) }
        kill(0, SIGKILL)
        exit(0)
    }
}
