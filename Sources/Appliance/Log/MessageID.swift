// The kinds of messages that somebody may want to find, or to have explained: journald's MESSAGE_ID.
// deploy/systemd/picket.catalog has a text for each, which `journalctl -x` shows.

enum MessageID {
    /// By event. An id that was once given keeps its meaning.
    static let all = [
        "granted": "6e758ae9306b5f5abb6a4653e08661f4",
        "verified-off": "0bbf4a45cdc259ca9661488c04cb4901",
        "closed": "8a00215cae2d53609886876463ed2860",
        "in-doubt": "4b84dea6a39e559b914b84d52020b529",
        "failed": "bc318e2a267d5865b6812ed01d60f84a",
        "on-failed": "fb16a1ecd13b5b829cc5798310d18b8f",
        "on-unknown": "000faa050c0256a19985334f1ef48a91",
        "left-off": "9c6f9ccbe39c5a32aa6e955310f69460",
        "attested-reads-on": "3544484099174cf3a5b00df28b82ef79",
        "site-changed": "881b76080b794dc49fbc901d0896a808",
        "not-condensed": "c9f7d3bf1ed04c628250a816d1bbc665",
        "entry-too-large": "85981811f18945a9933d809c42c6179b",
        "on-though-off": "d29bb6f4c1c15a5f9f0f5cf4d4c7d3a1",
        "rate": "497e60c8071c518cb74f4380017ba01e",
        "halted": "b941d3baebab58e3b592b1756e5dbca0",
        "ledger-lost": "c3c89e9d63ab5840af35893f220b9150",
    ]
}
