import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

struct TaskKernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Registered kernels, here and at neighbours.",
        discussion: """
            One a line: name and version; what its registration here says, – where it is not registered here or cannot run; \
            neighbours that say they compute it. Deterministic: the same input gives the same output, so what is known is not \
            computed again. Robots farther away may offer more.

            Exit codes: 0 ok, also without any, 3 no daemon answers.

            Example:
              skein task kernels --json | jq -r '.kernels[] | select(.here == null) | .kernel'
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard case .job(.kernels(let accounts)) = try talk.ask(.job(.kernels)) else {
                throw TalkError.noSense(talk.path)
            }
            if json {
                try Console.write(Self.value(accounts, names), to: "-")
            } else if accounts.isEmpty {
                Console.print("no kernels")
            } else {
                Console.print(Self.text(accounts, names))
            }
        }
    }

    private static func text(_ accounts: [KernelAccount], _ names: FleetNames) -> String {
        var table = TextTable(title: "\(accounts.count) kernels")
        table.add("kernel", "here", "neighbours")
        for account in accounts {
            let here = account.here.map {
                "\($0.cost.inSeconds.rounded(to: 3)) s" + ($0.isDeterministic ? ", deterministic" : "")
            }
            let robots = account.robots.map(names.name).joined(separator: " ")
            table.add("\(account.name)", here ?? "–", robots.isEmpty ? "–" : robots)
        }
        return table.text
    }

    private static func value(_ accounts: [KernelAccount], _ names: FleetNames) -> JSONValue {
        [
            "version": .integer(1),
            "kernels": .array(
                accounts.map { account in
                    [
                        "kernel": .string("\(account.name)"), "name": .string(account.name.name),
                        "kernel_version": .integer(Int(account.name.version)),
                        "here": account.here.map { offer in
                            ["cost_s": .number(offer.cost.inSeconds), "deterministic": .bool(offer.isDeterministic)]
                        } ?? .null,
                        "robots": .array(account.robots.map { .string(names.name($0)) }),
                    ]
                }),
        ]
    }
}
