// What a node reads of lines: what is wrong, and not where they go.

import SiteConfiguration
import Testing

@testable import Appliance

@Suite("Where lines go")
struct LinePlacesTests {
    private let places = LinePlaces([
        .serial(path: "/dev/ttyS1"), .network(.telnet, host: "pdu-a", port: 23),
        .network(.tcp, host: "2001:db8::4", port: 4001),
    ])

    @Test(
        "is in no text of a line's trouble",
        arguments: [
            ("/dev/ttyS1 has hung up", "its line has hung up"),
            ("remove /run/lock/LCK..ttyS1", "remove /run/lock/its line"),
            ("telnet:pdu-a:23 has hung up", "its line has hung up"),
            (
                "telnet:pdu-a:23: pdu-a has no address in /etc/hosts",
                "its line has no address in /etc/hosts"
            ),
            (
                "tcp:[2001:db8::4]:4001 cannot be reached (connect to [2001:db8::4]:4001: refused)",
                "its line cannot be reached (connect to its host: refused)"
            ),
            (
                "telnet:pdu-a:23 cannot be reached (connect to 192.0.2.4:23: refused)",
                "its line cannot be reached (connect to its host: refused)"
            ),
        ])
    func hidden(trouble: String, told: String) {
        #expect(places.hidden(in: trouble) == told)
    }

    @Test("changes no reply, also where a host is called like a switch")
    func replies() {
        for reply in [
            "OK target=node1 power=on feeds=pdu-a/1:on,pdu-a/2:on age=1s\n",
            "OK you=node1 pseq=pdu-a:23,node2:4001\n",
        ] {
            #expect(places.hidden(in: reply) == reply)
        }
    }
}
