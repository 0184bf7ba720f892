#define _GNU_SOURCE
#include "crash.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { stack_size = 64 * 1024 };

static const int signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE};
enum { signal_count = sizeof signals / sizeof signals[0] };

static struct sigaction former[signal_count];
static struct crash_page *volatile noted;
static volatile size_t noted_length;
static volatile pid_t worker;

static pid_t thread_id(void) { return (pid_t)syscall(SYS_gettid); }

// Only stores, and calls that POSIX or Linux allow here.
static void caught(int number, siginfo_t *info, void *context) {
  (void)context;
  struct crash_page *page = noted;
  char *fault = info->si_addr, *start = (char *)page;
  // The disk under the page failed, and not the program: memory takes its place, and the store is done again. A watcher that cannot
  // note at which record it is goes on watching.
  if (number == SIGBUS && info->si_code > 0 && page && fault >= start && fault < start + noted_length &&
      mmap(page, noted_length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page)
    return;
  if (page) {
    // Sent by another process, as a watchdog does: about the whole of this one. Else it is about the thread that runs here.
    int is_sent = info->si_code <= 0 && info->si_code != SI_TKILL;
    if (is_sent || thread_id() == worker)
      page->signal = number;
    else
      page->offset = -1;
  }
  for (int index = 0; index < signal_count; index++)
    if (signals[index] == number) sigaction(number, &former[index], NULL);
  // A fault comes again by itself when the instruction is tried again; what was sent, and what stepped past its instruction, does not.
  if (info->si_code <= 0 || number == SIGTRAP) raise(number);
}

void crash_catch(void) {
  struct sigaction action = {0};
  action.sa_sigaction = caught;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < signal_count; index++) sigaction(signals[index], &action, &former[index]);
}

void crash_note_in(struct crash_page *page, size_t length) {
  noted_length = length;
  noted = page;
}

void crash_note_no_more(struct crash_page *page) {
  if (noted == page) noted = NULL;
}

void crash_work_here(void) {
  worker = thread_id();
  stack_t stack = {0};
  stack.ss_size = stack_size;
  // Never freed: the thread lives as long as the process.
  stack.ss_sp = malloc(stack_size);
  if (stack.ss_sp) sigaltstack(&stack, NULL);
}
