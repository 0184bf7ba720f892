// Streams of gzip, zstd and xz by the system's libraries, which are looked for only when a file needs them.
#ifndef SPENDFUSE_UNPACK_H
#define SPENDFUSE_UNPACK_H
#include <stddef.h>
#include <stdint.h>

enum { unpack_gzip = 1, unpack_zstd = 2, unpack_xz = 3 };
// What a step came to.
enum { unpack_more = 0, unpack_end = 1, unpack_damaged = -1, unpack_memory = -2 };

struct unpacker;

// The library's file name, for people.
const char *unpack_library(int kind);
// NULL: the library is not there, or too old (errno is ENOENT), or there is no memory (ENOMEM).
struct unpacker *unpack_open(int kind);
// One step: unpack_end where a member (frame, stream) has ended.
int unpack_step(struct unpacker *, const uint8_t *in, size_t in_count, size_t *used, uint8_t *out, size_t out_count,
                size_t *made);
// Before the next member; 0, or unpack_memory.
int unpack_again(struct unpacker *);
void unpack_close(struct unpacker *);

// A file without a name in that directory; -1 with errno.
int unpack_temporary(const char *directory);
// Free bytes of the file system that the descriptor lies on, and its size in all; 0, or -1 with errno.
int unpack_space(int descriptor, int64_t *free_bytes, int64_t *size);

#endif
