// libnl 3: netlink sockets and attributes, generic netlink; Debian packages libnl-3-dev and libnl-genl-3-dev.
// The kernel's own words for what travels over them: linux-libc-dev.
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/msg.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/genl/ctrl.h>
#include <linux/nl80211.h>
#include <linux/rtnetlink.h>
#include <linux/neighbour.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
