import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

struct FleetEnroll: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Take a robot into the fleet that runs `skein fleet join`, by the code it shows.",
        discussion: """
            Run on a robot with the role enroll, or with --authority beside the authority's key. Only the robot that shows \
            the code can be meant, and only it can read the answer. A robot enrolls with at most its own roles, never with \
            enroll. The fleet hears of the new robot from the daemon here, if one runs, and from the robot itself.

            Exit codes: 0 the robot is in; 1 the link failed; 2 usage or file error; 4 nobody asks to join; 5 refused: \
            another code, or its name or key is taken, or this robot may not; 6 it was taken in, and has not said that it \
            has the answer: run the same again.

            Examples:
              skein fleet enroll delta --code babad-bamag-zuruz --interface wlan0
              skein fleet enroll delta --code babad-bamag-zuruz --stick /media/usb --authority fleet
            """)

    @Argument(help: ArgumentHelp("What the robot is called from now on.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("What the robot shows: three words.", valueName: "code"))
    var code: String

    @OptionGroup var way: FleetWay
    @OptionGroup var place: FleetOfficeOptions

    @Option(
        help: ArgumentHelp(
            "\(FleetRoles.help) Default: lead,release,command,kernels, less what the issuer has not.", valueName: "a,b")
    )
    var roles: FleetRoles?

    @Option(help: ArgumentHelp("Days that the membership is good for, or never.", valueName: "days"))
    var expires = FleetExpiry.usual

    @Option(help: ArgumentHelp("How long to wait on a link.", valueName: "seconds"))
    var seconds = FleetWay.usualSeconds

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard TomlSchema.Kind.isName(name) else {
            throw ValidationError("\(name): expected \(TomlSchema.Kind.name.expected)")
        }
        guard EnrolmentCode(text: code) != nil else {
            throw ValidationError("--code \(code): expected three words of five letters, as babad-bamag-zuruz")
        }
        try FleetWay.check(seconds)
    }

    func run() throws {
        guard let code = EnrolmentCode(text: code) else { throw Exit.usage }
        let office = try place.office()
        // Whoever may not is told before anybody has to wait.
        try FleetTalk.issuing { () throws(FleetOffice.Failure) in try office.check() }
        if let stick = way.stick {
            try enroll(code, office, by: EnrolmentStick(folder: stick))
        } else {
            try enroll(code, office, over: way.interface ?? "")
        }
    }

    private struct Taken {
        var member: Member
        var grant: EnrolmentGrant
        var issued: [TrustEntry]
    }

    /// The membership is on the disk before the robot hears of it. A robot that is in already, by this name and key, is
    /// answered again: its answer was lost.
    private func take(_ request: EnrolmentRequest, _ office: FleetOffice) throws -> Taken {
        let heard = place.daemon().entries()
        let (result, issued) = try FleetTalk.issuing { () throws(FleetOffice.Failure) in
            try office.issue(heard: heard) { books throws(TrustIssuer.Refusal) in
                let known = books.issuer.standing(name)
                if let known, !known.isRevoked, known.member.key == request.robot {
                    return (known.member, books.grant(to: known.member))
                }
                let now = FleetTalk.now(books.issuer.entries)
                let usual = try books.issuer.checkOffice().intersection(FleetRoles.usual.roles)
                let member = try books.issuer.enroll(
                    name: name, key: request.robot, roles: roles?.roles ?? usual,
                    expiresAtSeconds: expires.seconds(from: now), now: now)
                return (member, books.grant(to: member))
            }
        }
        return Taken(member: result.0, grant: result.1, issued: issued)
    }

    private func tell(_ taken: Taken, _ office: FleetOffice, isConfirmed: Bool?) throws {
        let member = taken.member
        let fingerprint = Fingerprint(of: member.key)
        if json {
            try Console.write(
                .object(
                    FleetTalk.value(member) + [
                        .init("entries", .integer(taken.issued.count)),
                        .init("confirmed", isConfirmed.map { .bool($0) } ?? .null),
                    ]), to: "-")
        } else {
            Console.print(
                "\(member.name) (\(member.id)) is \(taken.issued.isEmpty ? "already in" : "in") the fleet: may "
                    + "\(EntryText.roles(member.roles)), \(FleetTalk.expiry(member))\n"
                    + "  \(fingerprint.text)\n  \(fingerprint.words)")
        }
        let daemon = place.daemon()
        switch taken.issued.isEmpty ? .taken : daemon.hand(taken.issued) {
        case .taken: break
        case .unreachable:
            Console.say(
                "no daemon answers at \(daemon.path): the fleet will hear of \(member.name) from \(member.name)")
        case .refused(_, let reason): Console.say("the daemon at \(daemon.path) refused it: \(reason)")
        }
    }

    private func otherCode(_ robot: PublicKey) {
        let fingerprint = Fingerprint(of: robot)
        Console.say("a robot asks to join that shows another code: \(fingerprint.text), \(fingerprint.words)")
    }

    // MARK: - By a stick

    private func enroll(_ code: EnrolmentCode, _ office: FleetOffice, by stick: EnrolmentStick) throws {
        let (found, damaged) = try FleetWay.opening { () throws(SystemError) in try stick.requests() }
        for path in damaged { Console.say("\(path): damaged, or no request") }
        for request in found {
            guard let secret = EnrolmentSecret(code: code, robot: request.robot) else {
                Console.say("out of memory: enrolling needs 64 MiB for a moment")
                throw Exit.failed
            }
            guard request.fits(secret) else {
                otherCode(request.robot)
                continue
            }
            let taken = try take(request, office)
            guard let answer = EnrolmentAnswer(taken.grant, to: request, secret: secret) else {
                preconditionFailure("a key that was checked takes no answer")
            }
            try FleetWay.opening { () throws(SystemError) in try stick.leave(answer, to: request.robot) }
            try tell(taken, office, isConfirmed: nil)
            Console.say("the answer is in \(stick.answerPath(request.robot)): carry it back, and run join again there")
            return
        }
        if found.isEmpty {
            Console.say("\(stick.folder): no robot's request in it")
            throw Exit.noSuchThing
        }
        Console.say("none of the \(found.count) requests in \(stick.folder) shows this code")
        throw FleetExit.refused
    }

    // MARK: - Over a link

    private func enroll(_ code: EnrolmentCode, _ office: FleetOffice, over interface: String) throws {
        let link = try FleetWay.opening { () throws(SystemError) in try way.link(listens: true) }
        Console.say("waiting for the robot on \(interface)")
        var teller = EnrolmentTeller(code: code)
        var taken: Taken?
        var refusal: (any Error)?
        var end = MonotonicClock.now() + .seconds(seconds)
        while let heard = link.receive(until: end) {
            var action = teller.receive(heard.bytes, now: MonotonicClock.now())
            if case .decide(let request) = action {
                do {
                    let now = try take(request, office)
                    taken = now
                    action = answer(now, request, &teller)
                } catch {
                    refusal = error
                    action = teller.refuse(isNameTaken(office) ? .nameTaken : .keyTaken)
                    // The robot asks again if it has missed this.
                    end = min(end, MonotonicClock.now() + .seconds(2))
                }
            }
            switch action {
            case .none, .decide: continue
            case .otherCode(let robot): otherCode(robot)
            case .send(let datagrams): for datagram in datagrams { link.send(datagram, to: heard.source) }
            case .ended:
                if let taken { return try tell(taken, office, isConfirmed: true) }
            }
        }
        if let refusal { throw refusal }
        if let taken {
            try tell(taken, office, isConfirmed: false)
            Console.say("\(name) has not said that it has the answer; run the same again while it joins")
            throw Exit.partial
        }
        Console.say("nobody on \(interface) showed this code within \(seconds) s")
        throw teller.heardOtherCode ? FleetExit.refused : Exit.noSuchThing
    }

    private func answer(_ taken: Taken, _ request: EnrolmentRequest, _ teller: inout EnrolmentTeller)
        -> EnrolmentTeller.Action
    {
        guard let secret = teller.secret, let answer = EnrolmentAnswer(taken.grant, to: request, secret: secret) else {
            preconditionFailure("a key that was checked takes no answer")
        }
        return teller.answer(answer)
    }

    private func isNameTaken(_ office: FleetOffice) -> Bool {
        guard let known = (try? office.books())?.issuer.standing(name) else { return false }
        return !known.isRevoked
    }
}
