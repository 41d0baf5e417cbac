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
    uint32_t next;   // the next record of the page that may be blank
    bool is_usable;  // false when a page could not be erased
} journal;

// Reads the newest record. At most here, before the watchdog runs, a page is erased: when the page in use is more
// than half full, the state moves to the other one.
void journal_open(journal *journal);
// Durably; false when there is no blank record left or the flash refuses.
bool journal_store(journal *journal, journal_state state);
// No blank record left: a restart makes room.
bool journal_is_full(const journal *journal);

#endif
