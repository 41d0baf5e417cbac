// The link: what verifies comes out, whatever stands around it, and nothing else does.
#include <string.h>

#include "bench.h"

static skein_link near_end, far_end;

static void new_links(void) {
    skein_link_init(&near_end, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, 1000);
    skein_link_init(&far_end, bench_key, 1, SKEIN_COMPONENT_PEER, 0, 1000);
    skein_link_reserved(&near_end, UINT64_MAX);
    skein_link_reserved(&far_end, UINT64_MAX);
}

static size_t beat(skein_link *from, uint32_t mode, uint8_t *out) {
    mavlink_heartbeat_t heartbeat = {.custom_mode = mode, .mavlink_version = 3};
    size_t size = sizeof heartbeat;
    return skein_link_frame(from, MAVLINK_MSG_ID_HEARTBEAT, &heartbeat, size, out, SKEIN_LINK_FRAME_BYTES_MAX);
}

// Feeds all; returns how many messages came, the last in *message.
static int give(skein_link *to, const uint8_t *bytes, size_t count, skein_message *message) {
    int came = 0;
    size_t taken = 0;
    do {
        taken += skein_link_feed(to, bytes + taken, count - taken);
        while (skein_link_next(to, message) == SKEIN_LINK_MESSAGE) came += 1;
    } while (taken < count);
    return came;
}

static void a_message_comes_out_as_it_went_in(void) {
    running = __func__;
    new_links();
    skein_message sent, message;
    dice dice = {3};
    static const mavlink_msg_entry_t kinds[] = MAVLINK_MESSAGE_CRCS;
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX];
    for (int i = 0; i < 20000; i += 1) {
        const mavlink_msg_entry_t *kind = &kinds[dice_below(&dice, sizeof kinds / sizeof *kinds)];
        memset(&sent, 0, sizeof sent);
        uint32_t size = dice_below(&dice, kind->max_msg_len + 1u);
        for (uint32_t b = 0; b < size; b += 1) sent.payload.bytes[b] = (uint8_t)dice_next(&dice);
        size_t bytes =
            skein_link_frame(&far_end, kind->msgid, sent.payload.bytes, kind->max_msg_len, frame, sizeof frame);
        CHECK(bytes > 0 && bytes <= SKEIN_LINK_FRAME_BYTES_MAX);
        // One byte at a time: it is there with its last byte, and not before.
        for (size_t b = 0; b + 1 < bytes; b += 1) CHECK(give(&near_end, frame + b, 1, &message) == 0);
        CHECK(give(&near_end, frame + bytes - 1, 1, &message) == 1);
        CHECK(message.id == kind->msgid && message.component_id == SKEIN_COMPONENT_PEER);
        CHECK(memcmp(message.payload.bytes, sent.payload.bytes, sizeof sent.payload.bytes) == 0);
    }
    CHECK(skein_link_dropped_frames(&near_end) == 0 && near_end.statistics.lost == 0);
}

static void expect_drop(const uint8_t *frame, size_t bytes, skein_drop reason) {
    skein_message message;
    uint64_t before = skein_link_dropped(&near_end, reason);
    CHECK(give(&near_end, frame, bytes, &message) == 0);
    CHECK(skein_link_dropped(&near_end, reason) == before + 1);
    uint8_t good[SKEIN_LINK_FRAME_BYTES_MAX];
    size_t length = beat(&far_end, 9, good);
    CHECK(give(&near_end, good, length, &message) == 1);
}

