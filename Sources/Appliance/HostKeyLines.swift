// What clients need to know the appliance by: its host keys, as they write them down.

internal import Fencing
internal import Keys
internal import LibSSH
internal import LinuxSystem
internal import SSHDoor
internal import SiteConfiguration

package struct HostKeyLines: Sendable {
    private let keys: [PublicKey]

    /// The keys of the site file. One that is not there yet is made, as picketd's first start would;
    /// made by root, it belongs to the user that picketd runs as.
    package init(of plan: SitePlan) throws(StartError) {
        var keys: [PublicKey] = []
        for path in plan.file.appliance.hostKeys.map(\.value) {
            do {
                let isNew = !FileContent.exists(path)
                let key = try HostKeyFile.load(path)
                if isNew { try DaemonAccount.own([path, path + ".pub"]) }
                keys.append(PublicKey(algorithm: key.algorithm, base64: key.base64))
            } catch {
                throw .door("\(error)")
            }
        }
        self.keys = keys
    }

    /// `SHA256:… (ssh-ed25519)`
    package var fingerprints: [String] {
        keys.map { "\($0.fingerprint ?? "?") (\($0.algorithm))" }
    }

    /// Lines of known_hosts for these names, as ssh is told them: `[picket]:2222` for another port
    /// than 22.
    package func knownHosts(_ names: [String], port: Int) -> [String] {
        let shown = names.map { port == 22 ? $0 : "[\($0)]:\(port)" }.joined(separator: ",")
        return keys.map { "\(shown) \($0.algorithm) \($0.base64)" }
    }

    /// Records for a zone file.
    package func sshfp(_ names: [String]) -> [String] {
        names.flatMap { name in keys.compactMap { $0.sshfp(host: name) } }
    }
}
