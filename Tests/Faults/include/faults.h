#pragma once

// The shared page of a running process and the test that watches it: for each call the errno that it fails with, 0 where it is let
// through; of the clock the seconds that it is ahead.
enum fault_call { fault_write_at, fault_sync, fault_truncate, fault_clock, fault_calls };
