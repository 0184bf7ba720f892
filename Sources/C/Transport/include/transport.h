// Shims over libcurl, hiredis and libmicrohttpd: Swift cannot call C variadics, nor see function-like macros.
// One `static inline` an argument kind; what needs a C callback is in transport.c.
#ifndef SPENDFUSE_TRANSPORT_H
#define SPENDFUSE_TRANSPORT_H
#include <stddef.h>

#include "crash.h"
#include "http.h"
#include "redis.h"
#endif
