// zstd; Debian package libzstd-dev.
#include <zstd.h>
