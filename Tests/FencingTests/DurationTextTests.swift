// Durations as text.

import Fencing
import Testing

@Suite("Durations as people write them")
struct DurationTextTests {
    @Test(
        "a number and a unit is a duration",
        arguments: [
            ("0s", 0), ("500ms", 500), ("30s", 30_000), ("2m", 120_000), ("1.5s", 1500),
            ("0.001s", 1), ("1.5m", 90_000), ("12.0ms", 12), ("999999999m", 59_999_999_940_000),
        ])
    func reads(text: String, milliseconds: Int64) {
        #expect(Duration(brief: text) == .milliseconds(milliseconds))
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "s", "30", "30 s", "-1s", "+1s", "1h", "1S", "1.s", ".5s", "1.2.3s", "1.5ms",
            "1.0005s", "1000000000s", "0.0001m", "1e3s", "٣s", "1s ", " 1s", "1ss",
        ])
    func refuses(text: String) {
        #expect(Duration(brief: text) == nil)
    }

    @Test("what brief prints is read back", arguments: 0..<400)
    func roundTrip(step: Int64) {
        let duration = Duration.milliseconds(step * step * 37)
        #expect(Duration(brief: duration.brief) == duration)
    }
}
