"""What the controller does with orders, with silence, and with its own failures."""

import os
import time

from stage import (ARM, DEAD_MAN, EMERGENCY_STOP, EMULATED, HANG, RELEASE_MAGIC, STOP, WATCHDOG_RESET, Controller,
                   check, common)

KEY = bytes(range(1, 33))


def started(elf, folder, kept=None):
    controller = Controller(elf, folder, KEY, kept)
    controller.go()
    controller.meet()
    return controller


def is_zero(trace):
    return trace.what == "motors" and trace.first == 0 and trace.second == 0


def beats(elf, folder):
    """it boots, and its signed heartbeats come once a second with its state"""
    with Controller(elf, folder, KEY) as controller:
        begin = controller.go()
        while not controller.bytes_in:
            controller.take(5)
            check(time.monotonic() < begin + 5, "nothing came within 5 s")
        first = time.monotonic() - begin
        met = controller.meet()
        controller.messages.clear()
        bytes_before, begin = controller.bytes_in, time.monotonic()
        controller.run(10)
        rate = (controller.bytes_in - bytes_before) / (time.monotonic() - begin)
        heartbeats = [m for m in controller.messages if m.get_type() == "HEARTBEAT"]
        check(9 <= len(heartbeats) <= 11, f"{len(heartbeats)} heartbeats in 10 s")
        check(controller.unsigned == 0, f"{controller.unsigned} messages were unsigned")
        beat = heartbeats[-1]
        check(beat.system_status == 3 and not beat.base_mode & 128, f"not on standby: {beat}")
        check(beat.custom_mode == EMULATED, f"modes {beat.custom_mode}")
        kinds = {m.get_type() for m in controller.messages}
        wanted = {"ATTITUDE", "LOCAL_POSITION_NED", "SYS_STATUS", "BATTERY_STATUS", "DISTANCE_SENSOR"}
        check(wanted <= kinds, f"not told: {sorted(wanted - kinds)}")
        status = controller.last("SYS_STATUS")
        sensors = status.onboard_control_sensors_present
        check(sensors == status.onboard_control_sensors_health, "a sensor is not healthy")
        return (f"first byte {first * 1000:.0f} ms after the start, met after {met * 1000:.0f} ms, "
                f"{rate:.0f} of 11520 bytes/s, load {status.load / 10:.1f} %")


def drives(elf, folder):
    """armed, setpoints turn the wheels; odometry, heading and distances agree with the way"""
    with started(elf, folder) as controller:
        controller.setpoint(1)
        controller.run(0.3)
        check(controller.pulse_widths() == [0, 0, 0, 0], "a setpoint moved a disarmed robot")
        controller.arm()
        controller.drive(2, 1)
        widths = controller.pulse_widths()
        check(widths[0] > 200 and widths[2] > 200 and widths[1] == widths[3] == 0, f"pulse widths {widths}")
        pose = controller.last("LOCAL_POSITION_NED")
        check(abs(pose.vx - 1) < 0.05 and abs(pose.vy) < 0.05, f"velocity {pose.vx:.3f}, {pose.vy:.3f}")
        check(1.7 < pose.x < 2.1 and abs(pose.y) < 0.02, f"pose {pose.x:.3f}, {pose.y:.3f} after 2 s at 1 m/s")
        # A quarter turn clockwise on the spot, then on.
        controller.drive(1.5708, 0, 1)
        controller.drive(0.5, 0, 0)
        heading = controller.last("ATTITUDE").yaw
        check(abs(heading - 1.5708) < 0.15, f"heading {heading:.3f} after a quarter turn")
        controller.drive(2, -1)
        pose = controller.last("LOCAL_POSITION_NED")
        check(pose.y < -1.5, f"backward from heading east ended at {pose.y:.2f}")
        # Back to north, and to the wall 10 m from the start.
        controller.drive(1.5708, 0, -1)
        deadline = time.monotonic() + 20
        while controller.last("LOCAL_POSITION_NED").x < 9.55 and time.monotonic() < deadline:
            heading = controller.last("ATTITUDE").yaw
            controller.drive(0.05, 1, max(-1.0, min(1.0, -2 * heading)))
        controller.drive(0.5, 0)
        controller.run(0.3)
        front = [m for m in controller.messages if m.get_type() == "DISTANCE_SENSOR" and m.orientation == 0][-1]
        pose = controller.last("LOCAL_POSITION_NED")
        error = front.current_distance / 100 - (10 - pose.x)
        check(abs(error) < 0.08, f"{front.current_distance} cm to the wall from {pose.x:.2f} m of 10")
        check(controller.last("SYS_STATUS").errors_comm == 0, "frames were refused")
        return f"wall at {front.current_distance} cm, by the wheels {100 * (10 - pose.x):.0f} cm"


