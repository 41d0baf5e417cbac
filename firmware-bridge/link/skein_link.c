// See skein_link.h. MAVLink's generator gives the layouts, the checksum and SHA-256; its parser is not used, for it
// swallows the good frame that follows a damaged one. Here every place where a frame may begin is followed at once,
// and whatever verifies first wins.
#include "skein_link.h"

#include <string.h>

enum {
    HEADER_BYTES = 10,
    CHECKSUM_BYTES = 2,
    SIGNATURE_BYTES = 13,
    SIGNED = MAVLINK_IFLAG_SIGNED,
};

static const uint64_t TIMESTAMP_MAX = 0xFFFFFFFFFFFFull;

_Static_assert(SKEIN_LINK_BUFFER_BYTES >= 2 * SKEIN_LINK_FRAME_BYTES_MAX, "a frame and the one that follows it");

void skein_link_init(skein_link *link, const uint8_t key[SKEIN_LINK_KEY_BYTES], uint8_t system_id,
                     uint8_t component_id, uint8_t link_id, uint64_t stored) {
    memset(link, 0, sizeof *link);
    memcpy(link->key, key, SKEIN_LINK_KEY_BYTES);
    link->system_id = system_id;
    link->component_id = component_id;
    link->link_id = link_id;
    link->timestamp = stored;
    link->reserved = stored;
    link->floor = stored;
}

void skein_link_flush(skein_link *link) {
    link->buffered = 0;
    link->searched = 0;
    link->settled = 0;
    link->candidate_count = 0;
}

static void drop(skein_link *link, skein_drop reason) { link->statistics.dropped[reason] += 1; }

static uint32_t message_id(const uint8_t *frame) {
    return (uint32_t)frame[7] | (uint32_t)frame[8] << 8 | (uint32_t)frame[9] << 16;
}

static const mavlink_msg_entry_t *entry(uint32_t id) {
    static const mavlink_msg_entry_t entries[] = MAVLINK_MESSAGE_CRCS;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i += 1) {
        if (entries[i].msgid == id) return &entries[i];
    }
    return NULL;
}

static uint16_t frame_bytes(const uint8_t *frame) {
    return (uint16_t)(HEADER_BYTES + frame[1] + CHECKSUM_BYTES + SIGNATURE_BYTES);
}

static uint64_t timestamp_of(const uint8_t *signature) {
    uint64_t value = 0;
    for (int i = 5; i >= 0; i -= 1) value = value << 8 | signature[1 + i];
    return value;
}

// The 48 bits over key, frame, link and timestamp. `frame` is all up to the checksum's end.
static void sign(const skein_link *link, const uint8_t *frame, size_t bytes, const uint8_t *signature,
                 uint8_t out[6]) {
    mavlink_sha256_ctx context;
    mavlink_sha256_init(&context);
    mavlink_sha256_update(&context, link->key, SKEIN_LINK_KEY_BYTES);
    mavlink_sha256_update(&context, frame, (uint32_t)bytes);
    mavlink_sha256_update(&context, signature, 7);
    mavlink_sha256_final_48(&context, out);
}

static uint16_t checksum(const uint8_t *frame, uint8_t crc_extra) {
    uint16_t crc = crc_calculate(frame + 1, (uint16_t)(HEADER_BYTES - 1 + frame[1]));
    crc_accumulate(crc_extra, &crc);
    return crc;
}

// What is wrong with the header, SKEIN_DROP_REASONS when nothing is.
static skein_drop header_fault(const uint8_t *frame) {
    const mavlink_msg_entry_t *kind = entry(message_id(frame));
    if (kind == NULL) return SKEIN_DROP_UNKNOWN;
    if (frame[1] == 0 || frame[1] > kind->max_msg_len) return SKEIN_DROP_LENGTH;
    if (frame[2] & ~SIGNED || frame[3] != 0) return SKEIN_DROP_FLAGS;
    if (!(frame[2] & SIGNED)) return SKEIN_DROP_UNSIGNED;
    return SKEIN_DROP_REASONS;
}

