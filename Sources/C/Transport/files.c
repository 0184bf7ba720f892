#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
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

int file_is_written_elsewhere(const char *path) {
  struct statfs facts;
  if (statfs(path, &facts)) return 0;
  switch ((uint32_t)facts.f_type) {
    case 0x6969:      // NFS
    case 0x517B:      // SMB
    case 0xFF534D42:  // CIFS
    case 0xFE534D42:  // SMB 2
    case 0x65735546:  // FUSE: sshfs, s3fs, gcsfuse, virtiofs
    case 0x01021997:  // 9p
    case 0x00C36400:  // Ceph
    case 0x0BD00BD0:  // Lustre
    case 0x47504653:  // GPFS
    case 0x7461636F:  // OCFS2
    case 0x01161970:  // GFS2
    case 0x5346414F:  // OpenAFS
    case 0x6B414653:  // AFS
    case 0x73757245:  // Coda
    case 0x786F4256:  // a folder of VirtualBox
    case 0xBACBACBC:  // a folder of VMware
    case 0x794C7630:  // overlay: its upper directory can be written directly
      return 1;
    default: return 0;
  }
}

int64_t file_next_written(int descriptor, int64_t offset) {
  off_t found = lseek(descriptor, (off_t)offset, SEEK_DATA);
  if (found >= 0) return found;
  return errno == ENXIO ? -1 : offset;
}
