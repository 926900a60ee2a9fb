// Variables of the environment, where they may be believed.

internal import CLinux

/// Nil where it is not set, and in a program that has more rights than its caller (setuid, file
/// capabilities): there the caller must not choose what is read.
package func trustedEnvironment(_ name: String) -> String? {
    guard let value = unsafe clinux_secure_getenv(name) else { return nil }
    return unsafe String(cString: value)
}