static void every_fault_is_counted_by_its_reason_and_the_next_frame_is_accepted(void) {
    running = __func__;
    new_links();
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX + 1], other[SKEIN_LINK_FRAME_BYTES_MAX];
    size_t bytes = beat(&far_end, 1, frame);
    skein_message message;
    CHECK(give(&near_end, frame, bytes, &message) == 1);
    expect_drop(frame, bytes, SKEIN_DROP_REPLAYED);

    bytes = beat(&far_end, 2, frame);
    frame[12] ^= 1;
    expect_drop(frame, bytes, SKEIN_DROP_CHECKSUM);
    bytes = beat(&far_end, 2, frame);
    frame[bytes - 1] ^= 1;
    expect_drop(frame, bytes, SKEIN_DROP_SIGNATURE);
    bytes = beat(&far_end, 2, frame);
    // The timestamp is under the signature: one cannot make an old frame young.
    frame[bytes - 8] ^= 0x40;
    expect_drop(frame, bytes, SKEIN_DROP_SIGNATURE);
    // Without its signature, as any MAVLink program would send it.
    bytes = beat(&far_end, 2, frame);
    frame[2] = 0;
    expect_drop(frame, bytes - 13, SKEIN_DROP_UNSIGNED);
    bytes = beat(&far_end, 2, frame);
    frame[2] = 3;
    expect_drop(frame, bytes, SKEIN_DROP_FLAGS);
    bytes = beat(&far_end, 2, frame);
    frame[8] = 0x77;
    expect_drop(frame, bytes, SKEIN_DROP_UNKNOWN);
    bytes = beat(&far_end, 2, frame);
    frame[1] = 0;
    expect_drop(frame, bytes, SKEIN_DROP_LENGTH);
    // Cut before its checksum, and then filled by the next.
    bytes = beat(&far_end, 2, frame);
    uint64_t before = skein_link_dropped(&near_end, SKEIN_DROP_CHECKSUM);
    CHECK(give(&near_end, frame, bytes - 15, &message) == 0);
    bytes = beat(&far_end, 2, frame);
    CHECK(give(&near_end, frame, bytes, &message) == 1);
    CHECK(skein_link_dropped(&near_end, SKEIN_DROP_CHECKSUM) == before + 1);

    bytes = beat(&near_end, 2, frame);
    expect_drop(frame, bytes, SKEIN_DROP_ECHO);

    skein_link stranger = far_end;
    stranger.key[5] ^= 1;
    bytes = beat(&stranger, 2, frame);
    expect_drop(frame, bytes, SKEIN_DROP_SIGNATURE);
    // Streams: the fifth partner finds no room, the first goes on.
    for (uint8_t component = 20; component < 24; component += 1) {
        skein_link partner = far_end;
        partner.component_id = component;
        bytes = beat(&partner, 2, other);
        if (component < 23) {
            CHECK(give(&near_end, other, bytes, &message) == 1);
        } else {
            expect_drop(other, bytes, SKEIN_DROP_STREAMS);
        }
    }
}

// Cut at every byte, and followed at once by a good frame, which may be shorter than what the cut one promised.
static void a_cut_frame_costs_no_other(void) {
    running = __func__;
    new_links();
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX], good[SKEIN_LINK_FRAME_BYTES_MAX];
    skein_message message;
    mavlink_statustext_t text = {0};
    memset(text.text, 'x', sizeof text.text);
    text.chunk_seq = 1;
    for (size_t cut = 0; cut < SKEIN_LINK_FRAME_BYTES_MAX; cut += 1) {
        size_t bytes = skein_link_frame(&far_end, MAVLINK_MSG_ID_STATUSTEXT, &text, sizeof text, frame, sizeof frame);
        CHECK(bytes == SKEIN_LINK_FRAME_BYTES_MAX);
        CHECK(give(&near_end, frame, cut, &message) == 0);
        size_t length = beat(&far_end, (uint32_t)cut, good);
        CHECK(give(&near_end, good, length, &message) == 1);
        CHECK(message.payload.heartbeat.custom_mode == cut);
    }
}

// The last byte of a frame is lost and happens to be the one with which the next begins: both are whole.
static void a_byte_that_ends_one_and_begins_the_next_serves_both(void) {
    running = __func__;
    new_links();
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX], good[SKEIN_LINK_FRAME_BYTES_MAX];
    skein_message message;
    size_t bytes;
    do {
        bytes = beat(&far_end, 1, frame);
    } while (frame[bytes - 1] != MAVLINK_STX);
    size_t length = beat(&far_end, 2, good);
    CHECK(give(&near_end, frame, bytes - 1, &message) == 0);
    CHECK(give(&near_end, good, length, &message) == 2);
    CHECK(message.payload.heartbeat.custom_mode == 2);
    CHECK(skein_link_dropped_frames(&near_end) == 0);
}

