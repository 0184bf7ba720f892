// libcurl: setopt and getinfo by argument kind, and the callbacks of one transfer.
#ifndef SPENDFUSE_HTTP_H
#define SPENDFUSE_HTTP_H
#include <curl/curl.h>
#include <stddef.h>
#include <sys/socket.h>

static inline CURLcode sf_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sf_set_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
// Not copied: the bytes must outlive the transfer.
static inline CURLcode sf_set_bytes(CURL *handle, CURLoption option, const void *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sf_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sf_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

// http and https only, here and after a redirect (which is never followed anyway).
static inline CURLcode sf_set_web_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  return code ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  return code ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

// Bytes that come in, up to a capacity.
struct sf_sink {
  unsigned char *bytes;
  size_t count;
  size_t capacity;
  int overflowed;
};

// One transfer's ends: what libcurl writes to, and what it is told to refuse.
struct sf_transfer {
  struct sf_sink body;
  struct sf_sink head;
  // Set when an address was refused (`sf_is_refused_address`).
  int refused;
  char error[CURL_ERROR_SIZE];
};

// NULL where memory is short. `body_capacity` in bytes; header lines over 16 KiB are dropped.
struct sf_transfer *sf_transfer_make(size_t body_capacity);
void sf_transfer_free(struct sf_transfer *transfer);
// Empties it and hangs its callbacks on `handle`; it must outlive the transfer.
CURLcode sf_transfer_install(struct sf_transfer *transfer, CURL *handle);
static inline const char *sf_transfer_error(const struct sf_transfer *transfer) { return transfer->error; }

// Link-local (169.254.0.0/16, fe80::/10, also mapped into IPv6) and the clouds' other metadata addresses.
int sf_is_refused_address(const struct sockaddr *address);

// The next finished transfer: its handle, or NULL. `code` gets its result.
CURL *sf_multi_next_done(CURLM *multi, CURLcode *code);
// Sleeps until a transfer moves, `wake_fd` (or -1) is readable, or the time is over.
CURLMcode sf_multi_poll(CURLM *multi, int wake_fd, int timeout_ms);
#endif
