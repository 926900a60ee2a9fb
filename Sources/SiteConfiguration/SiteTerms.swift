// The site as the arbiter sees it, once the drivers have said how slow their switches are.

package import Fencing

extension SiteFile {
    /// `latencies`: each driver's own maximal latency, used where the file does not name one. A
    /// refusal names every switch whose patience cannot be derived or is too short.
    package func site(latencies: [SwitchName: Duration]) throws(SiteRefused) -> Site {
        var findings = Findings(path: path)
        var switches: [SwitchName: SwitchTerms] = [:]
        for (name, line) in lines {
            switches[name] = line.terms(latencies[name], &findings)
        }
        guard findings.worst != .error else { throw SiteRefused(findings.all) }
        return Site(
            nodes: nodes, switches: switches, operators: operators, clusters: clusters)
    }
}

extension LineDescription {
    fileprivate func terms(_ drivers: Duration?, _ findings: inout Findings) -> SwitchTerms? {
        guard let latency = latency?.value ?? drivers else {
            findings.error(
                name.position,
                "nobody knows how long switch \(name.value) can take: its driver does not say",
                "add `latency`, the longest time after which a command can still act")
            return nil
        }
        guard let patience else {
            return terms(patience: SiteDefaults.patience(latency: latency), latency)
        }
        let least = latency + SiteLimits.patienceBeyondLatency
        if patience.value < least {
            findings.error(
                patience.position,
                "patience of switch \(name.value) is \(patience.value.brief), but a command can "
                    + "still act \(latency.brief) after it was sent",
                "write \(least.brief) or more, or leave `patience` out")
        }
        return terms(patience: patience.value, latency)
    }

    /// Where a line is left to others, each reading takes it from them.
    private func terms(patience: Duration, _ latency: Duration) -> SwitchTerms {
        SwitchTerms(
            patience: patience, maximalLatency: latency, readEvery: readEvery?.value,
            rereadOffEvery: leaveAfter == nil
                ? SiteDefaults.rereadOffEvery : SiteDefaults.rereadOffOfSharedEvery)
    }
}