static void a_restart_accepts_nothing_recorded_before_it(void) {
    running = __func__;
    new_links();
    uint8_t recorded[SKEIN_LINK_FRAME_BYTES_MAX], fresh[SKEIN_LINK_FRAME_BYTES_MAX];
    skein_message message;
    // A controller with a store, and no clock.
    skein_link_init(&near_end, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, 0);
    uint64_t stored = 0;
    uint64_t clock = 1000000000;
    for (int boot = 0; boot < 20; boot += 1) {
        for (int i = 0; i < 50; i += 1) {
            clock += 700000;
            skein_link_clock(&far_end, clock);
            size_t bytes = beat(&far_end, 1, recorded);
            skein_link_feed(&near_end, recorded, bytes);
            skein_link_event event = skein_link_next(&near_end, &message);
            if (event == SKEIN_LINK_RESERVE) {
                stored = skein_link_reservation(&near_end);
                CHECK(stored > clock);
                skein_link_reserved(&near_end, stored);
                event = skein_link_next(&near_end, &message);
            }
            CHECK(event == SKEIN_LINK_MESSAGE);
        }
        skein_link_init(&near_end, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, stored);
        uint64_t old = skein_link_dropped(&near_end, SKEIN_DROP_OLD);
        size_t bytes = (size_t)recorded[1] + SKEIN_LINK_OVERHEAD_BYTES;
        CHECK(give(&near_end, recorded, bytes, &message) == 0);
        CHECK(skein_link_dropped(&near_end, SKEIN_DROP_OLD) == old + 1);
        // Its first beat tells the peer how far it is; then the peer is heard.
        stored = skein_link_reservation(&near_end);
        skein_link_reserved(&near_end, stored);
        bytes = beat(&near_end, 5, fresh);
        CHECK(give(&far_end, fresh, bytes, &message) == 1);
        bytes = beat(&far_end, 5, fresh);
        CHECK(give(&near_end, fresh, bytes, &message) == 1);
    }
}

// Neither end sends or accepts what its store does not cover.
static void nothing_goes_beyond_what_is_reserved(void) {
    running = __func__;
    skein_link_init(&near_end, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, 5000);
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX];
    skein_message message;
    CHECK(beat(&near_end, 1, frame) == 0);
    CHECK(skein_link_reservation(&near_end) > 5000);
    new_links();
    skein_link_init(&near_end, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, 5000);
    skein_link_clock(&far_end, 100000000);
    size_t bytes = beat(&far_end, 1, frame);
    skein_link_feed(&near_end, frame, bytes);
    for (int i = 0; i < 5; i += 1) CHECK(skein_link_next(&near_end, &message) == SKEIN_LINK_RESERVE);
    skein_link_reserved(&near_end, 100000000);
    CHECK(skein_link_next(&near_end, &message) == SKEIN_LINK_RESERVE);
    skein_link_reserved(&near_end, skein_link_reservation(&near_end));
    CHECK(skein_link_next(&near_end, &message) == SKEIN_LINK_MESSAGE);
}

static void lost_frames_are_counted(void) {
    running = __func__;
    new_links();
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX];
    skein_message message;
    for (int i = 0; i < 600; i += 1) {
        size_t bytes = beat(&far_end, 1, frame);
        if (i % 3 != 1) CHECK(give(&near_end, frame, bytes, &message) == 1);
    }
    CHECK(near_end.statistics.lost == 200);
}

void link_tests(void) {
    a_message_comes_out_as_it_went_in();
    every_fault_is_counted_by_its_reason_and_the_next_frame_is_accepted();
    a_cut_frame_costs_no_other();
    a_byte_that_ends_one_and_begins_the_next_serves_both();
    a_restart_accepts_nothing_recorded_before_it();
    nothing_goes_beyond_what_is_reserved();
    lost_frames_are_counted();
}
