// Which Picket this is. Said here once: the programs' --version, the metrics page and the packages
// (deploy/package asks a program that it has just built) all have it from here.

package enum PicketVersion {
    /// MAJOR.MINOR.PATCH. MAJOR changes where a ledger or a site file of before is no longer read,
    /// or a request or an answer means something else.
    package static let text = "1.0.0"
}
