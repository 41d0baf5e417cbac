import Glibc

/// How long a run may take, in processor time: on a busy machine the wall's clock says nothing. What is beyond that is
/// reported by libFuzzer as any other crash, with its input.
enum HangWatch {
    private static let secondsMax = 5

    static func begin() {
        signal(SIGPROF) { _ in abort() }
    }

    static func run(_ target: any FuzzTarget.Type, _ bytes: [UInt8]) {
        arm(secondsMax)
        target.run(bytes)
        arm(0)
    }

    private static func arm(_ seconds: Int) {
        var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: seconds, tv_usec: 0))
        setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    }
}
