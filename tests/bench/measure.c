/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/measure.h"
#include "base/alloc.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 60, LOOK_AGAIN_US = 10000 };

static char folder[64];
static pid_t owner;

void measure_fail(const char *what, const char *why)
{
    fprintf(stderr, "benchmark: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/* ---- the scratch folder ---- */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    remove(path);
    return 0;
}

static void remove_folder(void)
{
    if (getpid() == owner)
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *measure_folder(void)
{
    const char *tmp = getenv("TMPDIR");
    if (*folder)
        return folder;
    snprintf(folder, sizeof(folder), "%.40s/hf-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        measure_fail(folder, strerror(errno));
    owner = getpid();
    atexit(remove_folder);
    return folder;
}

/* ---- programs ---- */

static pid_t fork_child(void)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        measure_fail("fork", strerror(errno));
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(1);
    }
    return pid;
}

static void run_program(const char *log, const char *const *argv)
{
    int in = open("/dev/null", O_RDONLY);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    execvp(argv[0], (char *const *)argv);
    perror(argv[0]);
    _exit(127);
}

pid_t measure_start(const char *name, const char *const *argv)
{
    char *log = alloc_printf("%s/%s.log", measure_folder(), name);
    remove(log); /* a program before it may have had the same name */
    pid_t pid = fork_child();
    if (pid == 0)
        run_program(log, argv);
    free(log);
    return pid;
}

pid_t measure_fork(void (*body)(void *arg), void *arg)
{
    pid_t pid = fork_child();
    if (pid == 0) {
        body(arg);
        _exit(0);
    }
    return pid;
}

void measure_stop(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}

static time_t seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* The rest of the first line of the file that has the text, or NULL. */
static char *find_in_log(const char *path, const char *text)
{
    char line[512], *found = NULL;
    FILE *f = fopen(path, "r");
    while (f && !found && fgets(line, sizeof(line), f)) {
        found = strstr(line, text);
        line[strcspn(line, "\n")] = '\0';
    }
    if (f)
        fclose(f);
    return found ? alloc_text(found + strlen(text)) : NULL;
}

char *measure_wait_log(const char *name, const char *text)
{
    char *log = alloc_printf("%s/%s.log", measure_folder(), name), *rest;
    time_t until = seconds() + PATIENCE_S;
    while (!(rest = find_in_log(log, text))) {
        if (seconds() > until)
            measure_fail(name, "it did not come up");
        usleep(LOOK_AGAIN_US);
    }
    free(log);
    return rest;
}

void measure_wait_path(const char *path)
{
    time_t until = seconds() + PATIENCE_S;
    while (access(path, F_OK) != 0) {
        if (seconds() > until)
            measure_fail(path, "it did not appear");
        usleep(LOOK_AGAIN_US);
    }
}

/* NULL when there is none. */
static char *find_sibling(const char *file)
{
    char path[512];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[n > 0 ? n : 0] = '\0';
    for (char *slash; (slash = strrchr(path, '/'));) {
        *slash = '\0';
        char *found = alloc_printf("%s/%s", path, file);
        if (access(found, R_OK) == 0)
            return found;
        free(found);
    }
    return NULL;
}

char *measure_sibling(const char *file)
{
    char *found = find_sibling(file);
    if (!found)
        measure_fail(file, "it has not been built");
    return found;
}

bool measure_has_sibling(const char *file)
{
    char *found = find_sibling(file);
    free(found);
    return found;
}

/* ---- what they use ---- */

uint64_t measure_cpu_us(pid_t pid)
{
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t))
        measure_fail("CPU time", "the program has ended");
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

/* The first line of a file of a thread. */
static bool read_line(pid_t pid, const char *thread, const char *file, char *line, int size)
{
    char path[320];
    snprintf(path, sizeof(path), "/proc/%d/task/%s/%s", (int)pid, thread, file);
    FILE *f = fopen(path, "r");
    bool got = f && fgets(line, size, f);
    if (f)
        fclose(f);
    return got;
}

static uint64_t thread_us(pid_t pid, const char *thread)
{
    char line[128];
    return read_line(pid, thread, "schedstat", line, sizeof(line))
               ? strtoull(line, NULL, 10) / 1000u
               : 0;
}

uint64_t measure_threads_us(pid_t pid, bool (*wanted)(pid_t pid, pid_t tid, const char *name))
{
    char path[64], name[64];
    uint64_t sum = 0;
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] != '.' &&
            read_line(pid, entry->d_name, "comm", name, sizeof(name)) &&
            wanted(pid, (pid_t)atoi(entry->d_name), name))
            sum += thread_us(pid, entry->d_name);
    }
    if (dir)
        closedir(dir);
    return sum;
}

static uint64_t field_kib(pid_t pid, const char *file, const char *field)
{
    char path[64], line[128];
    uint64_t kib = 0;
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f)) {
        if (!strncmp(line, field, strlen(field)) && line[strlen(field)] == ':')
            kib = strtoull(line + strlen(field) + 1, NULL, 10);
    }
    if (f)
        fclose(f);
    return kib;
}

uint64_t measure_memory_kib(pid_t pid, const char *field)
{
    return field_kib(pid, "smaps_rollup", field);
}

uint64_t measure_peak_kib(pid_t pid)
{
    return field_kib(pid, "status", "VmHWM");
}

uint64_t measure_read_bytes(pid_t pid)
{
    char path[64];
    unsigned long long bytes = 0;
    snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "rchar: %llu", &bytes) != 1)
        bytes = 0;
    if (f)
        fclose(f);
    return bytes;
}

static bool is_memory(const char *fds, const char *name)
{
    char path[320], target[128];
    snprintf(path, sizeof(path), "%s/%s", fds, name);
    ssize_t n = readlink(path, target, sizeof(target) - 1);
    target[n > 0 ? n : 0] = '\0';
    return strncmp(target, "/memfd:", 7) == 0;
}

bool measure_shares_memory(pid_t pid)
{
    char fds[64];
    bool found = false;
    snprintf(fds, sizeof(fds), "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(fds);
    for (struct dirent *entry; dir && !found && (entry = readdir(dir));)
        found = is_memory(fds, entry->d_name);
    if (dir)
        closedir(dir);
    return found;
}

unsigned measure_free_port(void)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(in);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&in, len) || getsockname(fd, (struct sockaddr *)&in, &len))
        measure_fail("a free port", strerror(errno));
    close(fd);
    return ntohs(in.sin_port);
}

/* ---- numbers ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double measure_median(double *values, size_t n)
{
    if (!n)
        return 0;
    qsort(values, n, sizeof(*values), compare_doubles);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double measure_busy(void)
{
    double load = 0;
    FILE *f = fopen("/proc/loadavg", "r");
    if (f && fscanf(f, "%lf", &load) != 1)
        load = 0;
    if (f)
        fclose(f);
    return load;
}
