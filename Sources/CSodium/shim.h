// libsodium's own umbrella header; Debian package libsodium-dev.
#include <sodium.h>
