/// SipHash-1-3 over bytes with a 128-bit key: the hash of names and of request identities. Keyed, so that nobody who writes a log can
/// aim at collisions (what of it is stored needs 64 bits; the markers of files, which nothing else checks, take two); own code, so that a stored fingerprint means the same in the next run (Swift's Hasher is seeded per process).
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one compression and three finalization rounds.
package struct SipHash: Sendable {
  package let key: (UInt64, UInt64)

  @inlinable package init(key: (UInt64, UInt64)) { self.key = key }

  /// Hash of `bytes`; `salt` separates uses of one key.
  package func callAsFunction(_ bytes: UnsafeRawBufferPointer, salt: UInt64 = 0) -> UInt64 {
    var v0 = key.0 ^ 0x736f_6d65_7073_6575
    var v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    var v2 = key.0 ^ 0x6c79_6765_6e65_7261 ^ salt
    var v3 = key.1 ^ 0x7465_6462_7974_6573

    @inline(__always) func round() {
      v0 &+= v1
      v2 &+= v3
      v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
      v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
      v0 = v0 &<< 32 | v0 &>> 32
      v2 &+= v1
      v0 &+= v3
      v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
      v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
      v2 = v2 &<< 32 | v2 &>> 32
    }

    let count = bytes.count
    var offset = 0
    while offset &+ 8 <= count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      v3 ^= word
      round()
      v0 ^= word
      offset &+= 8
    }
    var last = UInt64(truncatingIfNeeded: count) &<< 56
    var shift: UInt64 = 0
    while offset < count {
      last |= UInt64(bytes[offset]) &<< shift
      shift &+= 8
      offset &+= 1
    }
    v3 ^= last
    round()
    v0 ^= last
    v2 ^= 0xff
    round()
    round()
    round()
    return v0 ^ v1 ^ v2 ^ v3
  }

  /// Hash of an array, for cold paths.
  package func callAsFunction(_ bytes: [UInt8], salt: UInt64 = 0) -> UInt64 {
    bytes.withUnsafeBytes { self($0, salt: salt) }
  }
}
