// Synaccess netBooter NP: no login on the serial port, a bare prompt, two outlets to a line of its
// table. After Synaccess' manual 1140V3 and an observatory's simulator of firmware 6.2.

internal import Fencing

package struct SynaccessNP: ConsoleModel {
    static let outlets = numbered(8)

    package let login = LoginScreen()

    package mutating func welcome(_ view: ConsoleView) -> [Reply] { [Self.prompt] }

    package mutating func obey(_ line: String, _ view: ConsoleView) -> [Reply] {
        let words = line.lowercased().split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case (nil, _), ("logout", 1): return [Self.prompt]
        case _ where view.faults.has(.refuse): return [.text("\r\nInvalid command"), Self.prompt]
        case ("pshow", 1): return [.text(table(view)), Self.prompt]
        case ("ps", 2): return turn(Self.outlets, words[1])
        case ("pset", 3):
            guard let outlet = Self.outlets.first(where: { $0.text == words[1] }) else {
                return Self.mistake
            }
            return turn([outlet], words[2])
        case ("rb", 2):
            guard let outlet = Self.outlets.first(where: { $0.text == words[1] }) else {
                return Self.mistake
            }
            return [.turn([outlet], .off), Self.prompt, .pause(.seconds(5)), .turn([outlet], .on)]
        default: return Self.mistake
        }
    }

    private func turn(_ outlets: [OutletName], _ value: String) -> [Reply] {
        switch value {
        case "0": [.turn(outlets, .off), Self.prompt]
        case "1": [.turn(outlets, .on), Self.prompt]
        default: Self.mistake
        }
    }

    private func table(_ view: ConsoleView) -> String {
        let cells = Self.outlets.enumerated().map { index, outlet in
            let number = view.faults.has(.foreign) ? index + 2 : index + 1
            let start = index % 2 == 0 ? "\r\n" : ""
            let state = view.isOn(outlet) ? "ON" : "OFF"
            return "\(start)   \(number) |    Outlet\(outlet) |   \(state) |"
        }
        return "\r\n\r\nPort | Name       |Status" + cells.joined()
    }

    private static let prompt = Reply.text("\r\n>")
    private static let mistake = [Reply.text("\r\nInvalid command"), prompt]
}
