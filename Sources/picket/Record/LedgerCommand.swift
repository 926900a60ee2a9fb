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
        abstract: "Verify or export the durable record.",
        discussion: """
            While picketd runs, it alone has the ledger: stop it, or take a copy of the file and of \
            the -wal file beside it, or ask it (`ssh USER@HOST history --json`).
            """,
        subcommands: [Verify.self, Export.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every entry, as a start does, and say whether all are there.",
            discussion: "Exit status: 0 it is whole; 1 it is not; 71 it cannot be opened.")

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
}
