// What this robot is: its measures, limits and times. One robot of another build changes this file alone.
#ifndef ROBOT_H
#define ROBOT_H

#include "../link/include/skein_link.h"

#define ROBOT_WHEELS 2
#define ROBOT_INFRARED 5

// Body.
#define ROBOT_TRACK_METERS 0.30f
#define ROBOT_TICKS_PER_METER 4000.0f

// Limits. A wheel asked for more is held, and the other with it, so that the curve stays.
#define ROBOT_SPEED_MAX 6.0f
#define ROBOT_TURN_MAX 6.2831853f
#define ROBOT_WHEEL_SPEED_MAX 7.0f
#define ROBOT_ACCELERATION_MAX 12.0f

// Wheel control: duty per m/s, per m/s of error, per metre of error.
#define ROBOT_FEED_FORWARD (1.0f / 7.5f)
#define ROBOT_PROPORTIONAL 0.15f
#define ROBOT_INTEGRAL 0.8f

// Times, milliseconds.
#define ROBOT_CONTROL_MS 10
// Something new that was heard does not wait for the tick, but for so many turns of the encoder as tell a speed.
#define ROBOT_NEWS_MS 4
#define ROBOT_DEAD_MAN_MS 400
// A bit under two seconds, so that the frame under way, the tick and the reader are within them.
#define ROBOT_DISARM_MS 1900
#define ROBOT_STALL_MS 500
#define ROBOT_POSE_MS 50
#define ROBOT_INFRARED_MS 100
#define ROBOT_HEARTBEAT_MS 1000
#define ROBOT_BATTERY_MS 2000

// Three lithium cells, millivolts of all.
#define ROBOT_BATTERY_FULL_MV 12600
#define ROBOT_BATTERY_EMPTY_MV 9900
#define ROBOT_BATTERY_ARM_MV 10200
#define ROBOT_BATTERY_STOP_MV 9300
#define ROBOT_BATTERY_STOP_MS 5000

// The wheels' heading follows the compass with this time constant, seconds.
#define ROBOT_COMPASS_PULL_SECONDS 30.0f

#endif
