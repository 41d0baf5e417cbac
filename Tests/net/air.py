"""The air of a drill: bridges that stand for radio channels, in a namespace of their own.

A robot's interface is a veth whose other end is a port of a bridge. What comes in at one port goes out at another only if
the pair is in the set `heard` of an nftables rule, so that who hears whom is chosen pair by pair, whatever is sent:
broadcast, multicast, unicast, neighbour discovery. Interfaces have the kernel's own settings, unless a drill says so."""

import subprocess


def command(*words, feed=None):
    """Runs a program that has to succeed; its output."""
    done = subprocess.run(words, input=feed, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Air:
    BANDS = ("control", "data")
    # Behind br_netfilter, where the kernel has it: that takes what is IP out of the hook's turn and passes it on only to
    # those with a priority above zero.
    RULES = """
        table bridge air {
            set heard { type ifname . ifname; }
            chain between {
                type filter hook forward priority 100; policy drop;
                iifname . oifname @heard accept
            }
        }
        """

    def __init__(self, prefix, label):
        self.prefix = f"{prefix}-{label}"
        self.space = f"{self.prefix}-air"
        self.spaces = [self.space]
        self.heard = set()
        command("ip", "netns", "add", self.space)
        command("ip", "netns", "exec", self.space, "nft", "-f", "-", feed=self.RULES)

    def close(self):
        for space in reversed(self.spaces):
            subprocess.run(["ip", "netns", "delete", space], capture_output=True)
        self.spaces = []

    def batch(self, space, *lines):
        command("ip", "-n", space, "-batch", "-", feed="\n".join(lines) + "\n")

    def cell(self, name):
        """A channel of each band."""
        for band in self.BANDS:
            bridge = f"{name}.{band}"
            # No listening phase, and no port left out because nobody behind it asked for a group.
            self.batch(
                self.space,
                f"link add {bridge} type bridge forward_delay 0 stp_state 0 mcast_snooping 0",
                f"link set {bridge} up",
            )

    def robot(self, name, cell, bands=BANDS, ip4=None):
        """A namespace with an interface for each band, named after it. `ip4`: the host's number in 10.77.BAND.0/24."""
        space = f"{self.prefix}-{name}"
        command("ip", "netns", "add", space)
        self.spaces.append(space)
        self.batch(space, "link set lo up")
        for band in bands:
            self.interface(name, cell, band, ip4)
        return space

    def interface(self, name, cell, band, ip4=None):
        port = self.port(name, band)
        self.batch(
            self.space,
            f"link add {port} type veth peer name {band} netns {self.prefix}-{name}",
            f"link set {port} master {cell}.{band} up",
        )
        lines = [f"link set {band} up"]
        if ip4 is not None:
            lines.append(f"address add 10.77.{self.BANDS.index(band)}.{ip4}/24 broadcast + dev {band}")
        self.batch(f"{self.prefix}-{name}", *lines)

    def detect_duplicates(self, yes, questions=1):
        """Whether the kernel asks if another has a new IPv6 address, a second each time, before it lets it be used."""
        for space in self.spaces[1:]:
            command("ip", "netns", "exec", space, "sh", "-c",
                    f"for each in /proc/sys/net/ipv6/conf/*; do echo {int(yes)} >$each/accept_dad; "
                    f"echo {questions} >$each/dad_transmits; done")

    @staticmethod
    def port(name, band):
        return f"{name}.{band}"

    def move(self, name, cell):
        """Takes a robot's ports from their bridges to another cell's."""
        self.batch(self.space, *(f"link set {self.port(name, band)} master {cell}.{band}" for band in self.BANDS))

    def hear(self, pairs):
        """From now on these hear each other, on every band, and nobody else does."""
        elements = set()
        for one, other in pairs:
            for band in self.BANDS:
                elements |= {(self.port(one, band), self.port(other, band)),
                             (self.port(other, band), self.port(one, band))}
        listed = ", ".join(f'"{one}" . "{other}"' for one, other in sorted(elements))
        command(
            "ip", "netns", "exec", self.space, "nft", "-f", "-",
            feed=f"flush set bridge air heard\nadd element bridge air heard {{ {listed} }}\n")

    def carried(self, name):
        """Packets that a robot's interfaces have sent."""
        total = 0
        for line in command("ip", "netns", "exec", f"{self.prefix}-{name}", "cat", "/proc/net/dev").splitlines()[2:]:
            interface, figures = line.split(":")
            if interface.strip() in self.BANDS:
                total += int(figures.split()[9])
        return total
