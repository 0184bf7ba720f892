// Shims over libcurl, hiredis and libmicrohttpd: Swift cannot call C variadics, nor see enum-like macros.
#ifndef SPENDFUSE_TRANSPORT_H
#define SPENDFUSE_TRANSPORT_H
#include <stddef.h>
#endif
