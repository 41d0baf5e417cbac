// What outlives a loss of power does so wherever the power fails.
#include "bench.h"

static void what_was_stored_last_is_read_first(void) {
    running = __func__;
    board_new();
    journal store;
    journal_open(&store);
    CHECK(store.state.timestamp == 0 && !store.state.latched);
    for (uint64_t i = 1; i <= 1000; i += 1) {
        journal_state state = {i << 20, i % 3 == 0};
        if (!journal_store(&store, state)) {
            CHECK(journal_is_full(&store));
            journal_open(&store);
            CHECK(journal_store(&store, state));
        }
        journal again;
        journal_open(&again);
        CHECK(again.state.timestamp == state.timestamp && again.state.latched == state.latched);
        store = again;
    }
    // Both pages wear alike, and no page was erased before it was full.
    CHECK(the_board.erased[0] + the_board.erased[1] <= 1000 / BENCH_RECORDS);
    CHECK(the_board.erased[0] >= 14 && the_board.erased[1] >= 14);
}

// After every single word the power fails: the state is the old one or the new one, never another, and an
// acknowledged one is never lost.
static void a_power_cut_loses_nothing_that_was_acknowledged(void) {
    running = __func__;
    for (int cut = 0; cut < 400; cut += 1) {
        board_new();
        journal store;
        journal_open(&store);
        the_board.words_left = cut;
        uint64_t acknowledged = 0, tried = 0;
        for (uint64_t i = 1; i < 200 && the_board.words_left != 0; i += 1) {
            journal_state state = {i * 6000000, false};
            tried = state.timestamp;
            if (journal_store(&store, state)) {
                acknowledged = tried;
            } else if (the_board.words_left != 0) {
                journal_open(&store);
                CHECK(store.state.timestamp == acknowledged);
            }
        }
        the_board.words_left = -1;
        journal after;
        journal_open(&after);
        CHECK(after.state.timestamp == acknowledged || after.state.timestamp == tried);
        CHECK(journal_store(&after, (journal_state){tried + 1, true}));
        journal_open(&store);
        CHECK(store.state.timestamp == tried + 1 && store.state.latched);
    }
}

// Without a restart both pages are used, and not one record more.
static void a_run_has_more_than_a_page(void) {
    running = __func__;
    board_new();
    journal store;
    journal_open(&store);
    uint64_t stored = 0;
    while (journal_store(&store, (journal_state){stored + 1, false})) stored += 1;
    CHECK(stored == 2 * BENCH_RECORDS && journal_is_full(&store));
    journal_open(&store);
    CHECK(store.state.timestamp == stored && !journal_is_full(&store));
    CHECK(journal_store(&store, (journal_state){stored + 1, false}));
}

// Flash that cannot be erased any more is not written, and what it holds counts.
static void worn_flash_keeps_its_state(void) {
    running = __func__;
    board_new();
    journal store;
    journal_open(&store);
    for (uint64_t i = 1; i <= 2 * BENCH_RECORDS; i += 1) CHECK(journal_store(&store, (journal_state){i, true}));
    the_board.words_left = 0;
    journal_open(&store);
    CHECK(!store.is_usable && store.state.timestamp == 2 * BENCH_RECORDS && store.state.latched);
    CHECK(!journal_store(&store, (journal_state){1000, false}));
}

static void random_flash_is_no_record(void) {
    running = __func__;
    dice dice = {7};
    for (int i = 0; i < 200; i += 1) {
        board_new();
        uint32_t *words = &the_board.journal[0][0][0];
        for (size_t w = 0; w < sizeof the_board.journal / 4; w += 1) words[w] = (uint32_t)dice_next(&dice);
        journal store;
        journal_open(&store);
        CHECK(store.state.timestamp == 0);
        CHECK(journal_store(&store, (journal_state){5, false}));
    }
}

void journal_tests(void) {
    what_was_stored_last_is_read_first();
    a_power_cut_loses_nothing_that_was_acknowledged();
    a_run_has_more_than_a_page();
    worn_flash_keeps_its_state();
    random_flash_is_no_record();
}
