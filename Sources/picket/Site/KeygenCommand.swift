// picket keygen, picket add-node: a key for somebody, and what has to be written where.

internal import Appliance
internal import ArgumentParser
internal import Fencing
internal import Keys
internal import LinuxSystem
internal import SSHDoor
internal import SiteConfiguration

struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key for a node or an operator, and print what to do with it.",
        discussion: """
            Makes FILE (ed25519, mode 0600, without a passphrase: a node has nobody to type one) and \
            FILE.pub where they are not there yet, and prints the lines for the site file and the \
            commands for the node. The private half belongs on the node, and nowhere else: best run \
            this there.
            """)

    @Argument(help: "The node's or the operator's name.")
    var name: String

    @Option(help: "Where the private key is, or is to be.")
    var file = "/etc/picket/id_ed25519"

    @Flag(help: "The name is an operator's.")
    var person = false

    @Option(help: "How the appliance is reached.")
    var appliance = "picket"

    func run() throws {
        guard let name = PrincipalName(name), !reservedNames.contains(name.text) else {
            throw ValidationError("`\(self.name)` cannot be a name: 1 to 64 of A-Z a-z 0-9 _ . -")
        }
        let line: String
        do throws(HostKeyError) {
            line = "\(try HostKeyFile.publicLine(file)) \(name)"
        } catch {
            StandardStream.error.say("picket: \(error)")
            throw Status.notOpened.failure
        }
        let lines =
            person ? Paper.person(name, line) : Paper.node(name, line, feeds: ["SWITCH/OUTLET"])
        for text in lines + Paper.commands(name, file: file, appliance) {
            StandardStream.output.say(text)
        }
    }
}

struct AddNodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-node",
        abstract: "Print the site file's lines for a further node, and the node's commands.",
        discussion: """
            Checks the name, the feeds and the key against the site file: a feed that another node \
            has, a switch that is not there, a key that somebody else has. Changes nothing. Exit \
            status 1 where something speaks against it.
            """)

    @Argument(help: "The node's name.")
    var name: String

    @Option(help: "Its cluster.")
    var cluster: String

    @Option(help: "All outlets that power it, with commas: pdu-a/3,pdu-b/7")
    var feeds: String

    @Option(help: "Its public key, as `picket keygen` or ssh-keygen has made it.")
    var key: String

    @Option(help: "How the appliance is reached.")
    var appliance = "picket"

    @Option(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    func run() throws {
        let file = try SiteOption.read(site).file
        guard let node = PrincipalName(name) else {
            throw ValidationError("`\(name)` cannot be a name: 1 to 64 of A-Z a-z 0-9 _ . -")
        }
        let outlets = feeds.split(separator: ",").map(String.init)
        let key = try publicKey()
        let against = objections(file, node, outlets, key)
        guard against.isEmpty else {
            for text in against { StandardStream.error.say("picket: \(text)") }
            throw Status.notAsItShouldBe.failure
        }
        let line = "\(key.algorithm) \(key.base64) \(name)"
        StandardStream.output.say("# under clusters.\(cluster).nodes:")
        for text in Paper.node(node, line, feeds: outlets)
            + Paper.commands(node, file: "/etc/picket/id_ed25519", appliance)
        {
            StandardStream.output.say(text)
        }
    }

    private func publicKey() throws -> PublicKey {
        do {
            let bytes = try FileContent.read(key, atMost: 64 * 1024)
            let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
            return try AuthorizedKey(line: String(text)).key
        } catch {
            StandardStream.error.say("picket: \(key): \(error): name the public half, FILE.pub")
            throw Status.notOpened.failure
        }
    }

    private func objections(
        _ file: SiteFile, _ node: PrincipalName, _ outlets: [String], _ key: PublicKey
    ) -> [String] {
        var found: [String] = []
        if file.passes[node] != nil || reservedNames.contains(node.text) {
            found.append("the name \(node) is taken: choose another")
        }
        let clusters = Set(file.nodes.values.map(\.cluster.text))
        if !clusters.contains(cluster) {
            let known = clusters.sorted().joined(separator: ", ")
            found.append("there is no cluster \(cluster): the file has \(known)")
        }
        if outlets.isEmpty { found.append("it has no feed: it could never be proved off") }
        for text in outlets {
            guard let outlet = Outlet(text) else {
                found.append("`\(text)` is no outlet: write pdu-a/3")
                continue
            }
            if file.lines[outlet.powerSwitch] == nil {
                let known = file.lines.keys.sorted().map(\.text).joined(separator: ", ")
                found.append("there is no switch \(outlet.powerSwitch): the file has \(known)")
            }
            if let other = file.nodes.values.first(where: { $0.feeds.contains(outlet) }) {
                found.append(
                    "\(outlet) feeds \(other.name) already: shooting one would take the other")
            }
            if file.appliance.feeds.contains(outlet) {
                found.append("\(outlet) feeds the appliance itself: plug one of them in elsewhere")
            }
        }
        if let owner = file.passes.first(where: { $0.value.keys.contains { $0.key == key } }) {
            found.append("the key is that of \(owner.key): a key proves one, or it proves nothing")
        }
        return found
    }
}

/// What has to be written where.
private enum Paper {
    static func node(_ name: PrincipalName, _ key: String, feeds: [String]) -> [String] {
        [
            "      \(name):", "        feeds: [\(feeds.joined(separator: ", "))]",
            "        keys: [\"\(key)\"]",
        ]
    }

    static func person(_ name: PrincipalName, _ key: String) -> [String] {
        [
            "# under operators:", "  \(name):", "    role: operator   # or viewer, or admin",
            "    keys: [\"\(key)\"]",
        ]
    }

    static func commands(_ name: PrincipalName, file: String, _ appliance: String) -> [String] {
        [
            "# on the appliance, once the site file has them: a further node needs a restart, a key not",
            "#   picket check && systemctl restart picketd      (or: systemctl reload picketd)",
            "#   picket host-keys \(appliance)                         prints the known_hosts line",
            "# on \(name), with the private key in \(file), mode 600:",
            "#   ssh -i \(file) -o IdentitiesOnly=yes \(name)@\(appliance) quorum",
        ]
    }
}
