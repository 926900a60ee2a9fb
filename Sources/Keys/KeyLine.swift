// One line of OpenSSH's authorized_keys: options, a key, a comment (sshd(8)).
//
// The algorithm is named twice, in front and inside the base64 (RFC 4253, section 6.6). Both have
// to agree, and the inside has to be complete: half a pasted line is the usual mistake. An option
// that would restrict, and that nobody here can honour, is refused with the line: a restriction
// that is silently dropped is worse than none.

internal import Fencing

/// Why a line is no key, and what to do.
package enum KeyLineFault: Error, Hashable, Sendable {
    case severalLines
    case privateKey
    case unknownAlgorithm(String)
    case noKey(algorithm: String)
    case notBase64
    case otherAlgorithm(outside: String, inside: String)
    case damaged(algorithm: String)
    case option(KeyOptionFault)

    package var what: String {
        switch self {
        case .severalLines: "is not one line of text"
        case .privateKey: "is a private key"
        case .unknownAlgorithm(let word): "begins with \(shown(word))"
        case .noKey(let algorithm): "has nothing behind \(algorithm)"
        case .notBase64: "is not base64 as ssh-keygen writes it"
        case .otherAlgorithm(let outside, let inside):
            "says \(outside) in front and \(shown(inside)) inside"
        case .damaged(let algorithm): "is not a whole \(algorithm) key"
        case .option(let fault): fault.what
        }
    }

    package var advice: String {
        switch self {
        case .severalLines: "write each key as an element of its own"
        case .privateKey:
            "remove it, make a new pair (this one has been shown), write the line of its .pub file"
        case .unknownAlgorithm(let word):
            nearest(to: word, among: KeyAlgorithm.allCases.map(\.rawValue)).map {
                "did you mean \($0)?"
            } ?? "known are \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))"
        case .noKey, .notBase64, .otherAlgorithm, .damaged:
            "copy the whole line of the .pub file again"
        case .option(let fault): fault.advice
        }
    }
}

extension AuthorizedKey {
    package init(line: String) throws(KeyLineFault) {
        if line.contains("PRIVATE KEY") { throw .privateKey }
        guard line.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw .severalLines
        }
        let (options, rest) = try Self.split(line)
        let key = try PublicKey(words: rest.split(separator: " ").map(String.init))
        do throws(KeyOptionFault) {
            self = try options.authorized(key)
        } catch {
            throw .option(error)
        }
    }

    /// Options stand before the key, and may hold blanks inside quotes.
    private static func split(
        _ line: String
    ) throws(KeyLineFault) -> (KeyOptions, Substring) {
        let text = line.drop { $0 == " " }
        let first = text.prefix { $0 != " " }
        if KeyAlgorithm(rawValue: String(first)) != nil { return (KeyOptions(), text) }
        var isQuoted = false
        var isEscaped = false
        let end =
            text.firstIndex { character in
                defer { isEscaped = character == "\\" && !isEscaped }
                if character == "\"", !isEscaped { isQuoted.toggle() }
                return character == " " && !isQuoted
            } ?? text.endIndex
        let rest = text[end...].drop { $0 == " " }
        // No key behind it: then it was meant for the algorithm.
        guard KeyAlgorithm(rawValue: String(rest.prefix { $0 != " " })) != nil else {
            throw .unknownAlgorithm(String(first))
        }
        do throws(KeyOptionFault) {
            return (try KeyOptions(parsing: text[..<end]), rest)
        } catch {
            throw .option(error)
        }
    }
}

extension PublicKey {
    fileprivate init(words: [String]) throws(KeyLineFault) {
        guard let first = words.first, let algorithm = KeyAlgorithm(rawValue: first) else {
            throw .unknownAlgorithm(words.first ?? "")
        }
        guard words.count > 1 else { throw .noKey(algorithm: first) }
        guard let blob = bytes(canonicalBase64: words[1]) else { throw .notBase64 }
        var reader = WireReader(blob)
        guard let name = reader.string() else { throw .damaged(algorithm: first) }
        guard name.elementsEqual(first.utf8) else {
            throw .otherAlgorithm(outside: first, inside: String(decoding: name, as: UTF8.self))
        }
        guard algorithm.parts(from: &reader) != nil, reader.isAtEnd else {
            throw .damaged(algorithm: first)
        }
        self.init(algorithm: first, base64: words[1])
    }
}
