"""Frames that are not the peer's, to the program on the emulated chip."""

import random
import time

from safety_drills import KEY, started
from stage import ARM, check, common, new_mavlink

FRAMES = 20000


class Attacker:
    def __init__(self, controller, luck):
        self.luck = luck
        self.controller = controller
        self.stranger = new_mavlink(bytes(32))
        self.stranger.signing.timestamp += 10**9
        # The right key in the hands of nobody: for frames that are then damaged.
        self.peer = new_mavlink(KEY)
        self.unsigned = common.MAVLink(None, srcSystem=1, srcComponent=191)
        self.recorded = []

    def arming(self):
        return common.MAVLink_command_long_message(1, 1, ARM, 0, 1, 0, 0, 0, 0, 0, 0)

    def setpoint(self):
        return common.MAVLink_set_position_target_local_ned_message(
            0, 1, 1, 12, 0x5F7, 0, 0, 0, self.luck.uniform(-6, 6), 0, 0, 0, 0, 0, 0, 1.0)

    def frame(self, kind):
        luck, message = self.luck, self.luck.choice((self.arming, self.setpoint))()
        if kind == "garbage":
            return bytes(luck.choice((0xFD, luck.randrange(256))) for _ in range(luck.randrange(1, 80)))
        if kind == "forged":
            return bytes(message.pack(self.stranger))
        if kind == "unsigned":
            return bytes(message.pack(self.unsigned))
        if kind == "replayed":
            return luck.choice(self.recorded)
        # Good until it is damaged; its timestamp is of this moment.
        self.peer.signing.timestamp = self.controller.mavlink.signing.timestamp
        data = bytearray(message.pack(self.peer))
        if kind == "cut":
            return bytes(data[: luck.randrange(1, len(data) - 1)])
        data[luck.randrange(len(data))] ^= 1 << luck.randrange(8)
        return bytes(data)


def floods(elf, folder):
    """forged, flipped, cut, unsigned, replayed frames and garbage: none is accepted, the peer between them is heard"""
    luck = random.Random(20261129)
    kinds = ("garbage", "forged", "unsigned", "replayed", "cut", "flipped")
    with started(elf, folder) as controller:
        attacker = Attacker(controller, luck)
        for _ in range(50):
            attacker.recorded.append(controller.send(attacker.arming()))
        controller.accepted(ARM, 0)
        controller.run(0.5)
        seen, sent, answered, asked = len(controller.traces), 0, 0, 0
        begin = time.monotonic()
        while sent < FRAMES:
            for _ in range(20):
                controller.write(attacker.frame(luck.choice(kinds)))
                sent += 1
            # One good frame behind them: it must be heard although the last hostile one may have been cut.
            asked += 1
            controller.send(common.MAVLink_timesync_message(0, asked))
            answered += bool(controller.run(2, lambda m: m.get_type() == "TIMESYNC" and m.ts1 == asked))
        rate = sent / (time.monotonic() - begin)
        obeyed = [t for t in controller.traces[seen:] if t.what in ("armed", "setpoint", "motors")]
        check(not obeyed, f"{len(obeyed)} hostile frames were obeyed")
        check(answered == asked, f"{asked - answered} of {asked} good frames were not answered")
        controller.run(1.5)
        status = controller.last("SYS_STATUS")
        check(status.errors_count4 == 0, f"{status.errors_count4} bytes were lost at the port")
        check(status.errors_count1 > 0 and status.errors_count2 > 0 and status.errors_count3 > 0, f"counts: {status}")
        controller.arm()
        return (f"{sent} frames at {rate:.0f}/s, 0 obeyed, {answered} of {asked} good frames among them answered; it "
                f"counted {status.errors_count1} forged, {status.errors_count2} replayed and {status.errors_count3} "
                "damaged or unknown beginnings")


DRILLS = [floods]
