// Preloaded into a program: calls that write to the state fail while the test's page says so, as they do on a disk that breaks, and the
// wall clock jumps.
#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile int *page;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("SPENDFUSE_FAULTS");
  int descriptor = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (descriptor < 0) return;
  void *mapped = mmap(NULL, sizeof(int) * fault_calls, PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (mapped != MAP_FAILED) page = mapped;
}

static int fails(enum fault_call call) {
  int number = page ? page[call] : 0;
  if (number) errno = number;
  return number;
}

#define INTERPOSED(name, result, call, parameters, arguments) \
  result name parameters {                                          \
    static result(*real) parameters;                                \
    if (fails(call)) return -1;                                     \
    if (!real) real = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
    return real arguments;                                          \
  }

INTERPOSED(pwrite, ssize_t, fault_write_at, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
INTERPOSED(pwrite64, ssize_t, fault_write_at, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
INTERPOSED(fsync, int, fault_sync, (int file), (file))
INTERPOSED(fdatasync, int, fault_sync, (int file), (file))
INTERPOSED(ftruncate, int, fault_truncate, (int file, off_t length), (file, length))
INTERPOSED(ftruncate64, int, fault_truncate, (int file, off64_t length), (file, length))

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  if (result == 0 && page && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += page[fault_clock];
  return result;
}
