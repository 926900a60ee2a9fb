// What a switch wants to hear before it listens.

package import Fencing

package struct Credentials: Hashable, Sendable {
    package var user: String?
    package var password: Secret?

    package init(user: String? = nil, password: Secret? = nil) {
        self.user = user
        self.password = password
    }
}
