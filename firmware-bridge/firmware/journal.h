// What must outlive a loss of power: the signing timestamp that is reserved, and the latched emergency stop. Records
// are appended to two pages of flash; the newest whole one counts.
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t timestamp;
    bool latched;
} journal_state;

typedef struct {
    journal_state state;
    uint32_t sequence;
    uint32_t page;
    uint32_t next;  // the next record of the page that may be blank
    bool other_is_blank;
    bool is_usable;  // false when the flash cannot be erased and nothing blank is left
} journal;

// Reads the newest record, and erases the page that does not hold it: at most here, before the watchdog runs.
void journal_open(journal *journal);
// Durably; false when there is no blank record left or the flash refuses.
bool journal_store(journal *journal, journal_state state);
// No blank record left: a restart makes room.
bool journal_is_full(const journal *journal);

#endif
