// Keys and answers while the board is on the screen.

internal import Commands
internal import Fencing

extension Console {
    mutating func beginWatch() {
        guard terminal.ability >= .moves else {
            say(
                "watch needs a terminal that can move its cursor, and this one does not say so "
                    + "(TERM). `nodes`, `switches` and `shots` show the same.\n")
            lastExit = ExitCode.usage.rawValue
            return rest()
        }
        say(Sequence.enterScreen)
        var watch = Watch()
        watch.isAsking = true
        state = .watching(watch)
        steps.append(.ask("board"))
    }

    mutating func refresh(_ old: Watch, _ isClear: Bool) {
        if case .reading(let ticks) = old.page { return waitForReadings(old, ticks) }
        // Who cannot take the last picture gets no other.
        guard !old.isAsking, isClear, case .board = old.page else { return }
        var watch = old
        watch.isAsking = true
        state = .watching(watch)
        steps.append(.ask("board"))
    }

    /// The board stands still for a few seconds at most: what is read later shows all the same.
    private mutating func waitForReadings(_ old: Watch, _ ticks: Int) {
        var watch = old
        if ticks < 3 {
            watch.page = .reading(ticks: ticks + 1)
            state = .watching(watch)
            return
        }
        watch.page = .board
        steps.append(.abandon)
        state = .watching(watch)
        steps.append(.ask("board"))
        draw(watch, anew: false)
    }

    mutating func answered(_ old: Watch, _ text: String, _ exit: UInt8) {
        var watch = old
        watch.isAsking = false
        switch watch.page {
        case .opening(let shot):
            let body = text.split(separator: "\n", omittingEmptySubsequences: false)
                .dropLast().map(String.init)
            watch.page = .story(
                lines: exit == 0 ? body : ["Nothing is told of shot \(shot):"] + body, top: 0)
        case .reading:
            // What came is not shown; the board that follows knows what it knows.
            watch.page = .board
            watch.isAsking = true
            steps.append(.ask("board"))
        case .board, .story:
            if exit == ExitCode.ok.rawValue {
                watch.board = parsed(text)
                watch.trouble = nil
            } else {
                watch.trouble = text.split(separator: "\n").first.map(String.init)
            }
        }
        draw(watch, anew: false)
    }

    mutating func press(_ key: Key, _ old: Watch) {
        var watch = old
        switch (key, watch.page) {
        case (.letter("q"), .story), (.escape, .story), (.enter, .story), (.left, .story):
            watch.page = .board
        case (.letter("q"), _), (.interrupt, _), (.endOfInput, _): return endWatch(watch)
        case (.escape, .opening): watch.page = .board
        case (.up, .board), (.letter("k"), .board): watch.move(by: -1)
        case (.down, .board), (.letter("j"), .board): watch.move(by: 1)
        case (.pageUp, .board): watch.move(by: -8)
        case (.pageDown, .board): watch.move(by: 8)
        case (.home, .board): watch.move(by: -.max / 2)
        case (.end, .board): watch.move(by: .max / 2)
        case (.enter, .board), (.right, .board):
            // One request at a time: the board's answer is near.
            guard !watch.isAsking, let shot = watch.markedShot else {
                return steps.append(.say("\u{07}"))
            }
            watch.isAsking = true
            watch.page = .opening(shot: shot)
            steps.append(.ask(fitted("why \(shot)")))
        case (.letter("r"), .board):
            guard !watch.isAsking else { return steps.append(.say("\u{07}")) }
            watch.isAsking = true
            watch.page = .reading(ticks: 0)
            // Anew, however young the last readings are: that is what was asked for.
            steps.append(.ask("status"))
        case (.up, .story), (.letter("k"), .story): scroll(&watch, -1)
        case (.down, .story), (.letter("j"), .story): scroll(&watch, 1)
        case (.pageUp, .story), (.letter("b"), .story): scroll(&watch, 2 - terminal.rows)
        case (.pageDown, .story), (.letter(" "), .story): scroll(&watch, terminal.rows - 2)
        case (.home, .story): scroll(&watch, -.max / 2)
        case (.end, .story): scroll(&watch, .max / 2)
        // No other key means anything here.
        default: return
        }
        draw(watch, anew: false)
    }

    private func scroll(_ watch: inout Watch, _ count: Int) {
        watch.scroll(by: count, rows: terminal.rows - 1)
    }

    private mutating func endWatch(_ watch: Watch) {
        if watch.isAsking { steps.append(.abandon) }
        say(Sequence.leaveScreen)
        state = .editing
        rest()
    }

    /// Sends what differs from the screen as it is.
    mutating func draw(_ old: Watch, anew: Bool) {
        var watch = old
        let new = Picture(watch, terminal).lines
        var text = anew ? Sequence.clear : ""
        for (row, line) in new.enumerated()
        where anew || row >= watch.screen.count || watch.screen[row] != line {
            // Behind a full row some terminals stand on its last letter, and would erase that.
            text += Sequence.row(row + 1) + Sequence.eraseToEnd + line
        }
        watch.screen = new
        state = .watching(watch)
        if !text.isEmpty { steps.append(.say(text)) }
    }
}
