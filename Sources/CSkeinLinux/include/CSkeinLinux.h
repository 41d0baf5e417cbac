#ifndef CSKEINLINUX_H
#define CSKEINLINUX_H

// The system headers that module Glibc leaves out, and helpers for what Swift cannot see: macros, and whatever glibc
// declares for _GNU_SOURCE only. The header itself must not define that: module Glibc was built without it, and two
// modules that disagree about a structure do not compile. Nothing is decided here.

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

/// EPOLLET is 1u << 31, which does not fit the type Swift gives the enum.
static const uint32_t skein_epoll_edge = 1u << 31;

/// SIG_IGN is a cast of 1 to a function pointer. 0, or -1 with errno.
int skein_ignore_signal(int number);

/// accept4 with SOCK_CLOEXEC and SOCK_NONBLOCK. The descriptor, or -1 with errno.
int skein_accept(int descriptor);

/// Who is at the other end of a local socket (SO_PEERCRED). 0, or -1 with errno.
int skein_peer_credentials(int descriptor, pid_t *process, uid_t *user, gid_t *group);

/// Receives one datagram without waiting: its full length even when `capacity` is less (MSG_TRUNC), its source, and the
/// index of the interface it came in on, from IPV6_PKTINFO or IP_PKTINFO; 0 when the kernel did not say. -1 with errno.
ssize_t skein_receive(int descriptor, void *bytes, size_t capacity, struct sockaddr_storage *source,
                      unsigned int *interface_index);

/// The 16 bytes of an IPv6 address: in6_addr holds a union without a name in Swift.
void skein_in6_set(struct in6_addr *address, const uint8_t *bytes);
void skein_in6_get(const struct in6_addr *address, uint8_t *bytes);

/// Names the calling thread (prctl PR_SET_NAME): prctl is variadic. 0, or -1 with errno.
int skein_name_thread(const char *name);

/// Moves this thread into another network namespace (setns(2), unshare(2)): for tests. 0, or -1 with errno.
int skein_enter_network(int descriptor);
int skein_unshare_network(void);

/// A program to be started as a process of the lowest priority. Limits that are 0 are left as they are.
struct skein_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *folder;
    /// What becomes its standard streams, and where errno goes when it cannot be started: all closed on exec.
    int input, output, errors, report;
    int changes_user;
    uint32_t user, group;
    uint64_t memory_bytes_max, file_bytes_max, processor_seconds_max, files_max;
};

/// The process, or -1 with errno. The program ends with the thread that started it. What cannot be done after fork in the
/// process itself ends it with 127.
pid_t skein_start_program(const struct skein_program *program);

/// A descriptor that is readable when the process has ended (pidfd_open(2)), or -1 with errno.
int skein_open_process(pid_t process);

/// Both ends close on exec. 0, or -1 with errno.
int skein_make_pipe(int ends[2]);

/// A line without a wire (pty(7)): the end that plays the device, not blocking, with the path of the other in `path`; and the
/// other end, raw, which keeps the line alive while nobody has it open. 0, or -1 with errno.
int skein_open_pty(int *device, int *line, char *path, size_t capacity);

/// Gives this thread mounts of its own, of which nobody else sees anything (unshare(2)): for the load test's namespaces,
/// which so end with its processes. 0, or -1 with errno.
int skein_unshare_mounts(void);

/// Waits until something can be read, so long at most (ppoll(2)). 1, 0 when there is nothing, or -1 with errno.
int skein_wait_readable(int descriptor, int64_t nanoseconds);

/// Real-time priority for this thread, the lowest there is, if the process was given a limit that allows it (setrlimit(2)): root
/// alone is no reason. What it makes later, threads or processes, is ordinary (sched(7)). 1: it has it, 0: it has not.
int skein_raise_thread(void);

#endif
