#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t nanoseconds(int64_t seconds, uint32_t rest) {
  int64_t result;
  if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &result)) return seconds < 0 ? INT64_MIN : INT64_MAX;
  return result > INT64_MAX - rest ? INT64_MAX : result + rest;
}

// Where a kernel or a sandbox refuses statx, the plain call serves; then there is no birth time.
static int without_birth(int descriptor, const char *path, int flags, struct file_facts *facts) {
  struct stat plain;
  int failed = path[0] ? fstatat(descriptor, path, &plain, flags & AT_SYMLINK_NOFOLLOW)
                       : fstat(descriptor, &plain);
  if (failed) return errno;
  facts->device = plain.st_dev;
  facts->inode = plain.st_ino;
  facts->size = plain.st_size;
  facts->birth_seconds = 0;
  facts->birth_nanoseconds = 0;
  facts->modified = nanoseconds(plain.st_mtim.tv_sec, (uint32_t)plain.st_mtim.tv_nsec);
  facts->changed = nanoseconds(plain.st_ctim.tv_sec, (uint32_t)plain.st_ctim.tv_nsec);
  facts->mode = plain.st_mode;
  facts->links = (uint32_t)plain.st_nlink;
  return 0;
}

int file_sync_system(int descriptor) { return syncfs(descriptor); }

static int look(int descriptor, const char *path, int flags, struct file_facts *facts) {
  struct statx seen;
  memset(&seen, 0, sizeof seen);
  if (statx(descriptor, path, flags, STATX_BASIC_STATS | STATX_BTIME, &seen)) {
    if (errno == ENOSYS || errno == EPERM) return without_birth(descriptor, path, flags, facts);
    return errno;
  }
  facts->device = ((uint64_t)seen.stx_dev_major << 32) | seen.stx_dev_minor;
  facts->inode = seen.stx_ino;
  facts->size = seen.stx_size > INT64_MAX ? INT64_MAX : (int64_t)seen.stx_size;
  int has_birth = (seen.stx_mask & STATX_BTIME) != 0;
  facts->birth_seconds = has_birth ? seen.stx_btime.tv_sec : 0;
  facts->birth_nanoseconds = has_birth ? seen.stx_btime.tv_nsec : 0;
  facts->modified = nanoseconds(seen.stx_mtime.tv_sec, seen.stx_mtime.tv_nsec);
  facts->changed = nanoseconds(seen.stx_ctime.tv_sec, seen.stx_ctime.tv_nsec);
  facts->mode = seen.stx_mode;
  facts->links = seen.stx_nlink;
  return 0;
}

int file_facts_of_descriptor(int descriptor, struct file_facts *facts) {
  return look(descriptor, "", AT_EMPTY_PATH, facts);
}

int file_facts_of_path(const char *path, int follows_link, struct file_facts *facts) {
  if (!path[0]) return ENOENT;
  return look(AT_FDCWD, path, follows_link ? 0 : AT_SYMLINK_NOFOLLOW, facts);
}

#define ROTATE(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define ROUND                                                  \
  do {                                                         \
    v0 += v1; v1 = ROTATE(v1, 13); v1 ^= v0; v0 = ROTATE(v0, 32); \
    v2 += v3; v3 = ROTATE(v3, 16); v3 ^= v2;                   \
    v0 += v3; v3 = ROTATE(v3, 21); v3 ^= v0;                   \
    v2 += v1; v1 = ROTATE(v1, 17); v1 ^= v2; v2 = ROTATE(v2, 32); \
  } while (0)

void file_hash(uint64_t key0, uint64_t key1, const void *bytes, size_t count, uint64_t out[2]) {
  const unsigned char *next = bytes;
  uint64_t v0 = key0 ^ UINT64_C(0x736f6d6570736575);
  uint64_t v1 = key1 ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
  uint64_t v2 = key0 ^ UINT64_C(0x6c7967656e657261);
  uint64_t v3 = key1 ^ UINT64_C(0x7465646279746573);
  size_t words = count / 8;
  for (size_t i = 0; i < words; i++, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);  // little-endian machines only, as everything else here
    v3 ^= word;
    ROUND; ROUND;
    v0 ^= word;
  }
  uint64_t last = (uint64_t)count << 56;
  for (size_t i = 0; i < count % 8; i++) last |= (uint64_t)next[i] << (8 * i);
  v3 ^= last;
  ROUND; ROUND;
  v0 ^= last;
  v2 ^= 0xee;
  ROUND; ROUND; ROUND; ROUND;
  out[0] = v0 ^ v1 ^ v2 ^ v3;
  v1 ^= 0xdd;
  ROUND; ROUND; ROUND; ROUND;
  out[1] = v0 ^ v1 ^ v2 ^ v3;
}