static skein_link_stream *stream_of(skein_link *link, const uint8_t *frame, uint8_t link_id) {
    for (uint8_t i = 0; i < link->stream_count; i += 1) {
        skein_link_stream *stream = &link->streams[i];
        if (stream->system_id == frame[5] && stream->component_id == frame[6] && stream->link_id == link_id) {
            return stream;
        }
    }
    return NULL;
}

// What is wrong with a whole frame, SKEIN_DROP_REASONS when nothing is.
static skein_drop frame_fault(skein_link *link, const uint8_t *frame) {
    size_t body = (size_t)HEADER_BYTES + frame[1];
    uint16_t crc = checksum(frame, entry(message_id(frame))->crc_extra);
    if (frame[body] != (crc & 0xFF) || frame[body + 1] != crc >> 8) return SKEIN_DROP_CHECKSUM;
    const uint8_t *signature = frame + body + CHECKSUM_BYTES;
    uint8_t expected[6];
    sign(link, frame, body + CHECKSUM_BYTES, signature, expected);
    uint8_t difference = 0;
    for (int i = 0; i < 6; i += 1) difference |= (uint8_t)(expected[i] ^ signature[7 + i]);
    if (difference != 0) return SKEIN_DROP_SIGNATURE;
    if (frame[5] == link->system_id && frame[6] == link->component_id) return SKEIN_DROP_ECHO;
    uint64_t timestamp = timestamp_of(signature);
    skein_link_stream *stream = stream_of(link, frame, signature[0]);
    if (stream == NULL) {
        if (timestamp <= link->floor) return SKEIN_DROP_OLD;
        if (link->stream_count == SKEIN_LINK_STREAMS_MAX) return SKEIN_DROP_STREAMS;
    } else if (timestamp <= stream->timestamp) {
        return SKEIN_DROP_REPLAYED;
    }
    return SKEIN_DROP_REASONS;
}

static void accept(skein_link *link, const uint8_t *frame, skein_message *message) {
    const uint8_t *signature = frame + HEADER_BYTES + frame[1] + CHECKSUM_BYTES;
    uint64_t timestamp = timestamp_of(signature);
    skein_link_stream *stream = stream_of(link, frame, signature[0]);
    if (stream == NULL) {
        stream = &link->streams[link->stream_count];
        link->stream_count += 1;
        stream->system_id = frame[5];
        stream->component_id = frame[6];
        stream->link_id = signature[0];
    } else {
        link->statistics.lost += (uint8_t)(frame[4] - stream->last_sequence - 1);
    }
    stream->last_sequence = frame[4];
    stream->timestamp = timestamp;
    if (timestamp > link->timestamp) link->timestamp = timestamp;
    link->statistics.accepted += 1;

    memset(message, 0, sizeof *message);
    message->id = message_id(frame);
    message->sequence = frame[4];
    message->system_id = frame[5];
    message->component_id = frame[6];
    message->timestamp = timestamp;
    memcpy(message->payload.bytes, frame + HEADER_BYTES, frame[1]);
}

static void remove_candidate(skein_link *link, uint8_t index) {
    link->candidate_count -= 1;
    memmove(&link->candidates[index], &link->candidates[index + 1],
            (size_t)(link->candidate_count - index) * sizeof *link->candidates);
}

// Notes where frames may begin in the bytes not yet searched. A header that cannot be right is none.
static void search(skein_link *link) {
    while (link->searched < link->buffered) {
        const uint8_t *frame = link->buffer + link->searched;
        if (*frame == MAVLINK_STX && link->buffered - link->searched < HEADER_BYTES) return;
        if (*frame == MAVLINK_STX && header_fault(frame) == SKEIN_DROP_REASONS) {
            if (link->candidate_count == SKEIN_LINK_CANDIDATES_MAX) {
                remove_candidate(link, 0);
                drop(link, SKEIN_DROP_TRUNCATED);
            }
            link->candidates[link->candidate_count] = link->searched;
            link->candidate_count += 1;
        }
        link->searched += 1;
    }
}

