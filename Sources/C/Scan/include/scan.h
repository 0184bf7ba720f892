// Inline helpers of the scanner. A C static inline in a header is inlined into Swift (measured: no call remains).
#ifndef SPENDFUSE_SCAN_H
#define SPENDFUSE_SCAN_H
#include <stdint.h>
#include <stddef.h>
#endif
