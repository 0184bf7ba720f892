internal import CTransport
import Glibc

/// hiredis writes with `write`, and libcurl with `CURLOPT_NOSIGNAL` leaves SIGPIPE alone: a peer that closed would end the process.
/// Blocks the signal on this thread, so that the call fails with EPIPE instead. Cheap; called before every exchange, since a value may
/// be made on one thread and used on another.
func blockBrokenPipeSignal() {
  var signals = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGPIPE)
  pthread_sigmask(SIG_BLOCK, &signals, nil)
}
