import Glibc

/// The network interfaces of this machine, for complaints that list them.
package enum MachineInterfaces {
    /// In the kernel's order: netdevice(7), if_nameindex(3).
    package static var names: [String] {
        guard let list = if_nameindex() else { return [] }
        defer { if_freenameindex(list) }
        var names: [String] = []
        var entry = list
        while entry.pointee.if_index != 0, let name = entry.pointee.if_name {
            names.append(String(cString: name))
            entry += 1
        }
        return names
    }

    /// `this machine has lo, wlan0`.
    static func phrase(_ names: [String]) -> String {
        names.isEmpty ? "this machine has none" : "this machine has \(names.joined(separator: ", "))"
    }
}
