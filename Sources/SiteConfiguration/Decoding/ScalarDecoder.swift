// The values that stand in several sections.

internal import Fencing
internal import Keys

extension SiteDecoder {
    mutating func duration(
        in slot: Slot, _ bounds: ClosedRange<Duration>
    ) -> Positioned<Duration>? {
        findings.value(
            of: slot,
            wanted: "a duration from \(bounds.lowerBound.brief) to \(bounds.upperBound.brief), "
                + "such as 20s, 500ms, 2m"
        ) { text in
            Duration(brief: text).flatMap { bounds.contains($0) ? $0 : nil }
        }
    }

    mutating func number(in slot: Slot, _ bounds: ClosedRange<Int>) -> Positioned<Int>? {
        findings.value(
            of: slot, wanted: "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        ) { text in
            let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isPlain, let number = Int(text), bounds.contains(number) else { return nil }
            return number
        }
    }

    mutating func path(in slot: Slot) -> Positioned<String>? {
        findings.value(
            of: slot, wanted: "an absolute path without blanks, `//`, `.` and `..`: /dev/ttyS0"
        ) { isPath($0) ? $0 : nil }
    }

    mutating func line(in slot: Slot) -> Positioned<LineReference>? {
        guard let text = findings.text(of: slot, wanted: LineReference.wanted) else { return nil }
        switch LineReference.read(text) {
        case .success(let line): return Positioned(line, at: slot.position)
        case .failure(let fault):
            findings.error(
                slot.position, "\(slot.label) is \(shown(text))", "write \(fault.wanted)")
            return nil
        }
    }

    mutating func name<Kind>(in slot: Slot) -> Positioned<Name<Kind>>? {
        findings.value(of: slot, wanted: "a name: \(nameRule)") { Name<Kind>($0) }
    }

    /// The name that a key of the file is.
    mutating func name<Kind>(
        of key: Positioned<String>, _ noun: String
    ) -> Positioned<Name<Kind>>? {
        if let name = Name<Kind>(key.value) { return Positioned(name, at: key.position) }
        findings.error(
            key.position, "\(noun) \(shown(key.value)) has a name that cannot be",
            "write a name: \(nameRule)")
        return nil
    }

    mutating func feeds(in slot: Slot) -> [Positioned<Outlet>] {
        elements(of: slot) { decoder, element in
            decoder.findings.value(of: element, wanted: "SWITCH/OUTLET, such as pdu-a/1") {
                Outlet($0)
            }
        }
    }

    mutating func key(in slot: Slot) -> Positioned<AuthorizedKey>? {
        let wanted = "a line of a .pub file: ssh-ed25519 AAAA... comment"
        guard let line = findings.text(of: slot, wanted: wanted) else { return nil }
        do throws(KeyLineFault) {
            return Positioned(try AuthorizedKey(line: line), at: slot.position)
        } catch {
            // The line itself is not shown: it may be a private key.
            findings.error(slot.position, "one of the \(slot.label) \(error.what)", error.advice)
            return nil
        }
    }

    mutating func elements<Value>(
        of slot: Slot, _ decode: (inout SiteDecoder, Slot) -> Value?
    ) -> [Value] {
        var values: [Value] = []
        for element in findings.elements(of: slot) {
            if let value = decode(&self, element) { values.append(value) }
        }
        return values
    }

    /// As `elements`, and an empty list is a finding.
    mutating func atLeastOne<Value>(
        _ slot: Slot, _ decode: (inout SiteDecoder, Slot) -> Value?
    ) -> [Value] {
        if case .list(let elements) = slot.content, elements.isEmpty {
            findings.error(slot.position, "\(slot.label): the list is empty", "write at least one")
        }
        return elements(of: slot, decode)
    }
}

/// The rule for names, as a sentence ends with it.
let nameRule = "1 to 64 characters of A-Z a-z 0-9 _ . -, not beginning with . or -"
