// ncurses with wide characters; Debian package libncurses-dev. Functions for what curses.h has as macros or with a type
// of characters that changes with the platform.
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <stdint.h>
#include <curses.h>
#include <term.h>

// One character with its attributes and its colour pair at a place of the screen.
static inline int skein_curses_put(int row, int column, uint32_t scalar, attr_t attributes, short pair) {
    wchar_t text[2] = {(wchar_t)scalar, 0};
    cchar_t cell;
    if (setcchar(&cell, text, attributes, pair, NULL) == ERR) return ERR;
    return mvwadd_wch(stdscr, row, column, &cell);
}

enum { SKEIN_CURSES_NONE, SKEIN_CURSES_CHARACTER, SKEIN_CURSES_FUNCTION };

// The next key that has come; none: 0.
static inline int skein_curses_key(uint32_t *key) {
    wint_t value = 0;
    int status = wget_wch(stdscr, &value);
    *key = (uint32_t)value;
    return status == KEY_CODE_YES ? SKEIN_CURSES_FUNCTION : status == OK ? SKEIN_CURSES_CHARACTER : SKEIN_CURSES_NONE;
}

static inline attr_t skein_curses_bold(void) { return WA_BOLD; }
static inline attr_t skein_curses_dim(void) { return WA_DIM; }
static inline attr_t skein_curses_reverse(void) { return WA_REVERSE; }

static inline int skein_curses_colours(void) { return COLORS; }
static inline int skein_curses_pairs(void) { return COLOR_PAIRS; }

// What the next refresh sends does not rely on what was sent before.
static inline void skein_curses_forget(void) { clearok(curscr, TRUE); }

static inline int skein_curses_refresh(void) { return wrefresh(stdscr); }

static inline void skein_curses_prepare(void) {
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    curs_set(0);
}

// A capability of the terminal in use; NULL where it has none.
static inline const char *skein_curses_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == (const char *)-1 ? NULL : text;
}
