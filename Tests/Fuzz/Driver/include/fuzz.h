// libFuzzer's entry, where the program was linked with it (`.ci/fuzz` does).
#ifndef SPENDFUSE_FUZZ_H
#define SPENDFUSE_FUZZ_H
#include <stddef.h>
#include <stdint.h>

typedef int (*fuzz_check)(const uint8_t *_Nonnull bytes, size_t count);

// Runs libFuzzer over `check` and returns its exit code; -1 where there is no libFuzzer.
int fuzz_run(int argc, char *_Nullable *_Nonnull argv, fuzz_check _Nonnull check);
#endif
