// picket init: questions and probes, and at the end a site file that `picket check` takes.

internal import Appliance
internal import ArgumentParser
internal import Fencing
internal import Glibc
internal import LinuxSystem
internal import SiteConfiguration

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Ask, probe, and write a commented site file.",
        discussion: """
            Asks for lines, what hangs on them, nodes and operators; finds out by itself what answers \
            on a line, where it may (nothing is switched). Writes nothing before the end, and no file \
            over another. An empty answer takes what stands in brackets, `?` explains the question, and \
            `back` goes to the one before. Exit status 1 where it was broken off.
            """)

    @Argument(help: "The site file to write.", completion: .file(extensions: ["yaml"]))
    var file = "/etc/picket/picket.yaml"

    @Option(help: "Where serial lines are locked.")
    var lockDirectory = "/run/lock"

    func run() throws {
        guard unsafe access(file, F_OK) != 0 else {
            StandardStream.error.say(
                "picket: \(file) is there already: name another, or move it away")
            throw Status.notOpened.failure
        }
        try expectWritable()
        let interview = SiteInterview(file: file, lockDirectory: lockDirectory)
        let draft: SiteDraft
        do throws(Questions.BrokenOff) {
            draft = try interview.draft()
        } catch {
            StandardStream.error.say("picket: the answers ended, nothing was written")
            throw Status.notAsItShouldBe.failure
        }
        for (path, password) in draft.passwords { try write(password + "\n", to: path) }
        try write(draft.text, to: file)
        say("\n\(file) is written. What `picket check` says of it:")
        let plan = try SiteOption.read(file)
        for warning in plan.warnings { say("\(warning)") }
        say("\(file): no errors.")
        farewell(draft, plan)
    }

    /// Before the first question: twenty answers are not to be lost.
    private func expectWritable() throws {
        let folder =
            file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) : "."
        guard unsafe access(folder.isEmpty ? "/" : folder, W_OK | X_OK) != 0 else { return }
        StandardStream.error.say(
            "picket: \(file) cannot be written: \(folder): \(errorText(errno)): be root, or name "
                + "another file")
        throw Status.notOpened.failure
    }

    /// What to do next, in order, with this site's own names.
    private func farewell(_ draft: SiteDraft, _ plan: SitePlan) {
        let conflicts = (PicketPorts.ofSocketUnit ?? []).flatMap(PicketPorts.conflicts)
        let host = hostName()
        let who = draft.people.first?.name ?? draft.nodes.first?.name ?? "USER"
        let usual = file == SiteOption.usual
        let named = usual ? "" : " --site \(file)"
        say("\nNext:")
        if let feed = draft.nodes.first?.feeds.first, let slash = feed.firstIndex(of: "/") {
            say(
                "  picket try \(feed[..<slash]) \(feed[feed.index(after: slash)...])\(named)        reads an outlet, and shows every byte"
            )
        }
        for conflict in conflicts { say("  \(conflict)") }
        say("  systemctl enable --now picketd\(conflicts.isEmpty ? "" : "        not before that")")
        do {
            let folder = "/var/lib/picket"
            try DaemonAccount.makeFolder(folder)
            guard FileContent.exists(folder) else {
                throw SystemCallError("open \(folder)", number: ENOENT)
            }
            let lines = try HostKeyLines(of: plan).knownHosts([host], port: 22)
            say("  on your machine, into ~/.ssh/known_hosts:")
            for line in lines { say("    \(line)") }
        } catch {
            say(
                "  picket host-keys \(host)\(named)        "
                    + "once it runs: the line for ~/.ssh/known_hosts")
        }
        say("  ssh \(who)@\(host) nodes")
    }

    private func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "picket" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ text: String, to path: String) throws {
        do throws(SystemCallError) {
            // With who may come in, or a password: for its owner and its group, which is picketd's
            // in the package's folder.
            let new = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o640)
            try new.writeAll(Array(text.utf8))
        } catch {
            StandardStream.error.say("picket: \(error)")
            throw Status.notOpened.failure
        }
    }

    private func say(_ text: String) { StandardStream.output.say(text) }
}