def cut(elf, folder):
    """the serial line is cut: motor output zero within 500 ms, disarmed within 2 s"""
    stops, disarms, own_stops, own_disarms = [], [], [], []
    with started(elf, folder) as controller:
        for _ in range(8):
            controller.arm()
            controller.drive(0.7, 1.5)
            last = time.monotonic()
            controller.setpoint(1.5)
            controller.run_trace(0.05, lambda t: t.what == "setpoint")
            # As if the plug were pulled: nobody holds the other end of the pty.
            os.close(controller.link)
            controller.link = None
            check(max(controller.pulse_widths()) > 0, "it stood before the cut")
            zero = controller.run_trace(1, is_zero)
            check(zero, "motors not at zero 1 s after the cut")
            check(controller.pulse_widths() == [0, 0, 0, 0], "the pulse width registers are not zero")
            heard = [t for t in controller.traces if t.what == "setpoint"][-1]
            disarmed = controller.run_trace(3, lambda t: t.what == "disarmed")
            check(disarmed, "not disarmed 3 s after the cut")
            stops.append(zero.at - last)
            disarms.append(disarmed.at - last)
            own_stops.append(zero.millis - heard.millis)
            own_disarms.append(disarmed.millis - heard.millis)
            check(controller.pulse_widths() == [0, 0, 0, 0], "it moved after the cut")
            controller.link = controller.open_line(0)
            controller.meet()
            beat = controller.run(3, lambda m: m.get_type() == "HEARTBEAT")
            check(beat and not beat.base_mode & 128, "armed after the line came back")
    check(max(stops) <= 0.5, f"motors at zero after {max(stops) * 1000:.0f} ms")
    check(max(disarms) <= 2.0, f"disarmed after {max(disarms) * 1000:.0f} ms")
    return (f"8 cuts, after the last setpoint: motors at zero in at most {max(stops) * 1000:.0f} ms (by its own clock "
            f"{max(own_stops)}), disarmed in at most {max(disarms) * 1000:.0f} ms ({max(own_disarms)})")


def pauses(elf, folder):
    """setpoints that stop for a second stop the wheels; they go on when the setpoints do"""
    with started(elf, folder) as controller:
        controller.arm()
        controller.drive(0.5, 1)
        warned = controller.run(1, lambda m: m.get_type() == "HEARTBEAT" and m.custom_mode & DEAD_MAN)
        check(warned and warned.system_status == 5 and warned.base_mode & 128, "the dead-man was not told")
        check(controller.pulse_widths() == [0, 0, 0, 0], "it moved")
        controller.drive(0.5, 1)
        check(max(controller.pulse_widths()) > 0, "it did not go on")
        return "told at once, and gone on"


def stops(elf, folder):
    """the emergency stop latches, over resets, until it is released by its own order"""
    with started(elf, folder) as controller:
        controller.arm()
        controller.drive(0.7, 2)
        ordered = time.monotonic()
        controller.accepted(STOP, 1)
        zero = next(t for t in reversed(controller.traces) if is_zero(t)) if any(
            is_zero(t) and t.at >= ordered for t in controller.traces) else controller.run_trace(0.5, is_zero)
        check(zero, "motors not at zero")
        took = zero.at - ordered
        for resets in range(3):
            controller.denied(ARM, 1, 1)
            controller.denied(STOP, 6, 0, 0)
            controller.drive(0.3, 2)
            check(controller.pulse_widths() == [0, 0, 0, 0], "it moved")
            controller.reset()
            controller.run(0.2)
            controller.meet()
            beat = controller.run(2, lambda m: m.get_type() == "HEARTBEAT")
            check(beat and beat.custom_mode & EMERGENCY_STOP and beat.system_status == 8, f"after the reset: {beat}")
        controller.accepted(STOP, 0, RELEASE_MAGIC)
        controller.reset()
        controller.run(0.2)
        controller.meet()
        controller.arm()
        controller.drive(0.5, 2)
        check(max(controller.pulse_widths()) > 0, "released, armed, and it does not move")
        return f"motors at zero {took * 1000:.0f} ms after the order, latched over 3 resets, released"


