// From the site file's driver references to drivers: the built-in ones by name, powerman's device
// files from the disk.

internal import Drivers
internal import Fencing
internal import LinuxSystem
internal import SiteConfiguration

struct DriverShelf {
    private(set) var drivers: [SwitchName: any SwitchDriver] = [:]
    /// What somebody should look at: a device file's findings, outlets that a model has not.
    var findings: [Diagnostic] = []

    /// The largest device file that is read: powerman's own are below 20 KiB.
    private static let largestFile = 1 << 20

    init(_ site: SiteFile) {
        for line in site.lines.values.sorted(by: { $0.name.value < $1.name.value }) {
            guard let driver = driver(for: line, site) else { continue }
            drivers[line.name.value] = driver
            checkOutlets(of: line.name.value, driver, site)
            checkLatency(of: line, driver.traits, site)
            checkIdentity(of: line, driver, site)
            checkPort(of: line, site)
            checkReadBack(of: line.name.value, driver.traits, site)
        }
    }

    /// Each driver's own word on how late a command can act.
    var latencies: [SwitchName: Duration] { drivers.mapValues(\.traits.maximalLatency) }

    /// The button driver is made from its wiring, and so is in no catalog.
    private static var names: [String] { DriverCatalog.names + [ButtonDriver.name] }

    private static func suggestion(for name: String) -> String {
        nearest(to: name, among: names).map { "did you mean `\($0)`? " } ?? ""
    }

    var errors: [Diagnostic] { findings.filter { $0.severity == .error } }

    private mutating func driver(for line: LineDescription, _ site: SiteFile) -> (any SwitchDriver)?
    {
        if let button = line.button, line.driver.value != .builtIn(ButtonDriver.name) {
            findings.append(
                site.diagnostic(
                    .error, at: button.position,
                    "switch \(line.name.value) has a button, and a driver that presses none",
                    "leave `button` out, or write `driver: button`"))
        }
        do throws(DriverOptionRefused) {
            return try makeDriver(for: line, site)
        } catch {
            findings.append(
                site.diagnostic(.error, at: line.place(of: error.key), error.what, error.advice))
            return nil
        }
    }

    private mutating func makeDriver(
        for line: LineDescription, _ site: SiteFile
    ) throws(DriverOptionRefused) -> (any SwitchDriver)? {
        switch line.driver.value {
        case .builtIn(let name):
            guard let options = options(of: line, site) else { return nil }
            if name == ButtonDriver.name {
                try options.takeOnly([], for: name)
                return button(line, site)
            }
            if let driver = try DriverCatalog.make(named: name, options) { return driver }
            findings.append(
                site.diagnostic(
                    .error, at: line.driver.position, "there is no driver \(name)",
                    Self.suggestion(for: name)
                        + "built in are \(Self.names.joined(separator: ", ")); a powerman device "
                        + "file is written powerman:/etc/powerman/FILE.dev, a description of your "
                        + "own console:/etc/picket/FILE.yaml"))
            return nil
        case .powerman(let path, let specification):
            guard let options = options(of: line, site) else { return nil }
            try options.takeOnly([], for: "a powerman device file")
            return powerman(path, specification, line, site)
        case .console(let path):
            guard let options = options(of: line, site) else { return nil }
            try options.takeOnly([.user, .password], for: "a described console")
            return console(path, options.credentials, line, site)
        }
    }

    private mutating func console(
        _ path: String, _ credentials: Credentials, _ line: LineDescription, _ site: SiteFile
    ) -> (any SwitchDriver)? {
        let file: ConsoleDescriptionFile
        do {
            let bytes = try FileContent.read(path, atMost: ConsoleDescriptionFile.largest)
            file = try ConsoleDescriptionFile(reading: bytes, path: path)
        } catch let refused as SiteRefused {
            findings += refused.findings
            return nil
        } catch {
            findings.append(
                site.diagnostic(
                    .error, at: line.driver.position, "\(error)",
                    "name a file that describes the switch: docs/switches/console.md"))
            return nil
        }
        do throws(DescriptionRefused) {
            return try DriverCatalog.make(file.description, credentials)
        } catch {
            findings += file.findings(error)
            return nil
        }
    }

    private mutating func powerman(
        _ path: String, _ wanted: String?, _ line: LineDescription, _ site: SiteFile
    ) -> (any SwitchDriver)? {
        let file: PowermanFile
        do {
            file = try PowermanFile.parse(text: try Self.read(path), path: path) { included in
                // Why an included file cannot be read is the parser's to say.
                try? Self.read(included)
            }
        } catch {
            findings.append(
                site.diagnostic(
                    .error, at: line.driver.position, "\(error)",
                    "name a device file that can be read, such as "
                        + "powerman:/etc/powerman/baytech-rpc3-nc.dev (Debian package powerman)"))
            return nil
        }
        guard let chosen = choose(wanted, of: file, line, site) else { return nil }
        for finding in file.findings(about: chosen) {
            // What only its owner can read is as good as a site file.
            let isPrivate = PrivateFile.modeIfOpenToOthers(finding.position.path) == nil
            if finding.fact == .holdsPassword, isPrivate { continue }
            let isError = finding.isError(for: site.outlets(of: line.name.value))
            findings.append(
                site.diagnostic(
                    isError ? .error : .warning, at: line.driver.position, "\(finding)",
                    "\(finding.advice); docs/switches/powerman.md says what it means for a shot"))
        }
        do throws(PowermanError) {
            return try PowermanDriver(chosen, outlets: site.outlets(of: line.name.value))
        } catch {
            findings.append(
                site.diagnostic(
                    .error, at: line.driver.position, "\(error)",
                    "docs/switches/powerman.md lists the specifications that need a line only; the "
                        + "drivers that are built in are \(DriverCatalog.names.joined(separator: ", "))"
                ))
            return nil
        }
    }

