import Glibc
import SpendEngine

// Files that are not where they were: followed by their identity, or by their open descriptor.

extension Tailer {
  /// Looks whether a file is still where it was; else follows it by its identity among the neighbours, or by its descriptor.
  mutating func displace(_ slot: Int) {
    if isWhole(slot) { return displaceWhole(slot) }
    let row = generations[slot].row
    guard row.state != .closed, row.state != .rotated else { return }
    switch FileFacts.of(row.path) {
    case .success(let facts) where facts.identity == row.identity:
      if row.state == .shadow { examine(slot, facts) }
      return
    case .failure(let error) where error.code != ENOENT && error.code != ENOTDIR && error.code != ELOOP:
      generations[slot].problem = error.reason
      return
    default: break
    }
    generations[slot].grown = now
    let found = neighbour(row)
    if let found {
      move(slot, to: found.path)
    } else if slotOfPath[row.path] == slot {
      slotOfPath[row.path] = nil
    }
    if let found, isNamed(found.path) { return examine(slot, found.facts) }
    if row.state == .shadow {
      generations[slot].isMissing = found == nil
      if let facts = found?.facts ?? descriptors.find(slot).flatMap(FileFacts.of) { examine(slot, facts) }
      return
    }
    if let open = found == nil ? descriptors.find(slot) : descriptor(slot), let facts = FileFacts.of(open) {
      generations[slot].row.state = .rotated
      hot.insert(slot)
      descriptors.pin(slot)
      changed.insert(slot)
      examine(slot, facts)
    } else {
      generations[slot].isMissing = true
      wakeShadows(of: slot)
    }
  }

  /// A file in the same directory that is the one `row` describes.
  private mutating func neighbour(_ row: TrackedFile) -> (path: RawPath, facts: FileFacts)? {
    let directory = row.path.directory
    if siblings[directory] == nil {
      var names: [UInt64: [UInt8]] = [:]
      if case .success(let entries) = listDirectory(directory) {
        for entry in entries where entry.kind != .directory { names[entry.inode] = entry.name }
      }
      siblings[directory] = names
    }
    guard let name = siblings[directory]?[row.identity.inode] else { return nil }
    let path = directory.appending(name)
    guard case .success(let facts) = FileFacts.of(path, followsLink: false), facts.identity == row.identity
    else {
      return nil
    }
    return (path, facts)
  }

  /// A renamed or deleted file: read on while it grows, closed when it was quiet for the grace.
  mutating func followRotated(_ slot: Int) {
    let row = generations[slot].row
    guard generations[slot].source != nil else { return }
    if let open = descriptors.find(slot), let facts = FileFacts.of(open) {
      examine(slot, facts)
    } else if case .success(let facts) = FileFacts.of(row.path), facts.identity == row.identity {
      examine(slot, facts)
    } else if !(generations[slot].isMissing && hasScanned), let found = neighbour(row) {
      move(slot, to: found.path)
      examine(slot, found.facts)
    } else {
      generations[slot].isMissing = true
      return
    }
    let generation = generations[slot]
    guard generation.row.state == .rotated, !generation.isBacklog, now - generation.grown >= options.grace,
      generation.unread <= generation.offered
    else { return }
    generations[slot].isFinishing = true
    enqueue(slot)
  }
}
