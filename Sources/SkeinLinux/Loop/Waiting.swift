import CSkeinLinux
import SkeinWire

/// Waiting for one descriptor where there is no loop: in measurements, and for libraries that bring a descriptor of theirs.
package enum Waiting {
    /// True: something can be read, or the descriptor's end has come; false: nothing within this span.
    package static func untilReadable(_ descriptor: Int32, within span: Duration) -> Bool {
        skein_wait_readable(descriptor, max(0, span.nanoseconds)) > 0
    }
}
