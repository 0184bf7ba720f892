// What a process leaves behind when it dies at a record: a page of shared memory that outlives it, and a handler that says there that
// it was a crash.
#ifndef SPENDFUSE_CRASH_H
#define SPENDFUSE_CRASH_H
#include <stddef.h>
#include <stdint.h>

// The page. Which record is being worked on, and by whom.
struct crash_page {
  uint64_t magic;
  uint64_t state;  // which state's (hash of its id)
  uint64_t boot;   // since which boot (hash of its id)
  uint64_t run;    // of this process, at random; 0 = it ended in order
  // The file, as `FileIdentity` has it.
  uint64_t device;
  uint64_t inode;
  int64_t birth_seconds;
  uint32_t birth_nanoseconds;
  int32_t signal;  // that ended the process; 0 = none that can be caught
  int64_t offset;  // where the record begins; -1 = none is worked on
};

// From here on a signal that means a crash is noted in the page; then it does what it did before: the exit status and a core dump stay as
// they are. Once for a process, before its threads.
void crash_catch(void);
// Which page. At most one at a time: the last.
void crash_note_in(struct crash_page *page, size_t length);
// The page goes.
void crash_note_no_more(struct crash_page *page);
// Called by the thread that works on records: faults of others are not a record's. Gives it a stack for a handler where its own ran out.
void crash_work_here(void);

#endif
