// A device file: what it specifies, and what somebody should know before trusting it.

package struct PowermanFile: Sendable {
    package let specifications: [PowermanSpecification]
    /// In order of position.
    package let findings: [PowermanFinding]

    /// Those that stand in no other specification than this one.
    package func findings(about chosen: PowermanSpecification) -> [PowermanFinding] {
        findings.filter { finding in
            let before = specifications.filter {
                $0.position.path == finding.position.path
                    && $0.position.line <= finding.position.line
            }
            let owner = before.max { $0.position.line < $1.position.line }
            return owner.map { $0.position == chosen.position } ?? true
        }
    }

    /// `include` gives the bytes of another file by the path that is written in this one, or nil.
    package static func parse(
        text: [UInt8], path: String, include: @escaping (String) -> [UInt8]?
    ) throws(PowermanError) -> PowermanFile {
        let tokens = try PowermanLexer.tokens(text, path: path, include: include)
        var parser = PowermanParser(tokens, path: path)
        let specifications = try parser.specifications()
        let checked = specifications.flatMap(PowermanChecks.findings)
        return PowermanFile(
            specifications: specifications,
            findings: (parser.findings + checked).sorted {
                ($0.position.path, $0.position.line) < ($1.position.path, $1.position.line)
            })
    }
}
