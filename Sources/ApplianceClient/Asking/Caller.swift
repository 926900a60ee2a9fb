// Reaching the appliance: all its addresses are tried together, and the first that answers a
// question is used. Only the question is asked several times; what acts is asked once.

package import Fencing
internal import LinuxSystem

package struct Caller {
    package let settings: ClientSettings
    /// Who asks.
    package let user: String

    package init(_ settings: ClientSettings, as user: String) {
        self.settings = settings
        self.user = user
    }

    /// A session that has answered `question`, and its answer.
    func call(
        _ question: Request, until deadline: Moment
    ) throws(Trouble) -> (Conversation, Reply) {
        // Twice the time for a login: the answer to the first question is part of it.
        let limit = min(deadline, MonotonicClock.now() + settings.loginTime * 2)
        var troubles: [Trouble] = []
        var open: [Conversation] = []
        for address in settings.addresses {
            do throws(Trouble) {
                let conversation = try Conversation(with: address, as: user, settings)
                conversation.send(question)
                open.append(conversation)
            } catch {
                troubles.append(error)
            }
        }
        while !open.isEmpty {
            var silent: [Conversation] = []
            for conversation in open {
                do throws(Trouble) {
                    if let reply = try conversation.answer() { return (conversation, reply) }
                    silent.append(conversation)
                } catch {
                    troubles.append(error)
                }
            }
            open = silent
            if MonotonicClock.now() >= limit {
                troubles += open.map(\.silence)
                open = []
            }
            if !open.isEmpty { wait(for: open.map(\.shell), until: limit) }
        }
        throw worst(of: troubles)
    }

    private func worst(of troubles: [Trouble]) -> Trouble {
        troubles.max { $0.weight < $1.weight } ?? .unreachable("no address")
    }

    /// One attempt.
    package func askOnce(
        _ question: Request, until deadline: Moment
    ) throws(Trouble) -> Reply {
        try call(question, until: deadline).1
    }

    /// Asks one thing that may be asked as often as one likes, until it is answered.
    package func ask(_ request: Request, until deadline: Moment) throws(Trouble) -> Reply {
        while true {
            let trouble: Trouble
            do throws(Trouble) {
                return try call(request, until: deadline).1
            } catch {
                trouble = error
            }
            guard pause(trouble.isSettled ? Pace.settled : Pace.again, until: deadline) else {
                throw trouble
            }
        }
    }
}

/// How long is waited before the next attempt.
package enum Pace {
    /// Of the connection: a restarted appliance is back soon.
    static let again = Duration.seconds(1)
    /// Of what the appliance said no to.
    static let refused = Duration.seconds(2)
    /// Of what takes long already.
    static let seldom = Duration.seconds(10)
    /// Of what only a person mends.
    static let settled = Duration.seconds(5)
}

/// False where the time is over, and there is none left for another attempt.
func pause(_ duration: Duration, until deadline: Moment) -> Bool {
    let now = MonotonicClock.now()
    guard now + duration < deadline else { return false }
    sleep(duration)
    return true
}
