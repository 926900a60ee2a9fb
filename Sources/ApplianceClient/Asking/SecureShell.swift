// How the system's ssh is called: nothing of a user's configuration, no prompt, one pinned host
// key, one key of our own.

internal import Fencing

extension ClientSettings {
    /// Under this name the appliance stands in `known_hosts`, whichever address it is reached by.
    package static let hostKeyAlias = "picket"

    /// A session that stays: request lines in, replies out (ssh_config(5) has the options).
    func shellWords(to address: String, as user: String) -> [String] {
        let options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(knownHosts)",
            "GlobalKnownHostsFile=/dev/null", "HostKeyAlias=\(Self.hostKeyAlias)",
            "CheckHostIP=no", "UpdateHostKeys=no", "PreferredAuthentications=publickey",
            "IdentitiesOnly=yes", "IdentityAgent=none", "IdentityFile=\(identity)",
            "ConnectTimeout=\(loginTime.components.seconds)", "ConnectionAttempts=1",
            // A question after 5 s of silence; the appliance answers questions while it works.
            "ServerAliveInterval=5", "ServerAliveCountMax=2", "TCPKeepAlive=yes",
            "ClearAllForwardings=yes", "ControlPath=none", "ControlMaster=no",
            "PermitLocalCommand=no", "RequestTTY=no", "EscapeChar=none",
            // At ERROR ssh keeps to itself why it could not agree with the server.
            "LogLevel=INFO",
        ]
        let family: [String] =
            switch self.family {
            case .any: []
            case .four: ["-4"]
            case .six: ["-6"]
            }
        return [ssh, "-F", "/dev/null", "-T"] + family + options.flatMap { ["-o", $0] }
            + ["-p", String(port), "-l", user, "--", address]
    }
}
