// The moments at which a conversation goes on though nothing comes.

internal import Fencing

struct ConsoleClock: Sendable {
    /// The line has been silent since: what stands there may be a pause.
    var pause: Moment?
    /// The echo is over.
    var echo: Moment?
    /// The command is typed though nothing was seen.
    var blind: Moment?
    /// Another line end, in case the first was lost or its answer was.
    var poke: Moment?
    var giveUp: Moment?
    private(set) var lastHeard = Moment(sinceStart: .zero)

    var next: Moment? {
        [pause, echo, blind, poke, giveUp].compactMap(\.self).min()
    }

    mutating func heard(at now: Moment, silence: Duration) {
        lastHeard = now
        pause = now + Pause.shortSilence
        if giveUp != nil { giveUp = now + silence }
        if poke != nil { poke = now + Self.pokeTime }
    }

    /// Everything has left; an answer is awaited.
    mutating func sent(at now: Moment, silence: Duration) {
        poke = now + Self.pokeTime
        giveUp = giveUp ?? now + silence
    }

    static let pokeTime = Duration.milliseconds(1500)
}
