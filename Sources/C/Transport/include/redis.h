// hiredis: what its structs keep in C arrays.
#ifndef SPENDFUSE_REDIS_H
#define SPENDFUSE_REDIS_H
#include <hiredis/hiredis.h>
#include <stddef.h>

static inline const char *sf_redis_error(const redisContext *context) { return context->errstr; }
static inline redisReply *sf_redis_element(const redisReply *reply, size_t index) {
  return index < reply->elements ? reply->element[index] : NULL;
}
#endif
