#include "transport.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { head_capacity = 16 * 1024 };

struct sf_transfer *sf_transfer_make(size_t body_capacity) {
  struct sf_transfer *transfer = calloc(1, sizeof *transfer);
  if (!transfer) return NULL;
  transfer->body.capacity = body_capacity;
  transfer->head.capacity = head_capacity;
  return transfer;
}

void sf_transfer_free(struct sf_transfer *transfer) {
  if (!transfer) return;
  free(transfer->body.bytes);
  free(transfer->head.bytes);
  free(transfer);
}

// Grows to what came, so an idle client holds little.
static size_t sink_append(struct sf_sink *sink, const char *data, size_t length) {
  size_t room = sink->capacity - sink->count;
  size_t taken = length < room ? length : room;
  if (taken < length) sink->overflowed = 1;
  if (taken) {
    unsigned char *grown = realloc(sink->bytes, sink->count + taken);
    if (!grown) {
      sink->overflowed = 1;
      return 0;
    }
    sink->bytes = grown;
    memcpy(sink->bytes + sink->count, data, taken);
    sink->count += taken;
  }
  return taken;
}

// A body over its capacity ends the transfer: what is there is enough, and nobody sends us 10 MB.
static size_t take_body(char *data, size_t size, size_t count, void *user) {
  struct sf_transfer *transfer = user;
  return sink_append(&transfer->body, data, size * count);
}

// A new status line (after `100 Continue`) starts the headers anew; what is over the capacity is dropped.
static size_t take_header(char *data, size_t size, size_t count, void *user) {
  struct sf_transfer *transfer = user;
  size_t length = size * count;
  if (length >= 5 && strncasecmp(data, "HTTP/", 5) == 0) transfer->head.count = 0;
  sink_append(&transfer->head, data, length);
  return length;
}

static int is_refused_v4(uint32_t address) {
  return (address & 0xffff0000u) == 0xa9fe0000u  // 169.254.0.0/16
         || address == 0x646464c8u;              // 100.100.100.200
}

int sf_is_refused_address(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    return is_refused_v4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    const uint8_t *bytes = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};             // ::ffff:0:0/96
    static const uint8_t translated[12] = {0x00, 0x64, 0xff, 0x9b};           // 64:ff9b::/96
    static const uint8_t metadata[16] = {0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54};
    if (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80) return 1;  // fe80::/10
    if (memcmp(bytes, metadata, 16) == 0) return 1;
    if (memcmp(bytes, mapped, 12) == 0 || memcmp(bytes, translated, 12) == 0) {
      return is_refused_v4((uint32_t)bytes[12] << 24 | (uint32_t)bytes[13] << 16 | (uint32_t)bytes[14] << 8 |
                           (uint32_t)bytes[15]);
    }
  }
  return 0;
}

// Called with the address that will really be connected to, after name resolution: a name cannot hide one.
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
  struct sf_transfer *transfer = user;
  (void)purpose;
  if (sf_is_refused_address(&address->addr)) {
    transfer->refused = 1;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode sf_transfer_install(struct sf_transfer *transfer, CURL *handle) {
  transfer->body.count = 0;
  transfer->body.overflowed = 0;
  transfer->head.count = 0;
  transfer->head.overflowed = 0;
  transfer->refused = 0;
  transfer->error[0] = 0;
  CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, transfer);
  if (!code) code = curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
  return code;
}

CURL *sf_multi_next_done(CURLM *multi, CURLcode *code) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg == CURLMSG_DONE) {
      *code = message->data.result;
      return message->easy_handle;
    }
  }
  return NULL;
}

CURLMcode sf_multi_poll(CURLM *multi, int wake_fd, int timeout_ms) {
  struct curl_waitfd wake = {.fd = wake_fd, .events = CURL_WAIT_POLLIN, .revents = 0};
  return curl_multi_poll(multi, wake_fd < 0 ? NULL : &wake, wake_fd < 0 ? 0 : 1, timeout_ms, NULL);
}
