import CNetlink

/// Why the kernel did not answer over netlink.
package enum NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel knows no such family of messages: for nl80211, no cfg80211 in it, or its module is not loaded.
    case familyMissing(String)
    /// libnl's error number, positive (netlink/errno.h), and what was asked.
    case failed(Int32, asked: String)

    package var description: String {
        switch self {
        case .familyMissing(let name):
            "the kernel has no \(name): no wireless driver is loaded, or the kernel is built without"
        case .failed(let code, let asked): "\(asked): \(String(cString: nl_geterror(code)))"
        }
    }
}
