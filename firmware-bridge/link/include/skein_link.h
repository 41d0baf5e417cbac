// The serial link between a robot's peer and its motor controller: MAVLink 2, every frame signed. Both sides use this
// code, the firmware on the chip and the peer on the computer; it holds no clock, no file and no heap.
//
// In:   skein_link_feed takes bytes as they come, skein_link_next gives what they said, until it has
//       SKEIN_LINK_NOTHING.
// Out:  skein_link_frame makes one signed frame of a message.
// Time: signatures carry a timestamp that only grows. The link owns it; the caller keeps it over restarts (below).
#ifndef SKEIN_LINK_H
#define SKEIN_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One channel is more than enough: MAVLink's own parser is not used.
#define MAVLINK_COMM_NUM_BUFFERS 1
// The generator's helpers take addresses inside packed structs, all of them at even offsets.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Waddress-of-packed-member"
#include "mavlink/skein/mavlink.h"
#pragma GCC diagnostic pop

enum {
    SKEIN_LINK_KEY_BYTES = 32,
    // Header 10, payload, checksum 2, signature 13.
    SKEIN_LINK_OVERHEAD_BYTES = 25,
    SKEIN_LINK_FRAME_BYTES_MAX = SKEIN_LINK_OVERHEAD_BYTES + MAVLINK_MAX_DIALECT_PAYLOAD_SIZE,
    SKEIN_LINK_BUFFER_BYTES = 512,
    SKEIN_LINK_CANDIDATES_MAX = 16,
    SKEIN_LINK_STREAMS_MAX = 4,
    // Signing timestamps count 10 microseconds since 2015-01-01 UTC.
    SKEIN_LINK_TICKS_PER_SECOND = 100000,
    // How far ahead of the timestamp the caller's store reaches.
    SKEIN_LINK_RESERVE_TICKS = 60 * SKEIN_LINK_TICKS_PER_SECOND,
};

// The two ends of the line. They are one MAVLink system; the component tells them apart.
enum {
    SKEIN_SYSTEM_ID = 1,
    SKEIN_COMPONENT_CONTROLLER = MAV_COMP_ID_AUTOPILOT1,
    SKEIN_COMPONENT_PEER = MAV_COMP_ID_ONBOARD_COMPUTER,
};

// Bits of HEARTBEAT.custom_mode that the controller sends.
enum {
    SKEIN_MODE_EMERGENCY_STOP = 1,  // latched: only the release order ends it
    SKEIN_MODE_DEAD_MAN = 2,        // no setpoint of late: motors held at zero
    SKEIN_MODE_EMULATED = 4,        // its sensors are a model
    SKEIN_MODE_WATCHDOG_RESET = 8,  // it has restarted because its main loop hung
};

// type_mask of the setpoints: vx forward and yaw_rate clockwise in MAV_FRAME_BODY_FRD, all else left out.
enum {
    SKEIN_SETPOINT_MASK = POSITION_TARGET_TYPEMASK_X_IGNORE | POSITION_TARGET_TYPEMASK_Y_IGNORE |
                          POSITION_TARGET_TYPEMASK_Z_IGNORE | POSITION_TARGET_TYPEMASK_VY_IGNORE |
                          POSITION_TARGET_TYPEMASK_VZ_IGNORE | POSITION_TARGET_TYPEMASK_AX_IGNORE |
                          POSITION_TARGET_TYPEMASK_AY_IGNORE | POSITION_TARGET_TYPEMASK_AZ_IGNORE |
                          POSITION_TARGET_TYPEMASK_YAW_IGNORE,
};

// param2 of the order that releases the emergency stop: 185 with param1 0 alone is too easily a slip.
#define SKEIN_RELEASE_MAGIC 21196

// COMMAND_ACK.result_param2: why an order was denied.
typedef enum {
    SKEIN_DENIAL_NONE = 0,
    SKEIN_DENIAL_EMERGENCY_STOP = 1,   // latched: release it first
    SKEIN_DENIAL_STOP_INPUT = 2,       // the stop button is pressed or its wire is broken
    SKEIN_DENIAL_MOVING = 3,           // the wheels still turn
    SKEIN_DENIAL_BATTERY = 4,          // below what it may drive with
    SKEIN_DENIAL_ARMED = 5,            // disarm first
    SKEIN_DENIAL_MAGIC = 6,            // param2 is not the magic number
    SKEIN_DENIAL_PARAMETER = 7,        // a parameter that the order does not have
    SKEIN_DENIAL_STORE = 8,            // the store could not be written
} skein_denial;

// Why bytes or a frame were not accepted.
typedef enum {
    SKEIN_DROP_GARBAGE = 0,        // bytes outside any accepted frame (this one counts bytes)
    SKEIN_DROP_LENGTH = 1,         // empty, or longer than its kind
    SKEIN_DROP_FLAGS = 2,          // incompatible flags that nobody defined
    SKEIN_DROP_UNSIGNED = 3,
    SKEIN_DROP_UNKNOWN = 4,        // not of the dialect
    SKEIN_DROP_CHECKSUM = 5,       // damaged, or its kind has another layout there (CRC_EXTRA)
    SKEIN_DROP_SIGNATURE = 6,      // another key, or forged
    SKEIN_DROP_REPLAYED = 7,       // its timestamp is not younger than the last of its stream
    SKEIN_DROP_OLD = 8,            // first of its stream and not younger than the last restart
    SKEIN_DROP_ECHO = 9,           // our own frame, come back
    SKEIN_DROP_STREAMS = 10,       // more streams than SKEIN_LINK_STREAMS_MAX
    SKEIN_DROP_TRUNCATED = 11,     // a frame's beginning, overtaken by a whole one
    SKEIN_DROP_REASONS = 12,
} skein_drop;

