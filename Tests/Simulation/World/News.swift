// What a node reads out of a reply: once for each reply, byte by byte, since it is read often.

internal import Fencing

struct News {
    let code: ExitCode
    private(set) var pseqs: [Pseq] = []
    private(set) var onProbation: [Int] = []

    struct Pseq {
        let node: Int
        let pseq: PowerSequence
    }

    /// `pseq=n1:0,n2:4` of a quorum; `pseq=3` or `satisfied=pseq3` of a shot at `target`.
    init(in reply: Reply, to nodes: [NodeName]) {
        code = reply.code
        guard let line = reply.lines.first else { return }
        var target: Int?
        var told: PowerSequence?
        for field in line.fields {
            switch field.key {
            case "target": target = field.value.utf8[...].place(in: nodes)
            case "pseq":
                told = field.value.utf8[...].pseq
                if told == nil { readList(field.value, nodes) }
            case "satisfied": told = told ?? field.value.utf8.dropFirst("pseq".utf8.count).pseq
            case "probation":
                onProbation = field.value.parts.compactMap { $0.place(in: nodes) }
            default: break
            }
        }
        if let target, let told { pseqs = [Pseq(node: target, pseq: told)] }
    }

    private mutating func readList(_ list: String, _ nodes: [NodeName]) {
        for part in list.parts {
            guard let colon = part.firstIndex(of: UInt8(ascii: ":")),
                let node = part[..<colon].place(in: nodes),
                let pseq = part[colon...].dropFirst().pseq
            else { continue }
            pseqs.append(Pseq(node: node, pseq: pseq))
        }
    }
}

extension String {
    fileprivate var parts: [Substring.UTF8View] { utf8.split(separator: UInt8(ascii: ",")) }
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
