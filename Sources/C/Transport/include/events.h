// eventfd, signalfd and thread names, which Swift's Glibc module leaves out.
#ifndef SPENDFUSE_EVENTS_H
#define SPENDFUSE_EVENTS_H
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

// A non-blocking event counter at 0; -1 and errno where there is none to be had.
static inline int sf_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Makes the descriptor readable.
static inline void sf_eventfd_raise(int fd) {
  uint64_t one = 1;
  while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

// Makes it unreadable again.
static inline void sf_eventfd_clear(int fd) {
  uint64_t count;
  while (read(fd, &count, sizeof count) < 0 && errno == EINTR) {}
}

// Blocks the signals in this thread (and those it starts later) and gives a descriptor that reads them.
static inline int sf_signalfd(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) {
    if (sigaddset(&set, signals[i]) != 0) return -1;
  }
  int failed = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (failed) {
    errno = failed;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

// The next signal waiting, or 0.
static inline int sf_signalfd_next(int fd) {
  struct signalfd_siginfo info;
  ssize_t count;
  while ((count = read(fd, &info, sizeof info)) < 0 && errno == EINTR) {}
  return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

// Names this thread; the kernel keeps 15 bytes.
static inline void sf_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
