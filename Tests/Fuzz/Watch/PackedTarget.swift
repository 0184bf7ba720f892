import Fuzzing
import Glibc
import SpendWatch

/// Any bytes as a compressed log: to its end or to where it is damaged, the same however it is asked for, and of a cut file what the whole
/// one begins with.
let packedTarget = FuzzTarget("packed") { bytes in
  var choices = Choices(bytes)
  let whole = try content(bytes, piece: 64 << 10)
  let again = try content(bytes, piece: 1 + choices.next())
  try require(
    whole == again, "\(whole?.count ?? -1) bytes in one piece are \(again?.count ?? -1) in small ones")
  let cut = try content(Array(bytes.prefix(choices.place(in: bytes.count))), piece: 4_096)
  guard let cut else { return }
  try require(whole?.starts(with: cut) == true, "a cut file holds what the whole one does not begin with")
}

/// A megabyte at most: few bytes may stand for very many. nil where it is not compressed.
private func content(_ bytes: [UInt8], piece: Int) throws -> [UInt8]? {
  var path = Array("/dev/shm/packed-XXXXXX".utf8CString)
  let descriptor = mkstemp(&path)
  guard descriptor >= 0 else { return nil }
  unlink(path)
  guard write(descriptor, bytes, bytes.count) == bytes.count, let log = LogContent(descriptor),
    log.isPacked
  else { return nil }
  var made: [UInt8] = []
  while made.count < 1 << 20, let next = log.next(piece), !next.isEmpty {
    try require(next.count <= piece, "\(next.count) bytes where \(piece) have room")
    made += next
  }
  return Array(made.prefix(1 << 20))
}
