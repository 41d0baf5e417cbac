#include "journal.h"

#include <string.h>

#include "hardware.h"

// A torn or never written record does not have this sum.
static uint32_t sum_of(const uint32_t words[JOURNAL_WORDS]) {
    uint32_t sum = 2166136261u;
    for (int i = 0; i < JOURNAL_WORDS - 1; i += 1) {
        for (int shift = 0; shift < 32; shift += 8) sum = (sum ^ (words[i] >> shift & 0xFF)) * 16777619u;
    }
    return sum;
}

static bool is_blank(const uint32_t *words) {
    for (int i = 0; i < JOURNAL_WORDS; i += 1) {
        if (words[i] != 0xFFFFFFFFu) return false;
    }
    return true;
}

static bool is_blank_page(uint32_t page) {
    for (uint32_t index = 0; index < hardware_journal_records(); index += 1) {
        if (!is_blank(hardware_journal_record(page, index))) return false;
    }
    return true;
}

// Writes to the next blank record, in the other page when this one has none left.
static bool append(journal *journal, const uint32_t words[JOURNAL_WORDS]) {
    for (;;) {
        if (journal->next == hardware_journal_records()) {
            if (!journal->other_is_blank) return false;
            journal->other_is_blank = false;
            journal->page = 1 - journal->page;
            journal->next = 0;
        }
        uint32_t index = journal->next;
        journal->next += 1;
        if (!is_blank(hardware_journal_record(journal->page, index))) continue;
        if (!hardware_journal_write(journal->page, index, words)) continue;
        const uint32_t *written = hardware_journal_record(journal->page, index);
        bool same = true;
        for (int i = 0; i < JOURNAL_WORDS; i += 1) same = same && written[i] == words[i];
        if (same) return true;
    }
}

bool journal_store(journal *journal, journal_state state) {
    uint32_t words[JOURNAL_WORDS] = {
        journal->sequence + 1,
        (uint32_t)state.timestamp,
        (uint32_t)(state.timestamp >> 32 & 0xFFFF) | (state.latched ? 1u << 16 : 0),
        0,
    };
    words[JOURNAL_WORDS - 1] = sum_of(words);
    if (!journal->is_usable || !append(journal, words)) return false;
    journal->sequence += 1;
    journal->state = state;
    return true;
}

// Finds the newest whole record; false when there is none.
static bool newest(journal *journal) {
    bool found = false;
    for (uint32_t page = 0; page < JOURNAL_PAGES; page += 1) {
        for (uint32_t index = 0; index < hardware_journal_records(); index += 1) {
            const uint32_t *words = hardware_journal_record(page, index);
            if (words[JOURNAL_WORDS - 1] != sum_of(words)) continue;
            if (found && words[0] <= journal->sequence) continue;
            found = true;
            journal->sequence = words[0];
            journal->page = page;
            journal->next = index + 1;
            journal->state.timestamp = (uint64_t)(words[2] & 0xFFFF) << 32 | words[1];
            journal->state.latched = (words[2] >> 16 & 1) != 0;
        }
    }
    return found;
}

void journal_open(journal *journal) {
    memset(journal, 0, sizeof *journal);
    if (!newest(journal)) {
        // Nothing that counts is in either; page 1 becomes the other one below.
        journal->next = is_blank_page(0) || hardware_journal_erase(0) ? 0 : hardware_journal_records();
    }
    uint32_t other = 1 - journal->page;
    journal->other_is_blank = is_blank_page(other) || hardware_journal_erase(other);
    journal->is_usable = !(journal->next == hardware_journal_records() && !journal->other_is_blank);
}

bool journal_is_full(const journal *journal) {
    return journal->next == hardware_journal_records() && !journal->other_is_blank;
}
