#define _GNU_SOURCE
#include "unpack.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

// The streaming interfaces, declared by hand: they have been the same since zlib 1.0, zstd 1.3 and xz 5.0.
struct zlib_stream {
  const uint8_t *next_in;
  unsigned avail_in;
  unsigned long total_in;
  uint8_t *next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char *message;
  void *state, *allocate, *release, *opaque;
  int data_type;
  unsigned long check, reserved;
};
struct zstd_in { const void *bytes; size_t size, place; };
struct zstd_out { void *bytes; size_t size, place; };
struct xz_stream {
  const uint8_t *next_in;
  size_t avail_in;
  uint64_t total_in;
  uint8_t *next_out;
  size_t avail_out;
  uint64_t total_out;
  void *allocator, *state, *reserved_pointers[4];
  uint64_t seek, reserved_long;
  size_t reserved_sizes[2];
  int reserved_enums[2];
};
_Static_assert(sizeof(void *) != 8 || sizeof(struct zlib_stream) == 112, "z_stream");
_Static_assert(sizeof(void *) != 8 || sizeof(struct xz_stream) == 136, "lzma_stream");

// What xz -9 needs is 65 MB.
#define XZ_MEMORY (UINT64_C(192) << 20)

struct unpacker {
  int kind;
  void *library;
  struct zlib_stream zlib;
  struct xz_stream xz;
  void *zstd;
  int (*zlib_begin)(struct zlib_stream *, int, const char *, int);
  int (*zlib_step)(struct zlib_stream *, int);
  int (*zlib_reset)(struct zlib_stream *);
  int (*zlib_end)(struct zlib_stream *);
  void *(*zstd_create)(void);
  size_t (*zstd_begin)(void *);
  size_t (*zstd_step)(void *, struct zstd_out *, struct zstd_in *);
  unsigned (*zstd_failed)(size_t);
  size_t (*zstd_free)(void *);
  int (*xz_begin)(struct xz_stream *, uint64_t, uint32_t);
  int (*xz_step)(struct xz_stream *, int);
  void (*xz_end)(struct xz_stream *);
};

const char *unpack_library(int kind) {
  switch (kind) {
    case unpack_zstd: return "libzstd.so.1";
    case unpack_xz: return "liblzma.so.5";
    default: return "libz.so.1";
  }
}

// A function's address into a pointer to it: ISO C has no cast for that.
static int find(struct unpacker *unpacker, void *pointer, const char *name) {
  void *found = dlsym(unpacker->library, name);
  memcpy(pointer, &found, sizeof found);
  return found != NULL;
}

static int load(struct unpacker *u) {
  u->library = dlopen(unpack_library(u->kind), RTLD_NOW | RTLD_LOCAL);
  if (!u->library) return 0;
  switch (u->kind) {
    case unpack_zstd:
      return find(u, &u->zstd_create, "ZSTD_createDStream") && find(u, &u->zstd_begin, "ZSTD_initDStream") &&
             find(u, &u->zstd_step, "ZSTD_decompressStream") && find(u, &u->zstd_failed, "ZSTD_isError") &&
             find(u, &u->zstd_free, "ZSTD_freeDStream");
    case unpack_xz:
      return find(u, &u->xz_begin, "lzma_stream_decoder") && find(u, &u->xz_step, "lzma_code") &&
             find(u, &u->xz_end, "lzma_end");
    default:
      return find(u, &u->zlib_begin, "inflateInit2_") && find(u, &u->zlib_step, "inflate") &&
             find(u, &u->zlib_reset, "inflateReset") && find(u, &u->zlib_end, "inflateEnd");
  }
}

static int begin(struct unpacker *u) {
  switch (u->kind) {
    case unpack_zstd:
      u->zstd = u->zstd_create();
      return u->zstd && !u->zstd_failed(u->zstd_begin(u->zstd));
    case unpack_xz: return u->xz_begin(&u->xz, XZ_MEMORY, 0) == 0;
    // 15 bits of window, and 16: a gzip header.
    default: return u->zlib_begin(&u->zlib, 15 + 16, "1.2.11", (int)sizeof u->zlib) == 0;
  }
}

