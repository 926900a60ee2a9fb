// The claim that a type enforces, put to the compiler: code that would shoot without a record.

import Foundation
import Testing

@Suite("Receipts")
struct ReceiptTests {
    @Test("What a program may write compiles")
    func control() throws {
        let errors = try compile(
            """
            import Fencing
            import Ledger

            func order(_ receipt: LedgerReceipt, _ outlet: Outlet, _ deadline: Moment)
                -> PowerOrder<LedgerReceipt>
            {
                PowerOrder(
                    id: OrderID(1), outlet: outlet, command: .off, deadline: deadline,
                    proof: receipt)
            }
            """)
        #expect(errors.isEmpty, "\(errors)")
    }

    @Test("Nobody but the ledger makes a receipt")
    func onlyTheLedger() throws {
        let errors = try compile(
            """
            import Fencing
            import Ledger

            let forged = LedgerReceipt(LedgerSequence(1), .verifiedOff(ShotNumber(1)))
            """)
        #expect(errors.contains("inaccessible due to 'fileprivate' protection level"))
    }

    @Test("There is no order that changes power without a receipt")
    func noOrderWithout() throws {
        let errors = try compile(
            """
            import Fencing
            import Ledger

            func order(_ outlet: Outlet, _ deadline: Moment) -> PowerOrder<LedgerReceipt> {
                PowerOrder(id: OrderID(1), outlet: outlet, command: .off, deadline: deadline)
            }
            """)
        #expect(errors.contains("missing argument for parameter 'proof'"))
    }

    /// What the compiler says of a file that would be part of this package; empty if it takes it.
    private func compile(_ source: String) throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "picket-receipt-\(UUID().uuidString).swift")
        try source.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let products = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-typecheck", "-swift-version", "6", "-package-name", package,
            "-I", products.appending(path: "Modules").path,
            "-I", "\(Repository.root)/Sources/CSQLite", "-Xcc",
            "-fmodule-map-file=\(products.path)/CLinux.build/module.modulemap", file.path,
        ]
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : String(decoding: data, as: UTF8.self)
    }

    /// SwiftPM names a package, for `package` access, after its folder.
    private var package: String {
        let folder = URL(filePath: Repository.root).lastPathComponent.lowercased()
        return String(folder.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
    }
}
