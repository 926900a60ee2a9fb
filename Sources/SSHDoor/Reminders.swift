// Deadlines that all lie the same time ahead when they are set. So they come due in the order in
// which they were set, and a plain queue is a timer.

internal import Fencing

struct Reminders<Subject: Sendable>: Sendable {
    private let delay: Duration
    private var queue: [(at: Moment, subject: Subject)] = []
    private var head = 0

    init(after delay: Duration) { self.delay = delay }

    var next: Moment? { head < queue.count ? queue[head].at : nil }

    mutating func set(for subject: Subject, at now: Moment) {
        queue.append((now + delay, subject))
    }

    /// The next subject whose time has come. A reminder is not taken back: whom it finds gone, or
    /// in no need of it, it does not concern.
    mutating func due(at now: Moment) -> Subject? {
        guard let next, next <= now else { return nil }
        defer { forgetHead() }
        return queue[head].subject
    }

    private mutating func forgetHead() {
        head += 1
        // Now and then, so that a queue costs a constant per reminder.
        if head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
    }
}
