#define _GNU_SOURCE
#include "CSkeinLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

int skein_open_process(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int skein_make_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static void limit(int resource, uint64_t most) {
    if (most == 0) return;
    struct rlimit before;
    if (getrlimit(resource, &before) != 0) return;
    // What is there already may be less, and may not be raised.
    rlim_t bound = before.rlim_max != RLIM_INFINITY && before.rlim_max < most ? before.rlim_max : (rlim_t)most;
    struct rlimit after = {.rlim_cur = bound, .rlim_max = bound};
    // One second between the signal that asks and the one that does not.
    if (resource == RLIMIT_CPU && before.rlim_max > bound) after.rlim_max = bound + 1;
    setrlimit(resource, &after);
}

static void write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t ignored = write(file, text, strlen(text));
    (void)ignored;
    close(file);
}

static int become(uint32_t user, uint32_t group) {
    // The bare system calls: glibc's would ask threads that this process no longer has.
    // A container's root may have no other user than itself; then it is none on the machine, and stays what it is.
    if (syscall(SYS_setgroups, 0, NULL) != 0 && errno != EPERM) return -1;
    if (syscall(SYS_setresgid, group, group, group) != 0) return errno == EINVAL ? 0 : -1;
    if (syscall(SYS_setresuid, user, user, user) != 0) return errno == EINVAL ? 0 : -1;
    return 0;
}

static void keep_only_standard_streams(void) {
    const unsigned int on_exec = 1u << 2;  // CLOSE_RANGE_CLOEXEC
    if (syscall(SYS_close_range, 3u, UINT_MAX, on_exec) == 0) return;
    for (int number = 3; number < 4096; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
}

static void use_default_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/// After fork in a process with threads: system calls only.
static int become_program(const struct skein_program *program, pid_t parent) {
    use_default_signals();
    setsid();
    if (dup2(program->input, 0) < 0 || dup2(program->output, 1) < 0 || dup2(program->errors, 2) < 0) return -1;
    keep_only_standard_streams();
    umask(022);
    // Whoever runs out of memory here shall not be the daemon. While it is still root's to say.
    write_file("/proc/self/oom_score_adj", "1000");
    struct sched_param none = {0};
    if (sched_setscheduler(0, SCHED_IDLE, &none) != 0) setpriority(PRIO_PROCESS, 0, 19);
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    limit(RLIMIT_NOFILE, program->files_max);
    limit(RLIMIT_FSIZE, program->file_bytes_max);
    limit(RLIMIT_CPU, program->processor_seconds_max);
    limit(RLIMIT_AS, program->memory_bytes_max);
    if (program->changes_user && become(program->user, program->group) != 0) return -1;
    // Another user's process begins without it, so it comes last.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(127);
    if (chdir(program->folder) != 0) return -1;
    execve(program->path, program->arguments, program->environment);
    return -1;
}

pid_t skein_start_program(const struct skein_program *program) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t process = fork();
    if (process == 0) {
        become_program(program, parent);
        int number = errno;
        ssize_t ignored = write(program->report, &number, sizeof number);
        (void)ignored;
        _exit(127);
    }
    int number = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return process;
}
