// picket ledger: is it whole, and what is in it.

internal import Appliance
internal import ArgumentParser
internal import Commands
internal import Fencing
internal import Ledger
internal import LinuxSystem

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Verify, export or adopt the durable record.",
        discussion: """
            While picketd runs, it alone has the ledger: stop it, or take a copy of the file and of \
            the -wal file beside it, or ask it (`ssh USER@HOST history --json`).
            """,
        subcommands: [Verify.self, Export.self, Adopt.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every entry, as a start does, and say whether all are there.",
            discussion: "Reads a copy ($TMPDIR, or /tmp): what it verifies stays as it is. "
                + "Exit status: 0 it is whole; 1 it is not; 71 it cannot be opened.")

        @Argument(help: "The ledger's file.")
        var file = "/var/lib/picket/ledger.sqlite"

        func run() throws {
            let ledger = try Record.open(file)
            var count = 0
            var shots = 0
            do throws(LedgerError) {
                try ledger.replay { receipt in
                    count += 1
                    shots += receipt.entry.grants.count
                }
            } catch {
                Record.say("\(error)")
                throw Status.notAsItShouldBe.failure
            }
            StandardStream.output.say(
                "\(file): whole. A start reads \(count) entries up to \(ledger.head), with \(shots) "
                    + "grants")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the entries, as `history` does: a table, or JSON lines.")

        @Argument(help: "The ledger's file.")
        var file = "/var/lib/picket/ledger.sqlite"

        @Flag(help: "One JSON object per line.")
        var json = false

        func run() throws {
            let table = Tables.history(try Record.events(inLedger: file), about: nil)
            let text = table.printed(as: json ? .json : .wide)
            StandardStream.output.say(String(text.dropLast()))
        }
    }

    struct Adopt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on with a ledger of which something is missing: everybody on probation.",
            discussion: """
                picketd does not start with a ledger that is gone, another one, or an older copy. \
                Without the flag this says what is missing and what follows, and changes nothing. \
                Stop picketd first. Exit status: 0 adopted, or nothing is missing; 1 nothing was \
                changed, or the ledger is damaged; 71 it cannot be opened.
                """)

        @Option(help: "The site file: it names the ledger, its mark and the nodes.")
        var site = "/etc/picket/picket.yaml"

        @Flag(help: "Put every node on probation, and go on with what is there.")
        var everybodyOnProbation = false

        func run() throws {
            let plan = try SiteOption.read(site)
            do throws(LedgerError) {
                let adoption = try LedgerAdoption(plan)
                for line in adoption.lines { StandardStream.output.say(line) }
                if everybodyOnProbation { return try carryOut(adoption) }
                if adoption.loss == nil { return }
            } catch {
                Record.say("\(error)")
                throw Status.notOpened.failure
            }
            StandardStream.output.say(
                "\nNothing was changed. To adopt it: picket ledger adopt --everybody-on-probation")
            throw Status.notAsItShouldBe.failure
        }

        private func carryOut(_ adoption: LedgerAdoption) throws(LedgerError) {
            let head = try adoption.carryOut()
            StandardStream.output.say(
                "\nAdopted, up to entry \(head). Now start picketd, and say `admit NODE` for each "
                    + "node that you have looked at")
        }
    }
}
