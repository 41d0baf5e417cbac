import ArgumentParser
import Glibc
import SkeinFiles
import SkeinLinux
import SkeinSeal
import SkeinWire

struct FleetJoin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Bring this robot into a fleet: shows a code for `skein fleet enroll`, and waits.",
        discussion: """
            Run on the new robot. It makes the robot's key if there is none, shows the key's fingerprint and a code, and \
            waits for the answer of whoever enters that code at an enrolled robot or beside the authority's key. Then it \
            writes fleet.key, fleet.toml and, if there is none, peer.toml. Nothing is overwritten; no internet is needed.

            Over a link, both commands run at once on the two ends of it. By a stick, join leaves a request in the folder; \
            after enroll has answered there, join is run again, or has waited with --seconds.

            The code is good for one enrolment. After a few tries with another code it is void.

            Exit codes: 0 this robot is in the fleet; 1 the link failed, or an answer could not be used; 2 usage or file \
            error; 4 no answer came in time: a request on a stick stays there; 5 refused, or the code is void.

            Examples:
              skein fleet join --interface wlan0
              skein fleet join --stick /media/usb
            """)

    @Option(
        help: ArgumentHelp("Where the robot's files go (default: the folder of its peer.toml).", valueName: "folder"))
    var folder: String?

    @OptionGroup var way: FleetWay

    @Option(help: ArgumentHelp("What to call it; whoever enrolls it may call it otherwise.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("How long to wait (default: 300; with --stick 0).", valueName: "seconds"))
    var seconds: Int?

    @Flag(help: "As JSON, when it is in.")
    var json = false

    func validate() throws {
        if let name, !TomlSchema.Kind.isName(name) {
            throw ValidationError("--name \(name): expected \(TomlSchema.Kind.name.expected)")
        }
        try FleetWay.check(seconds)
    }

    func run() throws {
        let config = PeerPlaces.mine().configFile
        let home = try JoinFolder(
            path: folder ?? String(config.prefix(upTo: config.lastIndex(of: "/") ?? config.endIndex)))
        let (key, isNew) = try home.key()
        if isNew { Console.say("made this robot's key: \(home.path)/robot.key") }
        if let stick = way.stick {
            try join(home, key, by: EnrolmentStick(folder: stick), seconds: seconds ?? 0)
        } else {
            try join(home, key, over: way.interface ?? "", seconds: seconds ?? FleetWay.usualSeconds)
        }
    }

    private func show(_ key: MinisignKey, _ code: EnrolmentCode) {
        let fingerprint = Fingerprint(of: key.key.publicKey)
        var table = TextTable(title: "this robot asks to join a fleet")
        table.add("  code", code.text)
        table.add("  key", fingerprint.text)
        table.add("", fingerprint.words)
        // For a person to read, even where stdout is JSON for a program.
        json ? Console.say(table.text) : Console.print(table.text)
        Console.say(
            "on an enrolled robot, or with --authority beside the authority's key:\n"
                + "  skein fleet enroll \(name ?? "NAME") --code \(code.text) \(way.text)")
    }

    private func secret(_ code: EnrolmentCode, _ key: MinisignKey) throws -> EnrolmentSecret {
        guard let secret = EnrolmentSecret(code: code, robot: key.key.publicKey) else {
            Console.say("out of memory: joining needs 64 MiB for a moment")
            throw Exit.failed
        }
        return secret
    }

    // MARK: - Over a link

    private func join(_ home: JoinFolder, _ key: MinisignKey, over interface: String, seconds: Int) throws {
        let code = EnrolmentCode.fresh()
        let secret = try secret(code, key)
        let link = try FleetWay.opening { () throws(SystemError) in try way.link(listens: false) }
        show(key, code)
        let request = EnrolmentRequest(key: key.key, name: name, secret: secret)
        var asker = EnrolmentAsker(
            request: request, secret: secret, opener: KeyOpener(seed: key.seed), now: MonotonicClock.now())
        let end = MonotonicClock.now() + .seconds(seconds)
        var hasComplained = false
        while asker.outcome == nil, MonotonicClock.now() < end {
            if let bytes = asker.due(now: MonotonicClock.now()), let error = link.ask(bytes), !hasComplained {
                hasComplained = true
                Console.say("\(error); trying on")
            }
            if let heard = link.receive(until: min(asker.nextDeadline, end)) {
                asker.receive(heard.bytes, now: MonotonicClock.now())
            }
            if asker.progress.of > 1 { Console.progress("\(asker.progress.have)/\(asker.progress.of) parts") }
        }
        Console.progress("")
        switch asker.outcome {
        case .answered(let grant):
            try accept(grant, home, key)
            // Said three times: the other side waits for it, and does not answer.
            for _ in 0..<3 {
                _ = link.ask(asker.thanks)
                _ = link.receive(until: MonotonicClock.now() + .milliseconds(50))
            }
        case .refused(.keyTaken):
            Console.say("refused: this robot's key is a member's already, or revoked; move \(home.path)/robot.key away")
            throw FleetExit.refused
        case .refused(.nameTaken):
            Console.say("refused: the name is another robot's")
            throw FleetExit.refused
        case .void:
            Console.say(
                "the code is void: \(EnrolmentAsker.triesMax) answers came with another code; run join again for a new "
                    + "one, or use --stick")
            throw FleetExit.refused
        case .unusable(let refusal):
            Console.say("the answer cannot be used (\(refusal)): use the same skein on both sides")
            throw Exit.failed
        case nil:
            Console.say("no answer within \(seconds) s on \(interface)")
            throw Exit.noSuchThing
        }
    }

    // MARK: - By a stick

    private func join(_ home: JoinFolder, _ key: MinisignKey, by stick: EnrolmentStick, seconds: Int) throws {
        var pending = try home.pending() ?? .init(code: .fresh(), tries: 0)
        let secret = try secret(pending.code, key)
        let request = EnrolmentRequest(key: key.key, name: name, secret: secret)
        let robot = key.key.publicKey
        let opener = KeyOpener(seed: key.seed)
        try home.keep(pending)
        let end = MonotonicClock.now() + .seconds(seconds)
        var isShown = false
        while true {
            if let answer = try FleetWay.opening({ () throws(SystemError) in try stick.answer(to: robot) }) {
                let grant: EnrolmentGrant?
                do throws(EnrolmentAnswer.Refusal) {
                    grant = try answer.opened(by: opener, request: request, secret: secret)
                } catch let refusal {
                    grant = nil
                    try void(&pending, refusal, home, stick, robot)
                }
                if let grant {
                    return try accept(grant, home, key) {
                        home.forgetCode()
                        stick.clear(robot)
                    }
                }
            }
            if !isShown {
                try FleetWay.opening { () throws(SystemError) in try stick.leave(request) }
                show(key, pending.code)
                isShown = true
            }
            guard MonotonicClock.now() < end else { break }
            // A stick tells nobody that it has changed.
            _ = poll(nil, 0, 500)
        }
        Console.say("the request is in \(stick.requestPath(robot)); after enroll has answered there, run this again")
        throw Exit.noSuchThing
    }

    private func void(
        _ pending: inout JoinFolder.Pending, _ refusal: EnrolmentAnswer.Refusal, _ home: JoinFolder,
        _ stick: EnrolmentStick, _ robot: PublicKey
    ) throws {
        // One file is one try, however often it is looked at.
        stick.removeAnswer(to: robot)
        pending.tries += 1
        guard pending.tries >= EnrolmentAsker.triesMax else {
            try home.keep(pending)
            Console.say(
                "\(stick.answerPath(robot)): no answer to this request, or made with another code (\(refusal)); removed. "
                    + "\(EnrolmentAsker.triesMax - pending.tries) more and the code is void")
            return
        }
        home.forgetCode()
        stick.clear(robot)
        Console.say("the code is void: \(EnrolmentAsker.triesMax) answers did not fit it; run join again for a new one")
        throw FleetExit.refused
    }

    // MARK: - The answer

    private func accept(
        _ grant: EnrolmentGrant, _ home: JoinFolder, _ key: MinisignKey, then: () -> Void = {}
    ) throws {
        let (member, keptConfig) = try home.accept(grant, key: key)
        then()
        let fleet = FleetID(authority: grant.authority)
        if json {
            try Console.write(
                .object(
                    [.init("fleet", .string(FleetTalk.fleet(fleet))), .init("folder", .string(home.path))]
                        + FleetTalk.value(member)), to: "-")
        } else {
            Console.print(
                "\(member.name) (\(member.id)) is in fleet \(FleetTalk.fleet(fleet)): may \(EntryText.roles(member.roles)), "
                    + FleetTalk.expiry(member))
        }
        Console.say(
            keptConfig
                ? "\(home.path)/peer.toml was there and stays: its [robot] name must be \(member.name), its key files these"
                : "complete \(home.path)/peer.toml, then: skein config check")
    }
}