// A verified message. `payload` is the message as MAVLink's generator lays it out, missing bytes zero.
typedef struct {
    uint32_t id;         // MAVLINK_MSG_ID_…
    uint8_t system_id;   // of the sender
    uint8_t component_id;
    uint8_t sequence;
    uint64_t timestamp;  // of its signature
    union {
        uint8_t bytes[256];
        mavlink_heartbeat_t heartbeat;
        mavlink_sys_status_t sys_status;
        mavlink_attitude_t attitude;
        mavlink_local_position_ned_t local_position_ned;
        mavlink_command_long_t command_long;
        mavlink_command_ack_t command_ack;
        mavlink_set_position_target_local_ned_t set_position_target_local_ned;
        mavlink_timesync_t timesync;
        mavlink_distance_sensor_t distance_sensor;
        mavlink_battery_status_t battery_status;
        mavlink_statustext_t statustext;
    } payload;
} skein_message;

typedef struct {
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t accepted;
    uint64_t sent;
    uint64_t dropped[SKEIN_DROP_REASONS];
    // Frames of the partner that never came, by their sequence numbers.
    uint64_t lost;
} skein_link_statistics;

typedef struct {
    uint8_t system_id;
    uint8_t component_id;
    uint8_t link_id;
    uint8_t last_sequence;
    uint64_t timestamp;
} skein_link_stream;

// A link. Its memory is the caller's; its fields are for skein_link.c alone, but for `statistics`, which may be read.
typedef struct {
    uint8_t key[SKEIN_LINK_KEY_BYTES];
    uint8_t system_id;
    uint8_t component_id;
    uint8_t link_id;
    uint8_t sequence;
    // The last timestamp sent or accepted; what was reserved in the store; what the store held at the start.
    uint64_t timestamp;
    uint64_t reserved;
    uint64_t floor;
    uint64_t wanted;
    skein_link_stream streams[SKEIN_LINK_STREAMS_MAX];
    uint8_t stream_count;
    // Bytes not yet decided on; up to where they were searched, and counted; where a frame may begin in them.
    uint8_t buffer[SKEIN_LINK_BUFFER_BYTES];
    uint16_t buffered;
    uint16_t searched;
    uint16_t settled;
    uint16_t candidates[SKEIN_LINK_CANDIDATES_MAX];
    uint8_t candidate_count;
    skein_link_statistics statistics;
} skein_link;

// `stored` is what the caller's store holds (0 when it never held any): the last value given to skein_link_reserved
// with this key. Nothing signed at or before it is accepted, and all that is sent is signed after it.
void skein_link_init(skein_link *link, const uint8_t key[SKEIN_LINK_KEY_BYTES], uint8_t system_id,
                     uint8_t component_id, uint8_t link_id, uint64_t stored);

// Forgets half-received bytes, as after a line was opened anew. Keys, streams and statistics stay.
void skein_link_flush(skein_link *link);

// Takes bytes that came; returns how many it took. Call skein_link_next until it has nothing, then feed the rest.
size_t skein_link_feed(skein_link *link, const uint8_t *bytes, size_t count);

typedef enum {
    SKEIN_LINK_NOTHING = 0,  // all that came is decided on, or waits for its end
    SKEIN_LINK_MESSAGE = 1,  // *message is a verified one
    // A verified message waits, but its timestamp is beyond what is reserved: store skein_link_reservation durably,
    // tell skein_link_reserved, and ask again. Until then nothing more comes out.
    SKEIN_LINK_RESERVE = 2,
} skein_link_event;

skein_link_event skein_link_next(skein_link *link, skein_message *message);

// Makes a signed frame of `payload` (the struct that MAVLink's generator makes for `id`, or a skein_message's payload;
// `size` bytes of it are there). Returns the frame's length, 0 when the id is not of the dialect, the room is too
// small, or the timestamp is beyond what is reserved.
size_t skein_link_frame(skein_link *link, uint32_t id, const void *payload, size_t size, uint8_t *out, size_t room);

// The clock of whoever has one, in ticks since 2015-01-01 UTC: signing timestamps are not below it. A clock that steps
// back changes nothing. A controller without a clock learns the time from what it accepts.
void skein_link_clock(skein_link *link, uint64_t ticks);

// What to store now, durably, before more than half a reservation is used up or because a message or frame waits for
// it; 0 when there is no need.
uint64_t skein_link_reservation(const skein_link *link);

// `ticks` is on disk (or in flash): timestamps up to it may be used.
void skein_link_reserved(skein_link *link, uint64_t ticks);

// Frames and, for SKEIN_DROP_GARBAGE, bytes that were dropped for a reason; and frames for all reasons.
uint64_t skein_link_dropped(const skein_link *link, skein_drop reason);
uint64_t skein_link_dropped_frames(const skein_link *link);

// The reason in words.
const char *skein_drop_name(skein_drop reason);

// Forward speed in m/s of a pose: its length, with the sign that the heading of the same instant gives it.
float skein_forward_speed(const mavlink_local_position_ned_t *pose, float yaw);

#endif
