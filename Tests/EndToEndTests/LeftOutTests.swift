// What the log leaves out is told by time, though nothing else happens.

import Fencing
import TestSupport
import Testing

@Suite("What the log leaves out")
struct LeftOutTests {
    @Test("is told when its window is over, without another request")
    func sum() throws {
        let town = try Town()
        let session = try town.session("vic")
        for _ in 0..<300 {
            session.send("xyzzy")
            #expect(try session.reply().exit == 64)
        }
        let log = try town.daemon.readErrors(within: .seconds(60)) {
            $0.contains("more lines about vic were left out: no-request=")
        }
        #expect(log.contains("more lines about vic"), "\(log)")
    }
}
