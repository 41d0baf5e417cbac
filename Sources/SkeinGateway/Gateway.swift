import ArgumentParser

/// The robot's metrics over HTTP, on loopback.
@main
struct Gateway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skein-gateway", abstract: "The robot's metrics over HTTP, on loopback.")
}
