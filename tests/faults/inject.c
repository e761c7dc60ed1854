/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and has one system call of it, or of any process it starts,
 * go wrong:
 *
 *   inject --below FOLDER --log FILE COMMAND...         lists its calls
 *   inject --below FOLDER --journal FILE COMMAND...     what it changes there
 *   inject --below FOLDER --log FILE --at POINT --do WHAT [--on] COMMAND...
 *
 * A point is P:N, the Nth call that process P makes, processes counted as they
 * come; so it names the same call in every run, however they interleave. The
 * log has a line "P:N CALL PLACE NAME" for each: PLACE is state (below FOLDER),
 * look (opened there for reading), inet, open-socket, or other. WHAT is kill,
 * kill-all (every process), short (half is written), or the name of an error.
 * With --on every later call that can fail so does, too. With --at only the
 * calls that went wrong are logged.
 *
 * It ends as the command does, once all its processes have gone; 124 after a
 * minute. It stands between the processes and the kernel by ptrace and seccomp,
 * so neither preloading nor static linking matters.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal.h"

#define TASKS_MAX   4096
#define FILTER_MAX  128
#define SECONDS_MAX 60

enum action {
    ACTION_NONE,
    ACTION_KILL,
    ACTION_KILL_ALL,
    ACTION_SHORT,
    ACTION_FAIL
};

struct task {
    pid_t pid;
    unsigned int calls;
    struct journal_entry entry;
};

struct run {
    const char *below;
    FILE *log, *journal;
    unsigned int process, call; /* the point, from 1 */
    enum action action;
    int error, on, armed;
    struct task *tasks; /* in the order they came; [0] is the command */
    size_t count;
    size_t alive;
    int status;
};

static _Noreturn void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("inject: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(125);
}

static const struct {
    const char *name;
    int error;
} errors[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EROFS", EROFS},
    {"EDQUOT", EDQUOT}, {"EMFILE", EMFILE}, {"ENFILE", ENFILE},
};

static void take_action(struct run *run, const char *what)
{
    if (strcmp(what, "kill") == 0)
        run->action = ACTION_KILL;
    else if (strcmp(what, "kill-all") == 0)
        run->action = ACTION_KILL_ALL;
    else if (strcmp(what, "short") == 0)
        run->action = ACTION_SHORT;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (strcmp(errors[i].name, what) == 0) {
            run->action = ACTION_FAIL;
            run->error = errors[i].error;
        }
    if (run->action == ACTION_NONE)
        die("--do %s: kill, kill-all, short, or ENOSPC, EIO, ...", what);
}

static FILE *open_log(const char *name)
{
    FILE *file = fopen(name, "we");

    if (file == NULL)
        die("%s: %s", name, strerror(errno));
    return file;
}

static char **take_options(struct run *run, char **argv)
{
    for (argv++; *argv != NULL && strncmp(*argv, "--", 2) == 0; argv++) {
        if (strcmp(*argv, "--on") == 0) {
            run->on = 1;
            continue;
        }
        if (argv[1] == NULL)
            die("%s wants something", *argv);
        if (strcmp(*argv, "--below") == 0)
            run->below = *++argv;
        else if (strcmp(*argv, "--log") == 0)
            run->log = open_log(*++argv);
        else if (strcmp(*argv, "--journal") == 0)
            run->journal = open_log(*++argv);
        else if (strcmp(*argv, "--do") == 0)
            take_action(run, *++argv);
        else if (strcmp(*argv, "--at") != 0 ||
                 sscanf(*++argv, "%u:%u", &run->process, &run->call) != 2)
            die("%s is no option", *argv);
    }
    if (*argv == NULL || run->below == NULL)
        die("--below FOLDER [--log FILE] [--journal FILE] [--at P:N --do WHAT "
            "[--on]] COMMAND...");
    if ((run->action != ACTION_NONE) != (run->process != 0))
        die("--at and --do go together");
    return argv;
}

