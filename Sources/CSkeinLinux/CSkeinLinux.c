#define _GNU_SOURCE
#include "CSkeinLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <termios.h>

int skein_ignore_signal(int number) { return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0; }

int skein_accept(int descriptor) { return accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int skein_peer_credentials(int descriptor, pid_t *process, uid_t *user, gid_t *group) {
    struct ucred credentials = {0};
    socklen_t length = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *process = credentials.pid;
    *user = credentials.uid;
    *group = credentials.gid;
    return 0;
}

static unsigned int arrival_interface(struct msghdr *header) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
        if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO &&
            part->cmsg_len >= CMSG_LEN(sizeof(struct in6_pktinfo))) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            return info.ipi6_ifindex;
        }
        if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO &&
            part->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo))) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(part), sizeof info);
            return (unsigned int)info.ipi_ifindex;
        }
    }
    return 0;
}

ssize_t skein_receive(int descriptor, void *bytes, size_t capacity, struct sockaddr_storage *source,
                      unsigned int *interface_index) {
    _Alignas(struct cmsghdr) char control[256];
    struct iovec part = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr header = {.msg_name = source,
                            .msg_namelen = sizeof *source,
                            .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control,
                            .msg_controllen = sizeof control};
    ssize_t count = recvmsg(descriptor, &header, MSG_DONTWAIT | MSG_TRUNC);
    if (count >= 0) *interface_index = arrival_interface(&header);
    return count;
}

void skein_in6_set(struct in6_addr *address, const uint8_t *bytes) { memcpy(address, bytes, 16); }
void skein_in6_get(const struct in6_addr *address, uint8_t *bytes) { memcpy(bytes, address, 16); }

int skein_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

int skein_enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET); }
int skein_unshare_network(void) { return unshare(CLONE_NEWNET); }
int skein_unshare_mounts(void) {
    if (unshare(CLONE_NEWNS) != 0) return -1;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

int skein_wait_readable(int descriptor, int64_t nanoseconds) {
    struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
    struct timespec span = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    return ppoll(&waiting, 1, &span, NULL);
}

int skein_open_pty(int *device, int *line, char *path, size_t capacity) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0) return -1;
    int slave = -1;
    struct termios settings;
    int error = 0;
    if (grantpt(master) != 0 || unlockpt(master) != 0) {
        error = errno;
    } else if ((error = ptsname_r(master, path, capacity)) == 0) {
        slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (slave < 0 || tcgetattr(slave, &settings) != 0) {
            error = errno;
        } else {
            cfmakeraw(&settings);
            if (tcsetattr(slave, TCSANOW, &settings) != 0) error = errno;
        }
    }
    if (error != 0) {
        if (slave >= 0) close(slave);
        close(master);
        errno = error;
        return -1;
    }
    *device = master;
    *line = slave;
    return 0;
}

int skein_raise_thread(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_RTPRIO, &limit) != 0 || limit.rlim_cur < 1) return 0;
    struct sched_param lowest = {.sched_priority = 1};
    return sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest) == 0;
}
