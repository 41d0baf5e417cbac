import SkeinWire

extension PeerDaemon {
    /// The ports, and for those on interfaces what watches the interfaces. A kernel that gives no news of interfaces, or
    /// nothing of its radios, is no reason not to start: ports look for themselves, links are judged by what gets through.
    static func air(
        _ config: DaemonConfig, _ reactor: Reactor, now: Instant, log: (DaemonHooks.Level, String) -> Void
    ) throws(SystemError) -> ([any AirPort], InterfaceMonitor?, LinkWatch?) {
        switch config.radio {
        case .medium(let port):
            let ports = Band.allCases.map { band in
                MediumPort(
                    band: band, robot: config.robot, port: port, reactor: reactor,
                    token: token(.port, UInt32(band.rawValue)), now: now)
            }
            return (ports, nil, nil)
        case .interfaces(let control, let data):
            precondition(control.band == .control && data.band == .data, "each band has its port")
            let names = control.interface == data.interface ? [control.interface] : [control.interface, data.interface]
            var monitor: InterfaceMonitor?
            var radio: LinkWatch?
            do throws(SystemError) { monitor = try InterfaceMonitor() } catch {
                log(.warning, "no news of interfaces, looking at them each second: \(error)")
            }
            do throws(SystemError) { radio = try LinkWatch(interfaces: names) { MonotonicClock.now() } } catch {
                log(.warning, "nothing known of the radios, judging links by what gets through: \(error)")
            }
            let ports = [control, data].map { port in
                UDPPort(
                    port, reactor: reactor, token: token(.port, UInt32(port.band.rawValue)), signals: radio, now: now)
            }
            return (ports, monitor, radio)
        }
    }
}
