// libmicrohttpd; Debian package libmicrohttpd-dev.
#include <microhttpd.h>
