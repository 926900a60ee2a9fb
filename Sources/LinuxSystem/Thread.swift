// Threads of our own, for what waits. The cooperative pool of Swift's tasks has one thread per core:
// a blocked one delays everybody.

internal import CLinux
internal import Glibc

package enum Thread {
    /// Starts a detached thread. `niceness` 1...19 lowers its priority, for work that strangers
    /// can cause.
    package static func start(
        _ name: String, niceness: Int32 = 0, _ body: sending @escaping () -> Void
    ) throws(SystemCallError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // libssh 0.10 recurses once per buffered packet: small stacks have been overrun from outside.
        unsafe pthread_attr_setstacksize(&attributes, 1 << 20)
        let work = unsafe Unmanaged.passRetained(Work(name, niceness, body))
        var thread = pthread_t()
        let result = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, work.toOpaque())
        if result != 0 {
            unsafe work.release()
            throw SystemCallError("pthread_create for \(name)", number: result)
        }
    }

    /// The calling thread waits for a free processor from now on: it takes none from a thread that
    /// works when it is woken (sched(7), SCHED_BATCH).
    package static func letOthersFinish() {
        // Where it is not allowed, it is only less polite.
        _ = clinux_batch_thread()
    }

    /// For threads that nobody waits for.
    package static func rest(for time: Duration) {
        let (seconds, attoseconds) = time.components
        var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        // A signal that cuts it short does no harm.
        _ = unsafe nanosleep(&left, nil)
    }

    private final class Work {
        let name: String
        let niceness: Int32
        let body: () -> Void

        init(_ name: String, _ niceness: Int32, _ body: @escaping () -> Void) {
            self.name = name
            self.niceness = niceness
            self.body = body
        }

        func run() {
            // The kernel keeps 15 characters. A thread without its name still works.
            _ = unsafe clinux_name_thread(String(name.prefix(15)))
            if niceness != 0 { _ = clinux_nice_thread(niceness) }
            body()
        }
    }
}