// Counts the bytes up to `end`, of which it is now certain that they are in no accepted frame. A candidate was
// counted when it failed.
static void settle(skein_link *link, uint16_t end) {
    for (; link->settled < end; link->settled += 1) {
        const uint8_t *frame = link->buffer + link->settled;
        link->statistics.dropped[SKEIN_DROP_GARBAGE] += 1;
        if (*frame != MAVLINK_STX) continue;
        skein_drop fault = header_fault(frame);
        if (fault != SKEIN_DROP_REASONS) drop(link, fault);
    }
}

// Lets go of the bytes before the first place that may still begin a frame.
static void compact(skein_link *link) {
    uint16_t first = link->candidate_count > 0 ? link->candidates[0] : link->searched;
    if (first == 0) return;
    if (link->settled < first) settle(link, first);
    memmove(link->buffer, link->buffer + first, (size_t)(link->buffered - first));
    link->buffered = (uint16_t)(link->buffered - first);
    link->searched = (uint16_t)(link->searched - first);
    link->settled = (uint16_t)(link->settled > first ? link->settled - first : 0);
    for (uint8_t i = 0; i < link->candidate_count; i += 1) {
        link->candidates[i] = (uint16_t)(link->candidates[i] - first);
    }
}

size_t skein_link_feed(skein_link *link, const uint8_t *bytes, size_t count) {
    compact(link);
    size_t room = (size_t)(SKEIN_LINK_BUFFER_BYTES - link->buffered);
    size_t taken = count < room ? count : room;
    if (taken > 0) memcpy(link->buffer + link->buffered, bytes, taken);
    link->buffered = (uint16_t)(link->buffered + taken);
    link->statistics.bytes_in += taken;
    return taken;
}

// The frame at candidate `index` is verified: what began before its end and is not over is no frame.
static void consume(skein_link *link, uint8_t index) {
    uint16_t start = link->candidates[index];
    uint16_t end = (uint16_t)(start + frame_bytes(link->buffer + start));
    settle(link, start);
    if (link->settled < end) link->settled = end;
    // Its last byte may have been lost, and the byte that took its place may begin the next frame.
    if (link->buffer[end - 1] == MAVLINK_STX) end -= 1;
    uint8_t kept = 0;
    for (uint8_t i = 0; i < link->candidate_count; i += 1) {
        if (link->candidates[i] >= end) {
            link->candidates[kept] = link->candidates[i];
            kept += 1;
        } else if (link->candidates[i] < start) {
            drop(link, SKEIN_DROP_TRUNCATED);
        }
    }
    link->candidate_count = kept;
    if (link->searched < end) link->searched = end;
}

skein_link_event skein_link_next(skein_link *link, skein_message *message) {
    search(link);
    uint8_t index = 0;
    while (index < link->candidate_count) {
        const uint8_t *frame = link->buffer + link->candidates[index];
        if (link->buffered - link->candidates[index] < frame_bytes(frame)) {
            index += 1;
            continue;
        }
        skein_drop fault = frame_fault(link, frame);
        if (fault != SKEIN_DROP_REASONS) {
            drop(link, fault);
            remove_candidate(link, index);
            continue;
        }
        uint64_t timestamp = timestamp_of(frame + HEADER_BYTES + frame[1] + CHECKSUM_BYTES);
        if (timestamp > link->reserved) {
            link->wanted = timestamp;
            return SKEIN_LINK_RESERVE;
        }
        accept(link, frame, message);
        consume(link, index);
        return SKEIN_LINK_MESSAGE;
    }
    compact(link);
    return SKEIN_LINK_NOTHING;
}

