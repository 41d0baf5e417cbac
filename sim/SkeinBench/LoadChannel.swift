/// The channel that all members of the load test share: a script for the shell that makes it and their namespaces.
///
/// One bridge in a namespace of its own; each member's namespace has one interface, `eth0`, whose other end is a port of
/// the bridge. What comes in at any port passes one token bucket (an ifb with tbf) before the bridge sees it, so that all
/// frames of all members queue for one channel, like on a radio; what finds the queue full is lost. Receivers drop a share
/// of what arrives at random, each for itself, before anything else sees it. IPv6 is off, so that nothing but the members
/// speaks.
package struct LoadChannel: Hashable, Sendable {
    package static let air = "skein-bench-air"
    package static let burst = "4kb"
    package static let latency = "300ms"

    package var members: Int
    package var bitsPerSecond: Int
    /// Of frames, at each receiver, 0…1.
    package var loss: Double

    package init(members: Int, bitsPerSecond: Int, loss: Double) {
        precondition((2...LoadPlan.membersMax).contains(members) && (0...1).contains(loss), "\(members), \(loss)")
        self.members = members
        self.bitsPerSecond = bitsPerSecond
        self.loss = loss
    }

    package static func space(of member: Int) -> String { "skein-bench-\(member)" }

    package static func address(of member: Int) -> String { "10.77.0.\(member + 1)" }

    /// Of ten thousand.
    package var lossShare: Int { Int((loss * 10_000).rounded()) }

    /// For `sh -eu`.
    package var script: String {
        var lines = [
            "ip netns add \(Self.air)",
            "ip netns exec \(Self.air) sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || true",
            "ip -n \(Self.air) link add name channel type ifb",
            "ip -n \(Self.air) link set channel up",
            "tc -n \(Self.air) qdisc add dev channel root tbf rate \(bitsPerSecond)bit burst \(Self.burst) "
                + "latency \(Self.latency)",
            // No listening phase, and no port left out because nobody behind it asked for a group.
            "ip -n \(Self.air) link add name bridge type bridge forward_delay 0 stp_state 0 mcast_snooping 0",
            "ip -n \(Self.air) link set bridge up",
        ]
        for member in 0..<members { lines += script(of: member) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func script(of member: Int) -> [String] {
        let (space, port) = (Self.space(of: member), "port\(member)")
        var lines = [
            "ip netns add \(space)",
            "ip netns exec \(space) sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || true",
            "ip -n \(Self.air) link add name \(port) type veth peer name eth0 netns \(space)",
            "tc -n \(Self.air) qdisc add dev \(port) handle ffff: ingress",
            "tc -n \(Self.air) filter add dev \(port) parent ffff: protocol all u32 match u32 0 0 "
                + "action mirred egress redirect dev channel",
            "ip -n \(Self.air) link set \(port) master bridge up",
            "ip -n \(space) link set lo up",
            "ip -n \(space) link set eth0 up",
            "ip -n \(space) address add \(Self.address(of: member))/24 broadcast + dev eth0",
            // LCM's group.
            "ip -n \(space) route add 224.0.0.0/4 dev eth0",
        ]
        if lossShare > 0 {
            lines.append(
                "ip netns exec \(space) nft 'table netdev loss { chain in { type filter hook ingress device eth0 "
                    + "priority 0; numgen random mod 10000 < \(lossShare) drop; }; }'")
        }
        return lines
    }

    /// Undoes the script, whatever it has done.
    package var undoing: String {
        (["\(Self.air)"] + (0..<members).map(Self.space)).map { "ip netns delete \($0) 2>/dev/null || true" }
            .joined(separator: "\n") + "\n"
    }
}
