// Options of sockets, as integers.

internal import Glibc

func setOption(
    _ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32
) throws(SystemCallError) {
    var value = value
    try checked("setsockopt \(name)") {
        unsafe setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

func option(_ socket: Int32, _ level: Int32, _ name: Int32) throws(SystemCallError) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try checked("getsockopt \(name)") { unsafe getsockopt(socket, level, name, &value, &size) }
    return value
}
