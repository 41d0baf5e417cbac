/// What the kernel says of interfaces and radios, gathered once.
package struct NetworkFacts: Sendable {
    package var links: [NetworkLink] = []
    package var addresses: [NetworkAddress] = []
    package var radios: [Radio] = []
    package var hardware: [RadioHardware] = []
    package var regulatoryDomain: String?
    /// Why there is nothing wireless; nil when nl80211 answered.
    package var wirelessTrouble: NetlinkError?
    /// Why nothing is known of interfaces at all.
    package var trouble: NetlinkError?

    /// A wireless interface with what its driver adds.
    package struct Radio: Sendable {
        package var interface: RadioInterface
        package var stations: [RadioStation] = []
        package var survey: [SurveyChannel] = []
        package var isPowerSaving: Bool?
        package var isMeshForwarding: Bool?

        package init(interface: RadioInterface) { self.interface = interface }
    }

    package init() {}

    /// Asks the kernel of this network namespace. May wait for drivers: not for the loop's thread.
    package static func gather() -> NetworkFacts {
        var facts = NetworkFacts()
        do throws(NetlinkError) {
            let routing = try Rtnetlink()
            facts.links = try routing.links()
            facts.addresses = try routing.addresses()
        } catch {
            facts.trouble = error
        }
        do throws(NetlinkError) {
            try facts.gatherWireless()
        } catch {
            facts.wirelessTrouble = error
        }
        return facts
    }

    private mutating func gatherWireless() throws(NetlinkError) {
        let wireless = try Nl80211()
        regulatoryDomain = try? wireless.regulatoryDomain()
        hardware = (try? wireless.hardware()) ?? []
        for interface in try wireless.interfaces() {
            var radio = Radio(interface: interface)
            radio.stations = (try? wireless.stations(of: interface.index)) ?? []
            radio.survey = (try? wireless.survey(of: interface.index)) ?? []
            radio.isPowerSaving = wireless.isPowerSaving(interface.index)
            radio.isMeshForwarding = wireless.isMeshForwarding(interface.index)
            radios.append(radio)
        }
    }

    func link(_ name: String) -> NetworkLink? { links.first { $0.name == name } }
    func radio(_ name: String) -> Radio? { radios.first { $0.interface.name == name } }
}
