// LCM's own header; Debian package liblcm-dev.
#include <lcm/lcm.h>
