import CSkeinLinux
import Glibc

/// A worker thread with a name that `top -H` shows. Signals are the loop's: every one is blocked here.
package final class Thread: Sendable {
    private let handle: pthread_t

    private final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    package init(name: String, _ run: @escaping @Sendable () -> Void) throws(SystemError) {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var handle = pthread_t()
        // A thread inherits its maker's mask. Blocked only by the thread itself, a signal could find it before that.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let status = pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                // PR_SET_NAME takes at most 15 bytes and cuts the rest off (prctl(2)).
                _ = body.name.withCString { skein_name_thread($0) }
                body.run()
                return nil
            }, body.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        guard status == 0 else {
            body.release()
            throw SystemError("pthread_create", name, number: status)
        }
        self.handle = handle
    }

    /// Waits for its end. Once.
    package func join() { pthread_join(handle, nil) }
}
