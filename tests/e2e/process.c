/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/process.h"
#include "tests/e2e/trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_TAIL 20000 /* bytes that are printed of each log */
#define STOP_MS 60000

/* ---- starting ---- */

static _Noreturn void become(const struct process *process, const char *const *argv,
                             const char *const *more, pid_t parent)
{
    int in = open("/dev/null", O_RDONLY);
    int log = open(process->log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    dup2(in, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, ~0u, 0);
    for (; more && *more; more++)
        putenv((char *)*more);
    execvp(argv[0], (char **)argv);
    dprintf(STDERR_FILENO, "cannot start %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

struct process *process_start(struct trial *trial, const char *name, const char *const *argv,
                              const char *const *more)
{
    struct process *process = trial_room(trial, sizeof(*process));
    pid_t parent = getpid();
    int number = 1;

    for (const struct process *p = trial->processes; p; p = p->next)
        number++;
    process->trial = trial;
    process->name = trial_text(trial, "%s", name);
    process->log_path = trial_text(trial, "%s/%d-%s.log", trial->folder, number, name);
    process->next = trial->processes;
    process->pid = fork();
    if (process->pid == 0)
        become(process, argv, more, parent);
    trial_check(trial, process->pid > 0, "cannot fork: %s", strerror(errno));
    process->pidfd = pidfd_open(process->pid, 0);
    trial_check(trial, process->pidfd >= 0, "pidfd_open: %s", strerror(errno));
    trial->processes = process;
    return process;
}

/* ---- ending ---- */

static bool reap(struct process *process, int timeout_ms)
{
    struct pollfd p = {.fd = process->pidfd, .events = POLLIN};

    if (!process->pid)
        return true;
    if (poll(&p, 1, timeout_ms) <= 0)
        return false;
    waitpid(process->pid, &process->status, 0);
    close(process->pidfd);
    process->pid = 0;
    return true;
}

static int exit_status(const struct process *process)
{
    return WIFEXITED(process->status) ? WEXITSTATUS(process->status)
                                      : 128 + WTERMSIG(process->status);
}

bool process_runs(struct process *process)
{
    return !reap(process, 0);
}

int process_wait(struct process *process, int timeout_ms)
{
    trial_check(process->trial, reap(process, timeout_ms), "%s does not end", process->name);
    return exit_status(process);
}

int process_stop(struct process *process, int signal_number)
{
    if (process->pid)
        kill(process->pid, signal_number);
    return process_wait(process, STOP_MS);
}

void process_end_all(struct trial *trial)
{
    for (struct process *p = trial->processes; p; p = p->next)
        if (p->pid) {
            kill(p->pid, SIGKILL);
            reap(p, -1);
        }
    trial->processes = NULL;
}

int process_run(struct trial *trial, const char *name, const char *const *argv, int timeout_ms,
                const char **output_r)
{
    struct process *process = process_start(trial, name, argv, NULL);
    int status = process_wait(process, timeout_ms);
    if (output_r)
        *output_r = process_log(process);
    return status;
}

/* ---- logs ---- */

const char *process_log(struct process *process)
{
    const char *text = trial_read_file(process->trial, process->log_path, NULL);

    return text ? text : "";
}

const char *process_log_number(struct process *process)
{
    char *copy = trial_text(process->trial, "%s", process_log(process)), *save = NULL;

    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        if (line[strspn(line, "0123456789")] == 0)
            return line;
    return NULL;
}

bool process_log_has(struct process *process, const char *text)
{
    char *log = file_load(process->log_path, NULL);
    bool has = log && strstr(log, text);

    free(log);
    return has;
}

void process_wait_log(struct process *process, const char *text, int timeout_ms)
{
    int64_t deadline_ms = clock_now_ms() + timeout_ms;

    while (!process_log_has(process, text)) {
        bool runs = process_runs(process);
        if (!runs && process_log_has(process, text))
            return;
        trial_check(process->trial, runs, "%s ended before it said '%s'", process->name, text);
        trial_look_again(process->trial, deadline_ms, text);
    }
}

static void print_log(const struct process *p)
{
    FILE *file = fopen(p->log_path, "rbe");
    char line[4096];

    if (!file)
        return;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fseek(file, size > LOG_TAIL ? size - LOG_TAIL : 0, SEEK_SET);
    fprintf(stderr, "---- %s (pid %d)%s ----\n", p->name, (int)p->pid,
            size > LOG_TAIL ? ", the end of its log" : "");
    while (fgets(line, sizeof(line), file))
        fputs(line, stderr);
    fclose(file);
}

void process_print_logs(struct trial *trial)
{
    fprintf(stderr, "==== logs of '%s' ====\n", trial->name);
    for (const struct process *p = trial->processes; p; p = p->next)
        print_log(p);
    fprintf(stderr, "==== end of logs ====\n");
}

/* ---- what it uses ---- */

static FILE *open_proc(const struct process *process, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)process->pid, name);
    return process->pid ? fopen(path, "re") : NULL;
}

long process_memory_kib(const struct process *process)
{
    FILE *file = open_proc(process, "status");
    char line[256];
    long kib = 0;

    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib;
}

long process_cpu_ms(const struct process *process)
{
    FILE *file = open_proc(process, "stat");
    unsigned long user = 0, kernel = 0;
    char line[1024];

    if (file && fgets(line, sizeof(line), file)) {
        const char *after = strrchr(line, ')');
        if (after)
            sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                   &kernel);
    }
    if (file)
        fclose(file);
    return (long)((user + kernel) * 1000 / (unsigned long)sysconf(_SC_CLK_TCK));
}

int process_descriptors(const struct process *process)
{
    char path[64];
    int count = 0;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)process->pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count > 2 ? count - 2 : 0;
}