    private mutating func choose(
        _ wanted: String?, of file: PowermanFile, _ line: LineDescription, _ site: SiteFile
    ) -> PowermanSpecification? {
        let candidates = file.specifications.filter { wanted == nil || $0.name == wanted }
        if candidates.count == 1 { return candidates[0] }
        let names = file.specifications.map(\.name).joined(separator: ", ")
        findings.append(
            site.diagnostic(
                .error, at: line.driver.position,
                "\(line.driver.value) does not name one specification",
                "the file has \(names); write powerman:/PATH#SPECIFICATION"))
        return nil
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try FileContent.read(path, atMost: largestFile)
    }

    /// What cannot be read back cannot be proved off. (A button says so itself, by its `sense`.)
    private mutating func checkReadBack(
        of name: SwitchName, _ traits: DriverTraits, _ site: SiteFile
    ) {
        guard traits.readsBack == .no, traits.name != ButtonDriver.name else { return }
        for (outlet, place) in site.feedPlaces.sorted(by: { $0.value < $1.value })
        where outlet.powerSwitch == name {
            findings.append(
                site.diagnostic(
                    .warning, at: place, "\(outlet) cannot be read back by \(traits.name)",
                    "every shot at its node is in doubt until a person attests it: take a switch "
                        + "that can be read"))
        }
    }
}

extension DriverShelf {
    /// Two adapters that come back the other way round would switch each other's machines.
    private mutating func checkPort(of line: LineDescription, _ site: SiteFile) {
        guard case .serial(let path) = line.line.value,
            ["/dev/ttyUSB", "/dev/ttyACM"].contains(where: path.hasPrefix)
        else { return }
        findings.append(
            site.diagnostic(
                .warning, at: line.line.position,
                "\(path) is whichever adapter was first: after a restart it may be another one",
                "name the port by its place, /dev/serial/by-path/... or /dev/picket/at/..."))
    }
}

extension SiteFile {
    /// Of one switch, as the nodes' feeds name them.
    fileprivate func outlets(of name: SwitchName) -> [OutletName] {
        feedPlaces.keys.filter { $0.powerSwitch == name }.map(\.name).sorted()
    }
}

// MARK: - Options

extension DriverShelf {
    /// Nil where the password cannot be had: what is wrong is a finding then.
    private mutating func options(
        of line: LineDescription, _ site: SiteFile
    ) -> DriverOptions? {
        var options = DriverOptions()
        options.unit = line.unit?.value
        options.dialect = line.dialect?.value
        options.contacts = line.contacts.flatMap {
            DriverOptions.Contacts(rawValue: $0.value.rawValue)
        }
        options.credentials.user = line.user?.value
        guard let password = line.password else { return options }
        switch password.value {
        case .written(let secret):
            warnOfReaders(of: site, at: password.position)
            options.credentials.password = secret
        case .file(let path):
            guard let secret = secret(in: path, at: password.position, site) else { return nil }
            options.credentials.password = secret
        }
        return options
    }

    private mutating func warnOfReaders(of site: SiteFile, at position: SourcePosition) {
        guard let mode = PrivateFile.modeIfOpenToOthers(site.path) else { return }
        findings.append(
            site.diagnostic(
                .warning, at: position,
                "a password is in this file, and its mode 0\(mode) lets others read it",
                "run: chmod o= \(site.path), or name a `password_file`"))
    }

    private mutating func secret(
        in path: String, at position: SourcePosition, _ site: SiteFile
    ) -> Secret? {
        if !PrivateFile.daemonCanRead(path) {
            findings.append(
                site.diagnostic(
                    .warning, at: position,
                    "password file \(path): root reads it, and picketd as the user picket cannot",
                    "run: chown root:picket \(path) && chmod 640 \(path)"))
        }
        do throws(PasswordFileError) {
            return try PasswordFile.read(path)
        } catch {
            findings.append(
                site.diagnostic(.error, at: position, "\(error)", PasswordFileError.advice))
            return nil
        }
    }
}

extension LineDescription {
    fileprivate func place(of key: DriverOptions.Key) -> SourcePosition {
        let place: SourcePosition? =
            switch key {
            case .unit: unit?.position
            case .dialect: dialect?.position
            case .contacts: contacts?.position
            case .user: user?.position
            case .password: password?.position
            }
        return place ?? name.position
    }
}
