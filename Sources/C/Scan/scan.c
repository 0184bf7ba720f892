#include "scan.h"

// One bit a byte of 64 bytes.
typedef struct {
  uint64_t quote, slash, line, open, close;
} masks;

static inline masks masks_of(const uint8_t *at) {
  masks m = {0, 0, 0, 0, 0};
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), line = _mm_set1_epi8('\n');
  // `[` and `{`, and `]` and `}`, differ in the bit 0x20 alone.
  const __m128i fold = _mm_set1_epi8(0x20), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}');
  for (int i = 0; i < 4; i++) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(at + 16 * i));
    __m128i folded = _mm_or_si128(bytes, fold);
    int shift = 16 * i;
    m.quote |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) << shift;
    m.slash |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, slash)) << shift;
    m.line |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, line)) << shift;
    m.open |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, open)) << shift;
    m.close |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, close)) << shift;
  }
#else
  for (int i = 0; i < 64; i++) {
    uint8_t byte = at[i];
    uint64_t bit = 1ull << i;
    if (byte == '"') m.quote |= bit;
    if (byte == '\\') m.slash |= bit;
    if (byte == '\n') m.line |= bit;
    if ((byte | 0x20) == '{') m.open |= bit;
    if ((byte | 0x20) == '}') m.close |= bit;
  }
#endif
  return m;
}

// Each bit becomes the parity of the bits up to it: set from an opening quote to before its closing one.
static inline uint64_t parity(uint64_t x) {
  x ^= x << 1;
  x ^= x << 2;
  x ^= x << 4;
  x ^= x << 8;
  x ^= x << 16;
  x ^= x << 32;
  return x;
}

// Indented text: rare, so a byte at a time.
static scan_place indented_container(const uint8_t *at, const uint8_t *end, int32_t depth, int32_t deepest) {
  int32_t outside = depth - 1;
  for (; at < end; at++) {
    uint8_t byte = *at;
    if (byte == '"') {
      for (at++;; at++) {
        if (at >= end) return (scan_place){end, SCAN_SHORT};
        if (*at == '"') break;
        if (*at == '\\' && ++at >= end) return (scan_place){end, SCAN_SHORT};
        if (*at == '\n') return (scan_place){at, SCAN_LINE_END};
      }
    } else if (byte == '\n') {
      if (end - at < 2) return (scan_place){end, SCAN_SHORT};
      if (at[1] == '{') return (scan_place){at, SCAN_LINE_END};
    } else if ((byte | 0x20) == '{') {
      if (++depth > deepest) return (scan_place){at, SCAN_MALFORMED};
    } else if ((byte | 0x20) == '}') {
      if (--depth == outside) return (scan_place){at + 1, SCAN_DONE};
    }
  }
  return (scan_place){end, SCAN_SHORT};
}

scan_place scan_container(const uint8_t *at, const uint8_t *end, int32_t depth, int32_t deepest, int32_t lines) {
  if (lines == SCAN_INDENTED) return indented_container(at, end, depth, deepest);
  const uint64_t odd = 0xAAAAAAAAAAAAAAAAull;
  const int32_t outside = depth - 1;
  uint64_t escaped_next = 0, in_string = 0;
  while (at < end) {
    uint8_t rest[64];
    const uint8_t *block = at;
    if (end - at < 64) {
      memset(rest, ' ', sizeof rest);
      memcpy(rest, at, (size_t)(end - at));
      block = rest;
    }
    masks m = masks_of(block);
    // Characters that a backslash escapes: runs of backslashes, told apart by parity (after simdjson).
    uint64_t escaped = escaped_next;
    if (m.slash) {
      uint64_t potential = m.slash & ~escaped_next;
      uint64_t code = (((potential << 1) | odd) - potential) ^ odd;
      escaped = code ^ (m.slash | escaped_next);
      escaped_next = (code & m.slash) >> 63;
    } else {
      escaped_next = 0;
    }
    uint64_t strings = parity(m.quote & ~escaped) ^ in_string;
    in_string = (uint64_t)((int64_t)strings >> 63);
    uint64_t open = m.open & ~strings, close = m.close & ~strings;
    uint64_t line = lines == SCAN_ONE_LINE ? m.line : 0;
    if (line) {
      uint64_t before = (line & (~line + 1)) - 1;
      open &= before;
      close &= before;
    }
    int32_t opens = __builtin_popcountll(open), closes = __builtin_popcountll(close);
    if (closes >= depth - outside || depth + opens > deepest) {
      for (uint64_t brackets = open | close; brackets; brackets &= brackets - 1) {
        uint64_t bit = brackets & (~brackets + 1);
        if (open & bit) {
          if (++depth > deepest) return (scan_place){at + __builtin_ctzll(bit), SCAN_MALFORMED};
        } else if (--depth == outside) {
          return (scan_place){at + __builtin_ctzll(bit) + 1, SCAN_DONE};
        }
      }
    } else {
      depth += opens - closes;
    }
    if (line) return (scan_place){at + __builtin_ctzll(line), SCAN_LINE_END};
    at += 64;
  }
  return (scan_place){end, SCAN_SHORT};
}
