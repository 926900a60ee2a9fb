// picket check: every finding about a site file, each with its line, and nothing is opened.

internal import Appliance
internal import ArgumentParser
internal import LinuxSystem
internal import SiteConfiguration

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a site file and its drivers, and print every finding.",
        discussion: """
            What picketd would say at its start, with line and column, and below it the line that is \
            meant. Where the package is installed, also who listens on the port that picketd is to \
            have. Exit status 78 where it would not start; warnings alone are 0.
            """)

    @Argument(help: "The site file.", completion: .file(extensions: ["yaml"]))
    var site = "/etc/picket/picket.yaml"

    @Flag(help: "Only the findings, without the lines that they are about.")
    var brief = false

    func run() throws {
        let plan: SitePlan
        do throws(StartError) {
            plan = try SitePlan(reading: site)
        } catch {
            if case .site(let findings) = error, !brief {
                for finding in findings { StandardStream.error.say(explained(finding)) }
                StandardStream.error.say("\(site): picketd would not start with it")
            } else {
                StandardStream.error.say(error.description)
            }
            throw ExitCode(error.exitStatus)
        }
        for warning in plan.warnings { StandardStream.output.say(explained(warning)) }
        for text in PicketPorts.ofSocketUnit?.flatMap(PicketPorts.conflicts) ?? [] {
            StandardStream.output.say("picketd.socket: warning: \(text)")
        }
        let count = plan.warnings.count
        StandardStream.output.say(
            "\(site): no errors, \(count == 1 ? "1 warning" : "\(count) warnings")")
    }

    /// The finding, its line, and a mark below the column. A line that may hold a secret is not
    /// shown.
    private func explained(_ finding: Diagnostic) -> String {
        let text = finding.description
        guard !brief, let line = line(finding.position.line) else { return text }
        let hidden = ["password", "PRIVATE", "keys", "ssh-", "AAAA"]
        guard !hidden.contains(where: line.contains) else { return text }
        let number = "\(finding.position.line)"
        let before = line.prefix(max(0, finding.position.column - 1))
        let padding = String(repeating: " ", count: number.utf8.count)
        let mark = before.map { $0 == "\t" ? "\t" : " " }.joined() + "^"
        return "\(text)\n    \(number) | \(line)\n    \(padding) | \(mark)"
    }

    private func line(_ number: Int) -> Substring? {
        let text: String
        do throws(SystemCallError) {
            text = String(decoding: try FileContent.read(site, atMost: 1 << 20), as: UTF8.self)
        } catch {
            // The finding stands without it.
            return nil
        }
        let plain = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(number - 1) else { return nil }
        let line = lines[number - 1]
        // What is no plain text could drive the terminal; what is very long helps nobody.
        let isPlain = line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        return isPlain && line.utf8.count <= 200 ? line : nil
    }
}

enum SiteOption {
    /// Where the package has it.
    static let usual = "/etc/picket/picket.yaml"

    /// Says what is wrong with it, and ends the program, where it cannot be used.
    static func read(_ path: String) throws -> SitePlan {
        do throws(StartError) {
            return try SitePlan(reading: path)
        } catch {
            StandardStream.error.say(error.description)
            throw ExitCode(error.exitStatus)
        }
    }
}
