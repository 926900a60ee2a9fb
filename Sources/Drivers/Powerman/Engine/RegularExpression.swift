// POSIX extended regular expressions, by the C library and nobody else: leftmost, longest, bytes.
// powerman's files are written for it; other engines read some of their patterns differently.

internal import Glibc

/// Owns a compiled pattern. The program never sets a locale, so bytes are bytes.
///
/// `@unchecked Sendable`: nothing changes the pattern after `init`, and POSIX has regexec safe to
/// call from several threads with the same pattern.
@safe package final class RegularExpression: @unchecked Sendable {
    package let source: [UInt8]
    /// A longer match may follow: the pattern ends in a repetition.
    let isOpenAtEnd: Bool
    private let lastBytes: Set<UInt8>?
    private let compiled: UnsafeMutablePointer<regex_t>

    /// powerman's own limits (xregex.c, device_private.h).
    package static let longestSource = 256
    package static let mostCaptures = 20
    /// Nodes; the largest of the files that Debian installs has a few hundred.
    static let largestSize = 10_000

    struct Match {
        let length: Int
        /// Just after the last byte of the match.
        let end: Int
        /// Where they are, by the same numbers.
        let spans: [Range<Int>?]
        /// `$0` to `$20`; nil for a group that matched nothing, or nothing but emptiness.
        let captures: [[UInt8]?]
    }

    /// The pattern as it stands in a device file, its string escapes already undone.
    init(_ source: [UInt8]) throws(PatternError) {
        guard source.count <= Self.longestSource else {
            throw PatternError("it is longer than \(Self.longestSource) bytes")
        }
        let shape = PatternShape(source)
        if let number = shape.backReference {
            throw PatternError(
                "`\\\(number)` refers back to what a group has matched: to match it can take for ever"
            )
        }
        guard shape.size <= Self.largestSize else {
            throw PatternError("its repetitions stand within repetitions: nobody could match it")
        }
        let pattern = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        unsafe pattern.initialize(to: regex_t())
        let text = Self.lineEndsUnescaped(source).map(CChar.init(bitPattern:)) + [0]
        let code = unsafe regcomp(pattern, text, REG_EXTENDED)
        guard code == 0 else {
            let reason = unsafe Self.explain(code, pattern)
            unsafe pattern.deallocate()
            throw PatternError(reason)
        }
        self.source = source
        isOpenAtEnd = shape.isOpenAtEnd
        lastBytes = shape.lastBytes
        unsafe compiled = pattern
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Searches the first `count` bytes. `$` matches nowhere, as in powerman.
    func match(in input: [UInt8], first count: Int) -> Match? {
        precondition(count <= input.count, "a prefix is not longer than the whole")
        var groups = [regmatch_t](repeating: regmatch_t(), count: Self.mostCaptures + 1)
        // A C string of its own: no NUL is within, because the input's are shown as 0xFF.
        let text = input[..<count].map(CChar.init(bitPattern:)) + [0]
        guard unsafe regexec(compiled, text, groups.count, &groups, REG_NOTEOL) == 0 else {
            return nil
        }
        let spans = groups.map { group -> Range<Int>? in
            guard group.rm_so >= 0, group.rm_so < group.rm_eo else { return nil }
            return Int(group.rm_so)..<Int(group.rm_eo)
        }
        return Match(
            length: Int(groups[0].rm_eo - groups[0].rm_so), end: Int(groups[0].rm_eo),
            spans: spans, captures: spans.map { $0.map { Array(input[$0]) } })
    }

    /// Whether a match may have become possible by this byte, behind text that has none.
    func canEnd(with byte: UInt8) -> Bool { isOpenAtEnd || lastBytes?.contains(byte) ?? true }

    /// It matches what no switch says of an outlet, and so tells nothing: `.*`, `[^1]`.
    var matchesAnything: Bool { Self.meaningless.allSatisfy { matches(Array($0.utf8)) } }

    private static let meaningless = ["?", "#", "~~", "sensor fault", "Zz"]

    func matches(_ text: [UInt8]) -> Bool { match(in: text, first: text.count) != nil }

    /// Of the first match that ends there and nowhere else, in front of any that begins later.
    func lengthOfMatch(endingAt end: Int, in text: [UInt8]) -> Int? {
        var rest = Array(text[..<end])
        while !rest.isEmpty, let match = match(in: rest, first: rest.count) {
            if match.end == rest.count { return match.length }
            rest.removeFirst(max(1, match.end))
        }
        return nil
    }

    /// A backslash and `r` or `n` that are still two characters here mean CR and LF.
    private static func lineEndsUnescaped(_ source: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for byte in source {
            switch (result.last, byte) {
            case (UInt8(ascii: "\\"), UInt8(ascii: "r")):
                result[result.count - 1] = UInt8(ascii: "\r")
            case (UInt8(ascii: "\\"), UInt8(ascii: "n")):
                result[result.count - 1] = UInt8(ascii: "\n")
            default: result.append(byte)
            }
        }
        return result
    }

    private static func explain(_ code: Int32, _ compiled: UnsafePointer<regex_t>) -> String {
        var text = [CChar](repeating: 0, count: 128)
        _ = unsafe regerror(code, compiled, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

package struct PatternError: Error, Hashable, Sendable {
    package let reason: String
    init(_ reason: String) { self.reason = reason }
}
