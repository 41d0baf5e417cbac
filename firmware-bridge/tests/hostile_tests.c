// Frames that are not the peer's, by the million: none is accepted, and the frame after each is.
#include <string.h>
#include <time.h>

#include "bench.h"

static skein_link us, partner, stranger;
static uint8_t recorded[64][SKEIN_LINK_FRAME_BYTES_MAX];
static size_t recorded_bytes[64];

static size_t random_frame(dice *dice, skein_link *from, uint8_t *out) {
    static const mavlink_msg_entry_t kinds[] = MAVLINK_MESSAGE_CRCS;
    const mavlink_msg_entry_t *kind = &kinds[dice_below(dice, sizeof kinds / sizeof *kinds)];
    uint8_t payload[256];
    for (int i = 0; i < kind->max_msg_len; i += 1) payload[i] = (uint8_t)dice_next(dice);
    return skein_link_frame(from, kind->msgid, payload, kind->max_msg_len, out, SKEIN_LINK_FRAME_BYTES_MAX);
}

enum { GARBAGE, TRUNCATED, FORGED, FLIPPED, REPLAYED, UNSIGNED, FALSE_HEADER, HEADERS, ECHOED, KINDS };

// Writes one hostile frame, returns its length.
static size_t hostile_frame(dice *dice, int kind, uint8_t *out) {
    size_t bytes = 0;
    switch (kind) {
    case GARBAGE:
        bytes = 1 + dice_below(dice, 120);
        for (size_t i = 0; i < bytes; i += 1) {
            out[i] = dice_below(dice, 8) == 0 ? MAVLINK_STX : (uint8_t)dice_next(dice);
        }
        break;
    case TRUNCATED:
        bytes = random_frame(dice, &partner, out);
        bytes = dice_below(dice, (uint32_t)bytes);
        // Where the next frame's first byte would make it whole it is no hostile frame but a good one.
        if (bytes > 0 && out[bytes] == MAVLINK_STX) bytes -= 1;
        break;
    case FORGED: bytes = random_frame(dice, &stranger, out); break;
    case FLIPPED:
        bytes = random_frame(dice, &partner, out);
        // In different bytes, so that none turns another back.
        for (uint32_t i = 0, flips = 1 + dice_below(dice, 3); i < flips; i += 1) {
            size_t place = i * bytes / flips + dice_below(dice, (uint32_t)(bytes / flips));
            out[place] ^= (uint8_t)(1u << dice_below(dice, 8));
        }
        break;
    case REPLAYED: {
        uint32_t which = dice_below(dice, 64);
        bytes = recorded_bytes[which];
        memcpy(out, recorded[which], bytes);
        break;
    }
    case UNSIGNED:
        bytes = random_frame(dice, &partner, out) - 13;
        out[2] = 0;
        break;
    case FALSE_HEADER: {
        // Looks like the longest frame there is, and is followed by whatever comes.
        static const uint8_t header[] = {MAVLINK_STX, 54, 1, 0, 0, 1, SKEIN_COMPONENT_PEER, 253, 0, 0};
        bytes = sizeof header;
        memcpy(out, header, bytes);
        break;
    }
    case HEADERS:
        // Many such, so that the list of places where a frame may begin is full.
        for (int i = 0; i < 24; i += 1) bytes += hostile_frame(dice, FALSE_HEADER, out + bytes);
        break;
    default: bytes = random_frame(dice, &us, out); break;
    }
    return bytes;
}

// What is in a good frame, so that no other passes for it.
static uint64_t expected;
static long accepted_good, accepted_other;

static void give(const uint8_t *bytes, size_t count) {
    size_t taken = 0;
    skein_message message;
    do {
        taken += skein_link_feed(&us, bytes + taken, count - taken);
        while (skein_link_next(&us, &message) == SKEIN_LINK_MESSAGE) {
            bool good = message.id == MAVLINK_MSG_ID_TIMESYNC && (uint64_t)message.payload.timesync.ts1 == expected;
            accepted_good += good;
            accepted_other += !good;
        }
    } while (taken < count);
}

// The good frame comes in one piece or in many.
static void give_good(dice *dice, uint64_t number) {
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX];
    mavlink_timesync_t ask = {.tc1 = 0, .ts1 = (int64_t)number};
    expected = number;
    size_t bytes = skein_link_frame(&partner, MAVLINK_MSG_ID_TIMESYNC, &ask, sizeof ask, frame, sizeof frame);
    size_t cut = dice_below(dice, (uint32_t)bytes);
    give(frame, cut);
    give(frame + cut, bytes - cut);
}

void hostile_tests(long frames) {
    running = __func__;
    dice dice = {20261129};
    uint8_t other_key[SKEIN_LINK_KEY_BYTES];
    memcpy(other_key, bench_key, sizeof other_key);
    other_key[31] ^= 0x80;
    skein_link_init(&us, bench_key, 1, SKEIN_COMPONENT_CONTROLLER, 0, 0);
    skein_link_init(&partner, bench_key, 1, SKEIN_COMPONENT_PEER, 0, 0);
    skein_link_init(&stranger, other_key, 1, SKEIN_COMPONENT_PEER, 0, 0);
    skein_link_reserved(&us, UINT64_MAX);
    skein_link_reserved(&partner, UINT64_MAX);
    skein_link_reserved(&stranger, UINT64_MAX);
    skein_link_clock(&stranger, 1ull << 40);
    for (int i = 0; i < 64; i += 1) recorded_bytes[i] = random_frame(&dice, &partner, recorded[i]);
    give_good(&dice, 1);
    CHECK(accepted_good == 1 && accepted_other == 0);

    // After each hostile frame one good frame: it is accepted with its own last byte.
    long late[KINDS] = {0}, sent[KINDS] = {0};
    clock_t began = clock();
    for (long i = 0; i < frames; i += 1) {
        int kind = (int)dice_below(&dice, KINDS);
        uint8_t bytes[512];
        size_t count = hostile_frame(&dice, kind, bytes);
        sent[kind] += 1;
        give(bytes, count);
        long before = accepted_good;
        give_good(&dice, (uint64_t)i + 2);
        if (accepted_good != before + 1) late[kind] += 1;
    }
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    long all_late = 0;
    for (int kind = 0; kind < KINDS; kind += 1) {
        CHECK(frames < 1000 || sent[kind] > 0);
        all_late += late[kind];
    }
    CHECK(accepted_other == 0);
    CHECK(all_late == 0);
    CHECK(accepted_good == frames + 1);
    printf("hostile: %ld frames, %ld accepted, %ld of %ld good frames behind them not accepted at once, %.1f s\n",
           frames, accepted_other, all_late, frames, seconds);
    for (int reason = 0; reason < SKEIN_DROP_REASONS; reason += 1) {
        printf("  %s %llu\n", skein_drop_name((skein_drop)reason),
               (unsigned long long)skein_link_dropped(&us, (skein_drop)reason));
    }
}
