// The agent's description, as fence-agents' schema (lib/metadata.rng) and Pacemaker read it. It
// needs no appliance and no parameter.

enum Metadata {
    static let text = """
        <?xml version="1.0" ?>
        <resource-agent name="fence_picket" shortdesc="Fence agent for the Picket appliance">
        <longdesc>\(longDescription)</longdesc>
        <vendor-url>file:///usr/share/doc/picket-agents/pacemaker.md</vendor-url>
        <parameters>
        \(Parameter.all.flatMap(\.elements).joined(separator: "\n"))
        </parameters>
        <actions>
        \(actions)
        </actions>
        </resource-agent>
        """

    private static let longDescription = """
        fence_picket asks a Picket appliance, over the system's ssh, to cut a node's power. The \
        appliance decides which of several quarrelling nodes may shoot, switches all power supplies \
        of the target, reads them back, and says "off" only when they are. Exit status 0 of off and \
        reboot means that it was read back as off. Each node asks with its own key under its own \
        name; one resource serves all nodes.
        """

    /// `on` is never automatic: a power appliance unfences nobody.
    private static let actions = Action.allCases.map { action in
        switch action {
        case .on: "\t<action name=\"on\" automatic=\"0\"/>"
        case .off, .reboot, .status, .list, .listStatus, .monitor, .metadata, .manpage,
            .validateAll:
            "\t<action name=\"\(action.rawValue)\" />"
        }
    }.joined(separator: "\n")
}

extension Parameter {
    /// The parameter, and once more under its older name.
    fileprivate var elements: [String] {
        let current = element(
            name, attributes: alias.map { " obsoletes=\"\($0)\"" } ?? "")
        guard let alias else { return [current] }
        return [current, element(alias, attributes: " deprecated=\"1\"")]
    }

    private func element(_ name: String, attributes: String) -> String {
        """
        \t<parameter name="\(name)" unique="0" required="\(isRequired ? 1 : 0)"\(attributes)>
        \t\t<getopt mixed="\(escaped(usage))" />
        \(contentElement)
        \t\t<shortdesc lang="en">\(escaped(means))</shortdesc>
        \t</parameter>
        """
    }

    /// `-o, --action=[action]`
    var usage: String {
        let long = "--" + self.long + (value.map { "=[\($0)]" } ?? "")
        return (short.map { ["-\($0)"] } ?? []).joined() + (short == nil ? "" : ", ") + long
    }

    private var contentElement: String {
        let standard = self.standard.map { " default=\"\(escaped($0))\"" } ?? ""
        return "\t\t<content type=\"\(content.word)\"\(standard) />"
    }
}

private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
}
