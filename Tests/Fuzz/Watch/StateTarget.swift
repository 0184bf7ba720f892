import Fuzzing
import SpendEngine
import SpendWatch

/// Any bytes as rows that the watcher finds in a state: refused, or read and written again as the same.
let stateTarget = FuzzTarget("state") { bytes in
  guard let kind = bytes.first else { return }
  let bytes = Array(bytes.dropFirst())
  if kind % 2 == 0 { try checkFile(bytes) } else { try checkBook(bytes) }
}

private func checkFile(_ bytes: [UInt8]) throws {
  guard let row = TrackedFile(encoded: bytes) else { return }
  let encoded = row.encoded
  guard let again = TrackedFile(encoded: encoded) else { throw Finding("a row that was written is not read") }
  try require(again == row && again.encoded == encoded, "a row changes when it is written again")
  let sound = row.sound
  try require(sound.sound == sound, "what was made sound is not")
  try require(
    sound.offset >= 0 && Int64(sound.tail.length) <= sound.offset, "a marker before the start of the file")
}

private func checkBook(_ bytes: [UInt8]) throws {
  guard let (books, context) = BooksCodec.decodeBook(bytes) else { return }
  let encoded = BooksCodec.encode(books, context: context)
  guard let (again, contextAgain) = BooksCodec.decodeBook(encoded) else {
    throw Finding("a book that was written is not read")
  }
  try require(again == books && contextAgain == context, "a book changes when it is written again")
}
