// What Swift cannot see of the file system: statx, syncfs, statfs and holes, hidden behind _GNU_SOURCE.
#ifndef SPENDFUSE_FILES_H
#define SPENDFUSE_FILES_H
#include <stdint.h>

struct file_facts {
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t birth_seconds;  // 0 with birth_nanoseconds 0: the file system does not tell
  int64_t modified;       // nanoseconds since the epoch
  int64_t changed;        // nanoseconds since the epoch
  uint32_t birth_nanoseconds;
  uint32_t mode;
  uint32_t links;
};

// Both return 0, or the error number.
int file_facts_of_descriptor(int descriptor, struct file_facts *facts);
int file_facts_of_path(const char *path, int follows_link, struct file_facts *facts);

// Syncs the file system that the descriptor lies on; 0, or -1 with errno.
int file_sync_system(int descriptor);

// Whether other machines or programs may write below `path` without this kernel being told; 0 where that cannot be told.
int file_is_written_elsewhere(const char *path);

// Where the next written byte is from `offset` on; `offset` where the file system does not know of holes; -1: only a hole is left.
int64_t file_next_written(int descriptor, int64_t offset);

#endif
