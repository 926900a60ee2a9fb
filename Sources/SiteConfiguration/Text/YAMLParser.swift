// libyaml's event parser, and the one place that touches it. A pure function of its input: text in,
// events with line and column out.

internal import CYAML

struct YAMLEvent {
    let kind: Kind
    let position: SourcePosition
    let decoration: Decoration

    enum Kind: Equatable {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        case scalar(String, ScalarStyle)
        case listStart
        case listEnd
        case mapStart
        case mapEnd
    }

    enum ScalarStyle: Equatable {
        case plain
        case quotedOrBlock
    }

    /// What YAML has beyond plain trees.
    enum Decoration: String {
        case nothing
        case anchor = "an anchor (&)"
        case tag = "a tag (!)"
        case directive = "a directive (%)"
    }
}

/// The text is not YAML, or not the part of it that is read here.
struct YAMLFault: Error {
    let position: SourcePosition
    let what: String
    let advice: String
}

/// Owns a libyaml parser and the bytes that it reads.
@safe
struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        let made = unsafe yaml_parser_initialize(parser)
        precondition(made == 1, "libyaml's parser needs a few kilobytes of memory")
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    mutating func next() throws(YAMLFault) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe YAMLEvent(event)
    }

    private var fault: YAMLFault {
        let known = unsafe parser.pointee
        let what = unsafe "\(words(known.problem) ?? "out of memory") \(words(known.context) ?? "")"
        return YAMLFault(
            position: unsafe known.error == YAML_READER_ERROR
                ? position(ofByte: known.problem_offset) : SourcePosition(known.problem_mark),
            what: "this is not YAML: " + what.split(separator: " ").joined(separator: " "),
            advice: "look at this line and the one above it; indent with spaces, never with tabs")
    }

    /// libyaml counts bytes, not lines, while it has not got as far as characters.
    private func position(ofByte offset: Int) -> SourcePosition {
        let before = unsafe [UInt8](input.prefix(offset))
        let lines = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let characters = String(decoding: lines.last ?? [], as: UTF8.self).unicodeScalars
        return SourcePosition(line: max(1, lines.count), column: characters.count + 1)
    }
}

extension YAMLEvent {
    fileprivate init(_ event: yaml_event_t) {
        unsafe self.init(
            kind: Kind(event), position: SourcePosition(event.start_mark),
            decoration: Decoration(event))
    }
}

extension YAMLEvent.Kind {
    fileprivate init(_ event: yaml_event_t) {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: self = .streamStart
        case YAML_STREAM_END_EVENT: self = .streamEnd
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_ALIAS_EVENT: self = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            self = .scalar(
                unsafe String(decoding: bytes, as: UTF8.self),
                unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quotedOrBlock)
        case YAML_SEQUENCE_START_EVENT: self = .listStart
        case YAML_SEQUENCE_END_EVENT: self = .listEnd
        case YAML_MAPPING_START_EVENT: self = .mapStart
        case YAML_MAPPING_END_EVENT: self = .mapEnd
        default: preconditionFailure("libyaml's header names no other event")
        }
    }
}

extension YAMLEvent.Decoration {
    fileprivate init(_ event: yaml_event_t) {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT:
            let start = unsafe event.data.document_start
            let tags = unsafe start.tag_directives
            self =
                unsafe start.version_directive != nil || tags.start != tags.end
                ? .directive : .nothing
        case YAML_SCALAR_EVENT:
            unsafe self.init(anchor: event.data.scalar.anchor, tag: event.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            unsafe self.init(anchor: start.anchor, tag: start.tag)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            unsafe self.init(anchor: start.anchor, tag: start.tag)
        default: self = .nothing
        }
    }

    private init(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?
    ) {
        self = unsafe anchor != nil ? .anchor : unsafe tag != nil ? .tag : .nothing
    }
}

extension SourcePosition {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}

private func words(_ text: UnsafePointer<CChar>?) -> String? {
    unsafe text.map { unsafe String(cString: $0) }
}