struct unpacker *unpack_open(int kind) {
  struct unpacker *u = calloc(1, sizeof *u);
  if (!u) {
    errno = ENOMEM;
    return NULL;
  }
  u->kind = kind;
  int loaded = load(u);
  if (loaded && begin(u)) return u;
  if (u->zstd) u->zstd_free(u->zstd);
  if (u->library) dlclose(u->library);
  free(u);
  errno = loaded ? ENOMEM : ENOENT;
  return NULL;
}

static unsigned clamp(size_t count) { return count > UINT_MAX ? UINT_MAX : (unsigned)count; }

int unpack_step(struct unpacker *u, const uint8_t *in, size_t in_count, size_t *used, uint8_t *out, size_t out_count,
                size_t *made) {
  *used = *made = 0;
  if (u->kind == unpack_zstd) {
    struct zstd_in from = {in, in_count, 0};
    struct zstd_out to = {out, out_count, 0};
    size_t left = u->zstd_step(u->zstd, &to, &from);
    *used = from.place;
    *made = to.place;
    if (u->zstd_failed(left)) return unpack_damaged;
    return left == 0 ? unpack_end : unpack_more;
  }
  if (u->kind == unpack_xz) {
    u->xz.next_in = in;
    u->xz.avail_in = in_count;
    u->xz.next_out = out;
    u->xz.avail_out = out_count;
    int result = u->xz_step(&u->xz, 0);
    *used = in_count - u->xz.avail_in;
    *made = out_count - u->xz.avail_out;
    switch (result) {
      case 0: case 2: case 3: case 4: case 10: return unpack_more;
      case 1: return unpack_end;
      case 5: case 6: return unpack_memory;
      default: return unpack_damaged;
    }
  }
  unsigned in_part = clamp(in_count), out_part = clamp(out_count);
  u->zlib.next_in = in;
  u->zlib.avail_in = in_part;
  u->zlib.next_out = out;
  u->zlib.avail_out = out_part;
  int result = u->zlib_step(&u->zlib, 0);
  *used = in_part - u->zlib.avail_in;
  *made = out_part - u->zlib.avail_out;
  switch (result) {
    case 0: case -5: return unpack_more;
    case 1: return unpack_end;
    case -4: return unpack_memory;
    default: return unpack_damaged;
  }
}

int unpack_again(struct unpacker *u) {
  switch (u->kind) {
    case unpack_zstd: return u->zstd_failed(u->zstd_begin(u->zstd)) ? unpack_memory : 0;
    case unpack_xz: return u->xz_begin(&u->xz, XZ_MEMORY, 0) == 0 ? 0 : unpack_memory;
    default: return u->zlib_reset(&u->zlib) == 0 ? 0 : unpack_memory;
  }
}

void unpack_close(struct unpacker *u) {
  if (!u) return;
  switch (u->kind) {
    case unpack_zstd: u->zstd_free(u->zstd); break;
    case unpack_xz: u->xz_end(&u->xz); break;
    default: u->zlib_end(&u->zlib);
  }
  // The library stays: the next file needs it too.
  free(u);
}

int unpack_temporary(const char *directory) {
  int made = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  // A file system, or a kernel, that has no such thing.
  if (made >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)) return made;
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s/.unpacked-XXXXXX", directory);
  if (length < 0 || (size_t)length >= sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  made = mkostemp(path, O_CLOEXEC);
  if (made >= 0) unlink(path);
  return made;
}

int unpack_space(int descriptor, int64_t *free_bytes, int64_t *size) {
  struct statvfs facts;
  if (fstatvfs(descriptor, &facts)) return -1;
  int64_t unit = (int64_t)facts.f_frsize;
  if (__builtin_mul_overflow((int64_t)facts.f_bavail, unit, free_bytes)) *free_bytes = INT64_MAX;
  if (__builtin_mul_overflow((int64_t)facts.f_blocks, unit, size)) *size = INT64_MAX;
  return 0;
}
