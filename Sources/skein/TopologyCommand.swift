import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinPicture
import SkeinWire

/// The mesh as a tree and as a graph.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "The tree to the root, who leads whom, and the links.",
        discussion: """
            As this robot knows them: its own, and what its neighbours say of themselves. With --all, of a socket that \
            speaks for many, as a simulation's, the reports of all; with --folder of every robot whose socket, NAME.sock, is \
            in that folder, as a laboratory's. Then the whole is known.

            --dot is for Graphviz: `skein topology --dot | neato -n2 -Tsvg`. --geojson (RFC 7946) needs to know where the \
            field's zero is: x goes east of it, y north.

            Exit codes: 0 ok, 1 the daemon is leaving, 2 usage error, 3 no daemon answers, 4 no such robot, 6 not every \
            robot of a folder answered.

            Examples:
              skein topology
              skein topology --all --socket /run/user/1000/sim.sock --dot | neato -n2 -Tsvg > mesh.svg
              skein topology --geojson --origin 52.5163,13.3777 > mesh.geojson
            """)

    @Flag(help: "As Graphviz's DOT.")
    var dot = false

    @Flag(help: "As GeoJSON.")
    var geojson = false

    @Option(
        help: ArgumentHelp("Latitude and longitude of the field's zero, degrees.", valueName: "lat,lon"),
        transform: GlobePoint.init)
    var origin: GlobePoint?

    @Flag(help: "Ask every robot that the socket speaks for.")
    var all = false

    @Option(help: ArgumentHelp("Ask every robot whose socket is in it.", valueName: "path"))
    var folder: String?

    @OptionGroup var options: ReadOptions

    func validate() throws {
        guard [dot, geojson, options.json].count(where: { $0 }) <= 1 else {
            throw ValidationError("one of --dot, --geojson and --json at most")
        }
        if geojson, origin == nil {
            throw ValidationError(
                "--geojson without --origin LAT,LON: robots know metres of the field, and not where its zero is")
        }
        if folder != nil, options.socket.socket != nil || options.socket.robot != nil || all {
            throw ValidationError("--folder names the sockets: expected no --socket, --robot or --all beside it")
        }
    }

    func run() throws {
        var isPartial = false
        try Tool.run {
            try options.watch.run {
                let (reports, names, missing) = try gather()
                isPartial = missing > 0
                try show(SwarmGraph(reports), names)
            }
        }
        if isPartial { throw Exit.partial }
    }

    private func show(_ graph: SwarmGraph, _ names: FleetNames) throws {
        if dot { return Console.print(GraphDOT.text(graph, name: names.name)) }
        if geojson, let origin {
            return Console.print(GraphGeoJSON.text(graph, origin: origin.fieldOrigin, name: names.name))
        }
        let report = TopologyReport(graph: graph, names: names)
        if options.json { try Console.write(report.value, to: "-") } else { Console.print(report.text) }
    }

    // MARK: Whom it asks

    private func gather() throws -> (reports: [PeerReport], names: FleetNames, missing: Int) {
        if let folder { return try gather(in: folder) }
        guard all else {
            let talk = try options.socket.connect()
            return ([try talk.report()], try talk.names(), 0)
        }
        let talk = try options.socket.connectToAll()
        let names = try talk.names()
        var reports: [PeerReport] = []
        for id in names.ids {
            do throws(TalkError) {
                try talk.turn(to: id)
                reports.append(try talk.report())
            } catch .refused(.noSuchRobot), .refused(.robotIsOff) {
                continue
            }
        }
        return (reports, names, 0)
    }

    private func gather(in folder: String) throws -> (reports: [PeerReport], names: FleetNames, missing: Int) {
        let sockets = LabFeed.sockets(in: folder)
        guard !sockets.isEmpty else {
            throw FileError(
                file: folder, message: "no robot's socket, NAME.sock, is in it; expected a laboratory's folder")
        }
        var reports: [PeerReport] = []
        var names = FleetNames([])
        var missing = 0
        for socket in sockets {
            do throws(TalkError) {
                let talk = try Talk(path: socket)
                if reports.isEmpty { names = try talk.names() }
                reports.append(try talk.report())
            } catch {
                Console.say("\(error)")
                missing += 1
            }
        }
        guard !reports.isEmpty else {
            throw TaskFailure("\(folder): no skein peer answers in it", Exit.unreachable)
        }
        return (reports, names, missing)
    }
}

/// A place on the globe as people write it.
struct GlobePoint {
    let latitude: Double
    let longitude: Double

    init(_ text: String) throws {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
            Double($0.trimmingPrefix(while: \.isWhitespace))
        }
        guard parts.count == 2, let latitude = parts[0], let longitude = parts[1], (-90...90).contains(latitude),
            (-180...180).contains(longitude)
        else { throw ValidationError("\(text): expected LAT,LON in degrees, as 52.5163,13.3777") }
        self.latitude = latitude
        self.longitude = longitude
    }

    /// On the ellipsoid of WGS 84: radii of curvature along the meridian and along the parallel.
    var fieldOrigin: FieldOrigin {
        let (semiMajor, eccentricity) = (6_378_137.0, 0.006_694_379_990_14)
        let radians = latitude * .pi / 180
        let root = (1 - eccentricity * sin(radians) * sin(radians)).squareRoot()
        let meridian = semiMajor * (1 - eccentricity) / (root * root * root)
        // At the poles a degree of longitude has no length; a field there is not turned into one of no width.
        let parallel = max(1, semiMajor / root * cos(radians))
        return FieldOrigin(
            latitudeDegrees: latitude, longitudeDegrees: longitude,
            metersPerDegreeLatitude: meridian * .pi / 180, metersPerDegreeLongitude: parallel * .pi / 180)
    }
}