size_t skein_link_frame(skein_link *link, uint32_t id, const void *payload, size_t size, uint8_t *out, size_t room) {
    const mavlink_msg_entry_t *kind = entry(id);
    if (kind == NULL) return 0;
    size_t length = size < kind->max_msg_len ? size : kind->max_msg_len;
    const uint8_t *bytes = payload;
    while (length > 1 && bytes[length - 1] == 0) length -= 1;
    if (length == 0 || room < length + SKEIN_LINK_OVERHEAD_BYTES) return 0;
    if (link->timestamp >= link->reserved || link->timestamp >= TIMESTAMP_MAX) {
        link->wanted = link->timestamp + 1;
        return 0;
    }
    link->timestamp += 1;
    out[0] = MAVLINK_STX;
    out[1] = (uint8_t)length;
    out[2] = SIGNED;
    out[3] = 0;
    out[4] = link->sequence;
    link->sequence += 1;
    out[5] = link->system_id;
    out[6] = link->component_id;
    out[7] = (uint8_t)id;
    out[8] = (uint8_t)(id >> 8);
    out[9] = (uint8_t)(id >> 16);
    memcpy(out + HEADER_BYTES, bytes, length);
    size_t body = HEADER_BYTES + length;
    uint16_t crc = checksum(out, kind->crc_extra);
    out[body] = (uint8_t)crc;
    out[body + 1] = (uint8_t)(crc >> 8);
    uint8_t *signature = out + body + CHECKSUM_BYTES;
    signature[0] = link->link_id;
    for (int i = 0; i < 6; i += 1) signature[1 + i] = (uint8_t)(link->timestamp >> (8 * i));
    sign(link, out, body + CHECKSUM_BYTES, signature, signature + 7);
    size_t total = body + CHECKSUM_BYTES + SIGNATURE_BYTES;
    link->statistics.sent += 1;
    link->statistics.bytes_out += total;
    return total;
}

void skein_link_clock(skein_link *link, uint64_t ticks) {
    if (ticks > link->timestamp && ticks < TIMESTAMP_MAX) link->timestamp = ticks;
}

uint64_t skein_link_reservation(const skein_link *link) {
    uint64_t needed = link->timestamp > link->wanted ? link->timestamp : link->wanted;
    if (needed + SKEIN_LINK_RESERVE_TICKS / 2 < link->reserved) return 0;
    uint64_t until = needed + SKEIN_LINK_RESERVE_TICKS;
    if (until > TIMESTAMP_MAX) until = TIMESTAMP_MAX;
    return until > link->reserved ? until : 0;
}

void skein_link_reserved(skein_link *link, uint64_t ticks) {
    if (ticks > link->reserved) link->reserved = ticks;
    link->wanted = 0;
}

uint64_t skein_link_dropped(const skein_link *link, skein_drop reason) {
    return reason < SKEIN_DROP_REASONS ? link->statistics.dropped[reason] : 0;
}

uint64_t skein_link_dropped_frames(const skein_link *link) {
    uint64_t total = 0;
    for (int reason = SKEIN_DROP_GARBAGE + 1; reason < SKEIN_DROP_REASONS; reason += 1) {
        total += link->statistics.dropped[reason];
    }
    return total;
}

const char *skein_drop_name(skein_drop reason) {
    static const char *const names[] = {
        "garbage", "length",   "flags", "unsigned", "unknown", "checksum", "signature",
        "replayed", "old", "echo",  "streams",  "truncated",
    };
    return reason < SKEIN_DROP_REASONS ? names[reason] : "none";
}

float skein_forward_speed(const mavlink_local_position_ned_t *pose, float yaw) {
    float length = sqrtf(pose->vx * pose->vx + pose->vy * pose->vy);
    return pose->vx * cosf(yaw) + pose->vy * sinf(yaw) < 0 ? -length : length;
}
