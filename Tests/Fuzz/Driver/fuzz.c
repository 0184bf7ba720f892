#include "fuzz.h"

// Weak, so that an ordinary build links without it.
__attribute__((weak)) int LLVMFuzzerRunDriver(int *argc, char ***argv, fuzz_check check);

// For libFuzzer's own `main`, which is linked with it and never called.
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  (void)bytes;
  (void)count;
  return -1;
}

int fuzz_run(int argc, char **argv, fuzz_check check) {
  if (!LLVMFuzzerRunDriver) return -1;
  return LLVMFuzzerRunDriver(&argc, &argv, check);
}
