// libmicrohttpd: its variadic calls, one `static inline` for each set of arguments in use.
#ifndef SPENDFUSE_HTTPD_H
#define SPENDFUSE_HTTPD_H
#include <microhttpd.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

// Serves a listening socket with a thread a connection, since a handler may wait for its answer. On success the daemon owns
// `listener` until it is quiesced.
static inline struct MHD_Daemon *sf_httpd_start(
    int listener, MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed, void *context,
    unsigned int connections, unsigned int idle_seconds, size_t connection_memory) {
  return MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0, NULL, NULL,
      handler, context, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, completed, context,
      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory, MHD_OPTION_THREAD_STACK_SIZE, (size_t)(512 << 10),
      MHD_OPTION_END);
}

// The socket of a connection, or -1.
static inline int sf_httpd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

// The user at the other end of a unix socket; 0 where it could be told.
static inline int sf_peer_user(int fd, uid_t *user) {
  struct { pid_t pid; uid_t uid; gid_t gid; } peer;  // struct ucred, which needs _GNU_SOURCE
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *user = peer.uid;
  return 0;
}
#endif
