// The host key on disk.

import Glibc
import LibSSH
import LinuxSystem
import SSHDoor
import TestSupport
import Testing

struct HostKeyTests {
    private let directory = TemporaryDirectory()
    private var path: String { "\(directory.path)/host_key" }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `The first start makes a key, the second finds it`() throws {
        let made = try HostKeyFile.load(path)
        #expect(made.algorithm == "ssh-ed25519")
        #expect(mode(of: path) == 0o600)
        #expect(mode(of: path + ".pub") == 0o644)
        let found = try HostKeyFile.load(path)
        #expect(found.base64 == made.base64)
        let printed = try Program.run("ssh-keygen", ["-l", "-f", path + ".pub"])
        #expect(printed.output.contains(made.fingerprint))
        let files = try Program.run("ls", [directory.path])
        #expect(files.output == "host_key\nhost_key.pub\n")
    }

    @Test(arguments: ["ed25519", "rsa", "ecdsa"])
    func `OpenSSH's own keys are read`(type: String) throws {
        _ = try Program.run("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path])
        let key = try HostKeyFile.load(path)
        #expect(try Program.run("cat", [path + ".pub"]).output.contains(key.base64))
    }

    @Test func `A key that others can read is refused`() throws {
        _ = try HostKeyFile.load(path)
        for mode in [0o640, 0o604, 0o620] as [mode_t] {
            chmod(path, mode)
            #expect(
                throws: HostKeyError.notPrivate(
                    path, .openToOthers(mode: mode, advice: "chmod 600 \(path)"))
            ) {
                _ = try HostKeyFile.load(path)
            }
        }
        chmod(path, 0o400)
        _ = try HostKeyFile.load(path)
    }

    @Test func `A key with a passphrase is refused without a question`() throws {
        for format in [["-m", "PEM"], []] {
            _ = try Program.run("rm", ["-f", path, path + ".pub"])
            let made = try Program.run(
                "ssh-keygen", ["-q", "-t", "rsa", "-N", "secret", "-f", path] + format)
            #expect(made.status == 0)
            #expect(throws: HostKeyError.self) { _ = try HostKeyFile.load(path) }
        }
    }

    @Test func `What is not a key is named, and left as it is`() throws {
        _ = try Program.run("sh", ["-c", "umask 077; echo nonsense > \(path)"])
        #expect {
            _ = try HostKeyFile.load(path)
        } throws: {
            "\($0)".hasPrefix("host key \(path): read a private key: ")
        }
        #expect(try Program.run("cat", [path]).output == "nonsense\n")
        #expect(throws: HostKeyError.notPrivate(directory.path, .failed("it is not a file"))) {
            _ = try HostKeyFile.load(directory.path)
        }
    }

    @Test func `A directory that is not there is named`() {
        let lost = "\(directory.path)/nowhere/host_key"
        #expect {
            _ = try HostKeyFile.load(lost)
        } throws: {
            "\($0)".contains(lost) && "\($0)".contains("No such file or directory")
        }
    }

    @Test(arguments: ["rsa", "ecdsa"])
    func `A client knows the door by such a key, too`(type: String) throws {
        _ = try Program.run("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", path])
        let house = try House(hostKey: path)
        #expect(try house.ssh("say hello").output == "OK say hello\n")
    }
}
