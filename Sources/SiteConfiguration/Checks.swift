// What can only be seen in the whole file: who is who, which outlet is whose.

internal import Fencing
internal import Keys

extension Draft {
    /// What is missing or unused is looked for only in a file without errors: a feed that could
    /// not be read would make its switch look unused.
    func check(_ findings: inout Findings) {
        checkNames(&findings)
        checkKeys(&findings)
        checkLines(&findings)
        checkFeeds(&findings)
        checkRackNumbers(&findings)
        checkTimes(&findings)
        checkOwnFeeds(&findings)
        guard findings.worst != .error else { return }
        checkUse(&findings)
        checkPeople(&findings)
        checkPowerSources(&findings)
    }

    /// Nodes and operators share one space of names: they are user names at the door.
    private func checkNames(_ findings: inout Findings) {
        var owners: [PrincipalName: DraftPrincipal] = [:]
        for principal in principals {
            let name = principal.who.name
            if reservedNames.contains(name.text) {
                findings.error(
                    principal.position,
                    "`\(name)` is reserved and cannot name a node or an operator",
                    "choose another name")
            }
            if let first = owners[name] {
                findings.error(
                    principal.position,
                    "\(principal.description) has the name of \(first.description) in line "
                        + "\(first.position.line)",
                    "every node and operator needs a name of its own, over all clusters")
            } else {
                owners[name] = principal
            }
        }
    }

    /// A key proves one principal. An authority may vouch for several.
    private func checkKeys(_ findings: inout Findings) {
        var owners: [PublicKey: (DraftPrincipal, SourcePosition)] = [:]
        for principal in principals {
            for key in principal.keys {
                checkKind(of: key, &findings)
                guard key.value.role == .login else { continue }
                if let (first, position) = owners[key.value.key] {
                    findings.error(
                        key.position,
                        "this key of \(principal.description) is the key of \(first.description) "
                            + "in line \(position.line) too",
                        "give each its own key, and each key once")
                } else {
                    owners[key.value.key] = (principal, key.position)
                }
            }
        }
        for authority in authorities {
            switch authority.value.role {
            case .authority(principals: nil): break
            case .authority:
                findings.error(
                    authority.position, "one of the authorities has `principals=`",
                    "leave it out here: its certificates let in whom they name. With other names it "
                        + "belongs under the `keys` of a node or an operator")
            case .login:
                findings.error(
                    authority.position, "one of the authorities is not marked as one",
                    "write cert-authority before the key, so that no login key gets here by mistake"
                )
            }
        }
    }

    private func checkKind(of key: Positioned<AuthorizedKey>, _ findings: inout Findings) {
        switch appliance.rsa {
        case .accepted: break
        case .refused:
            guard key.value.key.algorithm == KeyAlgorithm.rsa.rawValue else { return }
            findings.error(
                key.position, "an RSA key, and this site takes none",
                "make another: ssh-keygen -t ed25519; or write `rsa_keys: accepted` under "
                    + "`appliance`: docs/threats.md says what it costs")
        }
    }

    private func checkLines(_ findings: inout Findings) {
        var owners: [String: LineDescription] = [:]
        for line in switches.compactMap({ lines[$0.value] }) {
            if let first = owners[line.line.value.wire] {
                findings.error(
                    line.line.position,
                    "switch \(line.name.value) is on \(line.line.value), where switch "
                        + "\(first.name.value) in line \(first.line.position.line) is",
                    "every switch needs a line of its own")
            } else {
                owners[line.line.value.wire] = line
            }
        }
    }

    /// A supply that still holds its rails up when the power returns has not lost it: the machine
    /// goes on, and everybody was told that it is off.
    private func checkTimes(_ findings: inout Findings) {
        for node in nodes where node.node.offTime < node.node.holdUp {
            findings.error(
                node.name.position,
                "node \(node.name.value) would be switched on \(node.node.offTime.brief) after its "
                    + "off, when its supply may still hold it up (hold_up \(node.node.holdUp.brief))",
                "make off_time at least as long as hold_up")
        }
    }

    private func checkFeeds(_ findings: inout Findings) {
        var owners: [Outlet: (DraftNode, SourcePosition)] = [:]
        let known = Set(switches.map(\.value))
        for node in nodes {
            for feed in node.feeds {
                if !known.contains(feed.value.powerSwitch) { unknownSwitch(feed, &findings) }
                if let (first, position) = owners[feed.value] {
                    findings.error(
                        feed.position,
                        "outlet \(feed.value) of node \(node.name.value) is already a feed of node "
                            + "\(first.name.value) in line \(position.line)",
                        "an outlet powers one node, and is named once")
                } else {
                    owners[feed.value] = (node, feed.position)
                }
            }
        }
    }

    private func unknownSwitch(_ feed: Positioned<Outlet>, _ findings: inout Findings) {
        findings.error(
            feed.position,
            "there is no switch `\(feed.value.powerSwitch)` for the feed \(feed.value)",
            nearest(to: feed.value.powerSwitch.text, among: switches.map(\.value.text)).map {
                "did you mean `\($0)/\(feed.value.name)`?"
            } ?? "add it under `switches`")
    }

    /// Whoever shoots that node would put out the appliance.
    private func checkOwnFeeds(_ findings: inout Findings) {
        let known = Set(switches.map(\.value))
        for own in applianceFeeds {
            let fed = nodes.first { $0.node.feeds.contains(own.value) }
            if let fed {
                findings.error(
                    own.position,
                    "the appliance hangs on \(own.value), which it switches for node "
                        + "\(fed.name.value) in line \(fed.name.position.line)",
                    "plug one of them in elsewhere")
            } else if known.contains(own.value.powerSwitch) {
                findings.warning(
                    own.position,
                    "the appliance hangs on \(own.value), an outlet of a switch that it commands",
                    "plug it in where no command of its own can reach it")
            }
        }
    }

    private func checkUse(_ findings: inout Findings) {
        let used = Set(nodes.flatMap(\.node.feeds).map(\.powerSwitch))
        for name in switches where !used.contains(name.value) {
            findings.warning(
                name.position, "no node is fed by switch \(name.value)",
                "name its outlets as feeds, or remove it")
        }
        for node in nodes where node.keys.isEmpty {
            findings.warning(
                node.name.position, "node \(node.name.value) has no key",
                "it can be shot, but cannot ask; give it `keys` if it should")
        }
        let members = members
        for cluster in clusters {
            let count = members[cluster.value, default: []].count
            guard count < 2 else { continue }
            findings.warning(
                cluster.position, "cluster \(cluster.value) has \(count == 0 ? "no" : "one") node",
                "a node is shot at the request of another of its cluster: add it")
        }
    }
}
