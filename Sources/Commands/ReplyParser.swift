// Reads a reply's text, as a client gets it.

package import Fencing

/// What is wrong with a reply's text, and where. Lines and columns count from 1.
package struct ReplySyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let fault: Fault

    package enum Fault: String, Hashable, Sendable {
        /// The connection may have gone away in the middle: nothing may be concluded from it.
        case unfinished = "the reply ends in the middle of a line"
        case noAtom = "expected a word, a key or a value"
        case noEquals = "expected = after a key"
        case noSeparator = "expected a space or the end of the line"
        case badEscape = "a backslash is followed by \", \\, or x and two hexadecimal digits"
        case badQuoted = "expected printable ASCII between the quotes"
        case notText = "the quoted bytes are not UTF-8"
    }

    package var description: String {
        "reply, line \(line), column \(column): \(fault.rawValue)"
    }
}

extension Reply {
    /// Reads what `printed(as: .text)` prints. The code is not in the text: it comes as the exit
    /// status of the request.
    package init(parsing text: String, code: ExitCode) throws(ReplySyntaxError) {
        var reader = ReplyReader(text)
        var lines: [ReplyLine] = []
        while !reader.isAtEnd { lines.append(try reader.line()) }
        self.init(code, lines)
    }
}

private struct ReplyReader {
    private let bytes: [UInt8]
    private var index = 0
    private var lineNumber = 1
    private var lineStart = 0

    init(_ text: String) { bytes = [UInt8](text.utf8) }

    var isAtEnd: Bool { index == bytes.count }

    mutating func line() throws(ReplySyntaxError) -> ReplyLine {
        var line = ReplyLine(try atom(), [])
        while try take(" ") {
            let key = try atom()
            guard try take("=") else { throw error(.noEquals) }
            line.fields.append(ReplyField(key, try atom()))
        }
        guard try take("\n") else { throw error(.noSeparator) }
        lineNumber += 1
        lineStart = index
        return line
    }

    private mutating func atom() throws(ReplySyntaxError) -> String {
        if try take("\"") { return try quoted() }
        let plain = bytes[index...].prefix(while: isPlain)
        guard !plain.isEmpty else { throw error(.noAtom) }
        index = plain.endIndex
        return String(decoding: plain, as: UTF8.self)
    }

    private mutating func quoted() throws(ReplySyntaxError) -> String {
        var content: [UInt8] = []
        while try !take("\"") {
            if try take("\\") {
                content.append(try escaped())
            } else {
                guard (0x20...0x7E).contains(try next()) else { throw error(.badQuoted) }
                content.append(bytes[index])
                index += 1
            }
        }
        guard let text = String(validating: content, as: UTF8.self) else { throw error(.notText) }
        return text
    }

    private mutating func escaped() throws(ReplySyntaxError) -> UInt8 {
        if try take("\"") { return UInt8(ascii: "\"") }
        if try take("\\") { return UInt8(ascii: "\\") }
        guard try take("x") else { throw error(.badEscape) }
        return try digit() * 16 + digit()
    }

    private mutating func digit() throws(ReplySyntaxError) -> UInt8 {
        guard let value = Character(UnicodeScalar(try next())).hexDigitValue else {
            throw error(.badEscape)
        }
        index += 1
        return UInt8(value)
    }

    private mutating func take(_ expected: UnicodeScalar) throws(ReplySyntaxError) -> Bool {
        guard try next() == UInt8(ascii: expected) else { return false }
        index += 1
        return true
    }

    private func next() throws(ReplySyntaxError) -> UInt8 {
        guard index < bytes.count else { throw error(.unfinished) }
        return bytes[index]
    }

    private func error(_ fault: ReplySyntaxError.Fault) -> ReplySyntaxError {
        ReplySyntaxError(line: lineNumber, column: index - lineStart + 1, fault: fault)
    }
}
