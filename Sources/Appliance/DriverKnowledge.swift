// What a driver knows before there is a site file: for whoever writes one.

internal import Drivers
internal import Fencing
internal import LinuxSystem
internal import SiteConfiguration

package enum DriverKnowledge {
    /// The time after which nothing that was sent can still act, by a driver's name as the site file
    /// has it. Nil where it cannot be made from its name alone, or read.
    package static func latency(of driver: String) -> Duration? {
        do {
            switch DriverReference(driver) {
            case nil: return nil
            case .builtIn(let name):
                return try DriverCatalog.make(named: name)?.traits.maximalLatency
            case .console(let path):
                let bytes = try FileContent.read(path, atMost: ConsoleDescriptionFile.largest)
                return try ConsoleDescriptionFile(reading: bytes, path: path).description.latency
            case .powerman(let path, let wanted):
                let file = try PowermanFile.parse(
                    text: try FileContent.read(path, atMost: 1 << 20), path: path
                ) { included in
                    // Why an included file cannot be read is the parser's to say.
                    try? FileContent.read(included, atMost: 1 << 20)
                }
                let fitting = file.specifications.filter { wanted == nil || $0.name == wanted }
                guard fitting.count == 1 else { return nil }
                return try PowermanDriver(fitting[0]).traits.maximalLatency
            }
        } catch {
            // `picket check` says what is wrong with it.
            return nil
        }
    }
}
