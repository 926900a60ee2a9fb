// Which of Debian's device files the conformance suite drives, and why it does not drive the others.

enum DeviceFiles {
    /// File by model.
    static let driven: [Model: String] = [
        .powermanBayTech: "baytech-rpc3-nc", .powermanBayTechMenu: "baytech",
        .powermanRPC18: "baytech-rpc18d-nc", .powermanRPC22: "baytech-rpc22",
        .powermanRPC28: "baytech-rpc28-nc", .powermanRPS10: "wti-rps10", .powermanWTI: "wti",
        .powermanPM8: "cyclades-pm8", .powermanPM10: "cyclades-pm10",
        .powermanPM20: "cyclades-pm20", .powermanPM42: "cyclades-pm42",
        .powermanSentry: "sentry_cdu", .powermanAPC: "apc", .powermanAPCNew: "apcnew",
        .powermanAPCOld: "apcold", .powermanAP7900: "apc7900", .powermanAP7900v3: "apc7900v3",
    ]
}

extension Model {
    /// The device file that it is driven by; nil where it is driven by a driver of our own.
    var deviceFile: String? { DeviceFiles.driven[self] }
}
