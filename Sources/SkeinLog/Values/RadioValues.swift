import SkeinPeer
import SkeinWire

extension RadioAccount {
    var schema: Skein_Radio {
        var radio = Skein_Radio()
        radio.control = control.schema
        radio.data = data.schema
        radio.windowS = windowSeconds
        radio.beaconFractionMax = beaconFractionMax
        return radio
    }

    init(_ radio: Skein_Radio) throws(LogFault) {
        self.init(
            control: try BandAccount(radio.control), data: try BandAccount(radio.data),
            windowSeconds: try LogCheck.double(radio.windowS, "radio.window_s"),
            beaconFractionMax: try LogCheck.double(radio.beaconFractionMax, "radio.beacon_fraction_max"))
    }
}

extension RadioAccount.BandAccount {
    fileprivate var schema: Skein_BandTraffic {
        var band = Skein_BandTraffic()
        band.safety = self[.safety].schema
        band.membership = self[.membership].schema
        band.control = self[.control].schema
        band.task = self[.task].schema
        band.bulk = self[.bulk].schema
        band.relayed = relayed.schema
        band.received = received.schema
        band.controlFraction = controlFraction
        band.busyFraction = busyFraction
        return band
    }

    fileprivate init(_ band: Skein_BandTraffic) throws(LogFault) {
        var sent: [RadioAccount.Traffic] = []
        for trafficClass in TrafficClass.allCases {
            let traffic =
                switch trafficClass {
                case .safety: band.safety
                case .membership: band.membership
                case .control: band.control
                case .task: band.task
                case .bulk: band.bulk
                }
            sent.append(try RadioAccount.Traffic(traffic))
        }
        self.init(
            sent: sent, relayed: try RadioAccount.Traffic(band.relayed),
            received: try RadioAccount.Traffic(band.received),
            controlFraction: try LogCheck.double(band.controlFraction, "control_fraction"),
            busyFraction: try LogCheck.double(band.busyFraction, "busy_fraction"))
    }
}

extension RadioAccount.Traffic {
    fileprivate var schema: Skein_Traffic {
        var traffic = Skein_Traffic()
        traffic.datagrams = datagrams
        traffic.bytes = bytes
        traffic.airtimeNs = airtimeNanoseconds
        return traffic
    }

    fileprivate init(_ traffic: Skein_Traffic) throws(LogFault) {
        guard traffic.datagrams <= LogCheck.countMax, traffic.bytes <= LogCheck.countMax else {
            throw .field("traffic")
        }
        self.init(
            datagrams: traffic.datagrams, bytes: traffic.bytes,
            airtimeNanoseconds: try LogCheck.checked(traffic.airtimeNs, "airtime_ns"))
    }
}

extension TransferAccount {
    var schema: Skein_Transfer {
        var transfer = Skein_Transfer()
        transfer.sending = isSending
        transfer.robot = UInt32(robot.number)
        transfer.object = object.data
        transfer.objectBytes = UInt64(clamping: bytes)
        transfer.doneBytes = UInt64(clamping: doneBytes)
        transfer.trafficClass = LogEnum.number(trafficClass)
        transfer.deadlineAtNs = deadline.nanoseconds
        return transfer
    }

    init(_ transfer: Skein_Transfer) throws(LogFault) {
        self.init(
            isSending: transfer.sending, robot: try LogCheck.node(transfer.robot, "transfer.robot"),
            object: try ObjectID(transfer.object, "transfer.object"),
            bytes: try LogCheck.count(transfer.objectBytes, "transfer.object_bytes"),
            doneBytes: try LogCheck.count(transfer.doneBytes, "transfer.done_bytes"),
            trafficClass: try LogEnum.value(transfer.trafficClass, "transfer.traffic_class"),
            deadline: try LogCheck.instant(transfer.deadlineAtNs, "transfer.deadline_at_ns"))
    }
}
