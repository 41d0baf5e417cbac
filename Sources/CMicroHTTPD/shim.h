// libmicrohttpd; Debian package libmicrohttpd-dev.
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

// MHD_start_daemon is variadic, which Swift cannot call. A thread for each connection: one slow scrape holds up no other.
static inline struct MHD_Daemon *skein_http_start(const struct sockaddr *address, unsigned int connections,
                                                  unsigned int timeout_s, MHD_AccessHandlerCallback handler,
                                                  void *context) {
    unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
    if (address->sa_family == AF_INET6) flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR, address,
                            MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, timeout_s,
                            MHD_OPTION_END);
}

// The port that it listens on; 0: it is not known.
static inline uint16_t skein_http_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info == NULL ? 0 : info->port;
}
