// Counts calls of malloc and its relatives, for the benchmarks: glibc's own are wrapped for the whole process.
#ifndef SPENDFUSE_ALLOCATIONS_H
#define SPENDFUSE_ALLOCATIONS_H
#include <stdint.h>

// Allocations of all threads since the start of the process.
uint64_t allocation_count(void);

// Bytes that are given out at this moment.
int64_t allocated_bytes(void);

#endif
