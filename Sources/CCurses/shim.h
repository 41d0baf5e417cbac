// ncurses with wide characters; Debian package libncurses-dev.
#define NCURSES_WIDECHAR 1
#include <locale.h>
#include <curses.h>