/* Those calls stop for the tracer, all others run as ever. */
static void install_filter(void)
{
    struct sock_filter filter[FILTER_MAX];
    struct sock_fprog program = {.filter = filter};
    unsigned short length = 0;
    size_t count = 0;
    const struct call_type *types = calls_all(&count);

    filter[length++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count && length < FILTER_MAX - 2; i++) {
        filter[length++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)types[i].number, 0, 1);
        filter[length++] =
            (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    filter[length++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program.len = length;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        die("seccomp: %s", strerror(errno));
}

static struct task *task_of(struct run *run, pid_t pid)
{
    for (size_t i = run->count; i > 0; i--)
        if (run->tasks[i - 1].pid == pid)
            return &run->tasks[i - 1];
    if (run->count == TASKS_MAX)
        die("more than %d processes", TASKS_MAX);
    run->alive++;
    run->tasks[run->count] = (struct task){.pid = pid};
    return &run->tasks[run->count++];
}

static void start(struct run *run, char **command)
{
    int gate[2];
    char byte = 0;
    pid_t pid;

    if (pipe(gate) != 0 || (pid = fork()) < 0)
        die("%s", strerror(errno));
    if (pid == 0) {
        close(gate[1]);
        if (read(gate[0], &byte, 1) != 1)
            _exit(125);
        close(gate[0]);
        install_filter();
        execvp(command[0], command);
        die("%s: %s", command[0], strerror(errno));
    }
    close(gate[0]);
    if (ptrace(PTRACE_SEIZE, pid, 0,
               PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                   PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD |
                   PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) != 0)
        die("can not trace here: %s", strerror(errno));
    task_of(run, pid);
    if (write(gate[1], &byte, 1) != 1)
        die("%s", strerror(errno));
    close(gate[1]);
}

static int is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 &&
           (path[length] == '/' || path[length] == '\0');
}

static const char *place_of(const struct run *run, const struct call *call)
{
    const char *place = call_place(call);

    if (call->type->kind == CALL_SOCKET)
        return call->args[0] == 1 ? "other" : "open-socket";
    if (strcmp(place, "inet") == 0)
        return place;
    if (is_below(place, run->below) ||
        (call->type->kind == CALL_RENAME && is_below(call->path2, run->below)))
        return call->changes ? "state" : "look";
    return "other";
}

static void log_call(const struct run *run, const struct task *task,
                     const struct call *call)
{
    if (run->log == NULL)
        return;
    fprintf(run->log, "%zu:%u %s %s %s\n", (size_t)(task - run->tasks) + 1,
            task->calls, call->type->name, place_of(run, call),
            strncmp(call->path, run->below, strlen(run->below)) == 0
                ? call->path + strlen(run->below)
                : call->path);
    fflush(run->log);
}

static int is_meant(const struct run *run, const struct task *task,
                    const struct call *call)
{
    const char *place = NULL;

    if (run->action == ACTION_NONE)
        return 0;
    if (task == &run->tasks[run->process - 1] && task->calls == run->call)
        return 1;
    if (!run->armed || !run->on || run->action != ACTION_FAIL)
        return 0;
    place = place_of(run, call);
    return strcmp(place, "other") != 0 && strcmp(place, "inet") != 0 &&
           (run->error == EMFILE || strcmp(place, "open-socket") != 0) &&
           call_can_fail(call, run->error);
}

static int kill_all(const struct run *run)
{
    int done = 1;

    for (size_t i = 0; i < run->count; i++)
        if (run->tasks[i].pid != 0)
            done = kill(run->tasks[i].pid, SIGKILL) == 0 && done;
    return done;
}

static void act(struct run *run, const struct call *call)
{
    int done = 1;

    run->armed = 1;
    switch (run->action) {
    case ACTION_KILL: done = kill(call->pid, SIGKILL) == 0; break;
    case ACTION_KILL_ALL: done = kill_all(run); break;
    case ACTION_SHORT: done = call_shorten(call); break;
    case ACTION_FAIL: done = call_fail(call, run->error); break;
    case ACTION_NONE: break;
    }
    if (!done)
        die("%s can't be made to go wrong like that", call->type->name);
}

/* Before a call; how to let it go on. */
static enum __ptrace_request at_call(struct run *run, struct task *task)
{
    struct call call;

    if (!call_read(task->pid, &call))
        return PTRACE_CONT;
    task->calls++;
    if (run->action == ACTION_NONE)
        log_call(run, task, &call);
    if (is_meant(run, task, &call)) {
        log_call(run, task, &call);
        act(run, &call);
        return PTRACE_CONT;
    }
    if (run->journal != NULL && journal_enter(&task->entry, &call, run->below))
        return PTRACE_SYSCALL;
    return PTRACE_CONT;
}

static void at_end_of_call(const struct run *run, struct task *task)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->pid, sizeof(info), &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_EXIT || !task->entry.open)
        return;
    journal_leave(&task->entry, run->below, info.exit.rval, run->journal);
}

static void at_stop(struct run *run, struct task *task, int status)
{
    enum __ptrace_request go_on = PTRACE_CONT;
    int signal = WSTOPSIG(status), event = status >> 16;
    unsigned long child = 0;
    pid_t pid = task->pid;

    switch (event) {
    case PTRACE_EVENT_SECCOMP: go_on = at_call(run, task); break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) == 0)
            task_of(run, (pid_t)child);
        break;
    case PTRACE_EVENT_STOP:
        if (signal != SIGTRAP)
            go_on = PTRACE_LISTEN;
        break;
    case 0:
        if (signal == (SIGTRAP | 0x80)) {
            at_end_of_call(run, task);
            break;
        }
        ptrace(PTRACE_CONT, pid, 0, signal);
        return;
    default: break;
    }
    ptrace(go_on, pid, 0, 0);
}

static void too_long(int signal)
{
    (void)signal;
}

static void follow(struct run *run)
{
    while (run->alive > 0) {
        int status = 0;
        pid_t pid = waitpid(-1, &status, __WALL);
        struct task *task = NULL;

        /* One that had ended before its parent's fork was told of. */
        if (pid < 0 && errno == ECHILD)
            return;
        if (pid < 0) {
            run->status = 124 << 8;
            return; /* what is left is killed with us (EXITKILL) */
        }
        task = task_of(run, pid);
        if (WIFSTOPPED(status)) {
            at_stop(run, task, status);
            continue;
        }
        if (task == run->tasks)
            run->status = status;
        free(task->entry.data);
        task->entry.data = NULL;
        task->pid = 0;
        run->alive--;
    }
}

int main(int argc, char **argv)
{
    struct run run = {.below = NULL};
    struct sigaction alarmed = {.sa_handler = too_long};
    char **command = argc > 0 ? take_options(&run, argv) : NULL;

    run.tasks = calloc(TASKS_MAX, sizeof(*run.tasks));
    if (command == NULL || run.tasks == NULL)
        die("out of memory");
    start(&run, command);
    sigaction(SIGALRM, &alarmed, NULL);
    alarm(SECONDS_MAX);
    follow(&run);
    if (run.log != NULL)
        fclose(run.log);
    if (run.journal != NULL)
        fclose(run.journal);
    free(run.tasks);
    return WIFEXITED(run.status) ? WEXITSTATUS(run.status)
                                 : 128 + WTERMSIG(run.status);
}
