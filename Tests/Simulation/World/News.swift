// What a node reads out of a reply: once for each reply, byte by byte, since it is read often.

internal import Fencing

struct News {
    let code: ExitCode
    private(set) var pseqs: [Pseq] = []
    private(set) var onProbation: [Int] = []
    /// Whoever hears that may take over from these.
    private(set) var off: [Int] = []

    struct Pseq {
        let node: Int
        let pseq: PowerSequence
    }

    /// What somebody was shown.
    init(of shown: [Pseq]) {
        code = .ok
        pseqs = shown
    }

    /// `pseq=n1:0,n2:4` of a quorum; `pseq=3` or `satisfied=pseq3` of a shot at `target`.
    init(in reply: Reply, to nodes: [NodeName]) {
        code = reply.code
        for line in reply.lines { read(line, nodes) }
    }

    private mutating func read(_ line: ReplyLine, _ nodes: [NodeName]) {
        var target: Int?
        var told: PowerSequence?
        var isOff = false
        for field in line.fields {
            switch field.key {
            case "target": target = field.value.utf8[...].place(in: nodes)
            case "off": isOff = field.value == "verified" && line.word == ExitCode.ok.word
            case "pseq":
                told = field.value.utf8[...].pseq
                if told == nil { readList(field.value, nodes) }
            case "satisfied": told = told ?? field.value.utf8.dropFirst("pseq".utf8.count).pseq
            case "probation":
                field.value.forEachPart { name in
                    if let node = name.place(in: nodes) { onProbation.append(node) }
                }
            default: break
            }
        }
        guard let target else { return }
        if let told { pseqs.append(Pseq(node: target, pseq: told)) }
        if isOff { off.append(target) }
    }

    private mutating func readList(_ list: String, _ nodes: [NodeName]) {
        list.forEachPart { part in
            guard let colon = part.firstIndex(of: UInt8(ascii: ":")),
                let node = part[..<colon].place(in: nodes),
                let pseq = part[colon...].dropFirst().pseq
            else { return }
            pseqs.append(Pseq(node: node, pseq: pseq))
        }
    }
}

extension String {
    /// Between commas.
    fileprivate func forEachPart(_ body: (Substring.UTF8View) -> Void) {
        var rest = utf8[...]
        while let comma = rest.firstIndex(of: UInt8(ascii: ",")) {
            body(rest[..<comma])
            rest = rest[comma...].dropFirst()
        }
        body(rest)
    }
}

extension Substring.UTF8View {
    fileprivate func place(in nodes: [NodeName]) -> Int? {
        nodes.firstIndex { $0.text.utf8.elementsEqual(self) }
    }

    fileprivate var pseq: PowerSequence? {
        var number: UInt64 = 0
        for byte in self {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return isEmpty ? nil : PowerSequence(number)
    }
}