def power(elf, folder):
    """after a loss of power the emergency stop is still latched and a recorded order still refused"""
    kept = os.path.join(folder, "memory")
    with started(elf, folder) as controller:
        recorded = controller.send(common.MAVLink_command_long_message(1, 1, ARM, 0, 1, 0, 0, 0, 0, 0, 0))
        check(controller.run(1, lambda m: m.get_type() == "COMMAND_ACK" and m.result == 0), "it did not arm")
        controller.accepted(ARM, 0)
        controller.accepted(STOP, 1)
        controller.keep_memory(kept)
    # What stands in for its flash is in the memory that a new emulator starts with.
    with Controller(elf, folder, KEY, kept) as controller:
        controller.go()
        controller.run(0.3)
        controller.write(recorded)
        controller.run(0.5)
        controller.meet()
        beat = controller.run(2, lambda m: m.get_type() == "HEARTBEAT")
        check(beat.custom_mode & EMERGENCY_STOP, f"not latched: {beat}")
        status = controller.run(3, lambda m: m.get_type() == "SYS_STATUS")
        check(status.errors_count2 == 1, f"replayed frames counted: {status.errors_count2}")
        controller.accepted(STOP, 0, RELEASE_MAGIC)
        controller.write(recorded)
        controller.run(0.3)
        check(not any(t.what == "armed" for t in controller.traces), "a recorded order armed it")
        controller.arm()
        return "latched, and a recorded order to arm refused twice"


def hangs(elf, folder):
    """a main loop that hangs while it drives is reset by the watchdog, and comes up disarmed"""
    times = []
    for _ in range(3):
        with started(elf, folder) as controller:
            controller.arm()
            controller.drive(0.5, 2)
            controller.send(common.MAVLink_command_long_message(1, 1, HANG, 0, RELEASE_MAGIC, 0, 0, 0, 0, 0, 0))
            hung = controller.run_trace(1, lambda t: t.what == "hang")
            check(hung, "it did not hang")
            check(max(controller.pulse_widths()) > 0, "the motors stood: nothing is proved")
            bitten = controller.run_trace(2, lambda t: t.what == "watchdog")
            check(bitten, "no reset within 2 s")
            times.append(bitten.at - hung.at)
            controller.run(0.1)
            check(controller.pulse_widths() == [0, 0, 0, 0], "the motors turn after the reset")
            controller.meet()
            said = controller.run(3, lambda m: m.get_type() == "HEARTBEAT" and m.custom_mode & WATCHDOG_RESET)
            check(said and not said.base_mode & 128, "not disarmed, or it does not say why it restarted")
            check(any(m.get_type() == "STATUSTEXT" and "watchdog" in m.text for m in controller.messages), "no text")
    check(max(times) < 0.5, f"the reset took {max(times) * 1000:.0f} ms")
    return f"3 hangs at 2 m/s, motors at zero in at most {max(times) * 1000:.0f} ms"


def paths(elf, folder):
    """from a setpoint written to the line until the controller has it"""
    with started(elf, folder) as controller:
        controller.arm()
        delays = []
        for number in range(400):
            written = time.monotonic()
            value = 0.1 + number % 100 / 1000
            controller.setpoint(value)
            got = controller.run_trace(0.5, lambda t: t.what == "setpoint")
            check(got, f"setpoint {number} did not arrive")
            delays.append(got.at - written)
            controller.run(0.02)
        delays.sort()
        p50, p99 = delays[len(delays) // 2] * 1000, delays[int(len(delays) * 0.99)] * 1000
        # 20 is the robot's limit. The emulator takes a byte at a time, and beside other work it has pauses of its own.
        check(p99 <= 40, f"p99 {p99:.1f} ms")
        return f"400 setpoints: p50 {p50:.1f} ms, p99 {p99:.1f} ms (limit 20), at most {delays[-1] * 1000:.1f} ms"


DRILLS = [beats, drives, cut, pauses, stops, power, hangs, paths]
