// Speeds and framings as text.

import Lines
import Testing

@Suite struct LineSettingsTests {
    @Test(arguments: ["9600,8n1", "300,7e2", "230400,8o1", "2400,8n2"])
    func `what is printed reads back`(_ text: String) throws {
        #expect(try LineSettings(parsing: text).description == text)
    }

    @Test func `a speed alone is 8n1, and letters may be large`() throws {
        #expect(try LineSettings(parsing: "19200").description == "19200,8n1")
        #expect(try LineSettings(parsing: "19200,8N1") == LineSettings(parsing: "19200"))
    }

    @Test(arguments: [
        "", "9601", "09600", "+9600", "fast", " 9600", "9600 ,8n1", "99999999999999999999",
    ])
    func `an unknown speed is answered with the known ones`(_ text: String) {
        let error = #expect(throws: LineSettingsError.self) { try LineSettings(parsing: text) }
        #expect(error?.description.contains("9600, 19200") == true)
    }

    @Test(arguments: ["9600,", "9600,8n3", "9600,6n1", "9600,8m1", "9600,8n1,x", "9600,8n1 "])
    func `an unknown framing is answered with how to write one`(_ text: String) {
        let error = #expect(throws: LineSettingsError.self) { try LineSettings(parsing: text) }
        #expect(error?.description.contains("such as 8n1") == true)
    }

    @Test func `a byte takes its bits and the frame around them`() throws {
        #expect(try LineSettings(parsing: "300,8n1").byteTime == .seconds(10) / 300)
        #expect(try LineSettings(parsing: "300,8e2").byteTime == .seconds(12) / 300)
    }
}
