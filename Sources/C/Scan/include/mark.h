// One store that the compiler must not move or leave out: whoever looks after a crash finds it done.
#ifndef SPENDFUSE_MARK_H
#define SPENDFUSE_MARK_H
#include <stdint.h>

static inline void scan_mark(int64_t *_Nonnull place, int64_t offset) { *(volatile int64_t *)place = offset; }

#endif
