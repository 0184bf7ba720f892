// Inline helpers of the scanner (ln and exp are in logarithm.h). A C static inline in a header is inlined into Swift (measured: no call remains).
// Every helper has a portable form; SSE2 is part of x86-64, so there is no run-time choice.
#ifndef SPENDFUSE_SCAN_H
#define SPENDFUSE_SCAN_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

// How a walk over JSON ended; the same numbers as Swift's `Stop`.
enum {
  SCAN_DONE = 0,       // what was looked for is there
  SCAN_SHORT = 1,      // the bytes ran out
  SCAN_LINE_END = 2,   // a line end where none may be
  SCAN_MALFORMED = 3,  // broken, or nested too deep
};

// What a line feed means.
enum {
  SCAN_ONE_LINE = 0,  // ends the record
  SCAN_INDENTED = 1,  // white space, but in a string, or right before a `{`, it ends the record
  SCAN_FREE = 2,      // nothing: the text came out of a string
};

typedef struct {
  const uint8_t *at;
  int32_t status;
} scan_place;

// The end of a container whose opening bracket was just passed. `depth` counts it and all around it; deeper than `deepest` is
// malformed. `at` is one past the closing bracket, or the line feed that ended it. What is between is not checked.
scan_place scan_container(const uint8_t *at, const uint8_t *end, int32_t depth, int32_t deepest, int32_t lines);

static inline uint64_t scan_load8(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word;
}

static inline int scan_equal(const uint8_t *a, const uint8_t *b, size_t count) { return memcmp(a, b, count) == 0; }

static inline const uint8_t *scan_line_feed(const uint8_t *at, const uint8_t *end) {
  const uint8_t *found = (const uint8_t *)memchr(at, '\n', (size_t)(end - at));
  return found ? found : end;
}

// The first `"`, `\` or line feed; `end` where there is none.
static inline const uint8_t *scan_string_stop(const uint8_t *at, const uint8_t *end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), line = _mm_set1_epi8('\n');
  while (end - at >= 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    int hits = _mm_movemask_epi8(_mm_or_si128(
        _mm_cmpeq_epi8(bytes, quote), _mm_or_si128(_mm_cmpeq_epi8(bytes, slash), _mm_cmpeq_epi8(bytes, line))));
    if (hits) return at + __builtin_ctz((unsigned)hits);
    at += 16;
  }
#endif
  while (at < end && *at != '"' && *at != '\\' && *at != '\n') at++;
  return at;
}

// The byte that ends a number or a word: `,`, a closing bracket, white space, or one that may not be there; `end` where there is none.
static inline const uint8_t *scan_scalar_stop(const uint8_t *at, const uint8_t *end) {
  // One bit a byte.
  static const uint64_t inside[4] = {
      0xffffffff00000000ull & ~(1ull << ' ' | 1ull << '"' | 1ull << ',' | 1ull << ':'),
      ~(1ull << ('[' - 64) | 1ull << ('\\' - 64) | 1ull << (']' - 64) | 1ull << ('{' - 64) | 1ull << ('}' - 64)),
      ~0ull, ~0ull};
  while (at < end && (inside[*at >> 6] >> (*at & 63) & 1)) at++;
  return at;
}

// 10^power, 0 to 19.
static inline uint64_t scan_power(int power) {
  static const uint64_t powers[20] = {1ull, 10ull, 100ull, 1000ull, 10000ull, 100000ull, 1000000ull, 10000000ull,
      100000000ull, 1000000000ull, 10000000000ull, 100000000000ull, 1000000000000ull, 10000000000000ull,
      100000000000000ull, 1000000000000000ull, 10000000000000000ull, 100000000000000000ull, 1000000000000000000ull,
      10000000000000000000ull};
  return powers[power];
}

// 1 where no byte has its high bit set.
static inline int scan_is_ascii(const uint8_t *at, size_t count) {
  uint64_t high = 0;
  while (count >= 8) {
    high |= scan_load8(at);
    at += 8;
    count -= 8;
  }
  while (count--) high |= (uint64_t)*at++;
  return (high & 0x8080808080808080ull) == 0;
}

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif
#endif
