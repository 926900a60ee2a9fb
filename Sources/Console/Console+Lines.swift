// Keys at the prompt, and what becomes of a line.

internal import Commands
internal import Fencing

extension Console {
    mutating func press(_ key: Key) {
        switch state {
        case .editing: edit(key)
        case .confirming(let line): confirm(line, key)
        case .watching(let watch): press(key, watch)
        case .opening, .greeting, .asking, .considering, .over: break
        }
    }

    private mutating func edit(_ key: Key) {
        switch key {
        case .enter: enter()
        case .interrupt:
            editor.forget()
            line.forget()
            say("^C\n")
            drawLine()
        case .endOfInput:
            if editor.letters.isEmpty {
                say("\n")
                finish()
            } else {
                redraw(editor.take(.delete))
            }
        case .clear:
            if terminal.ability >= .moves { say(Sequence.clear) }
            drawLine()
        case .complete: complete()
        case .letter, .backspace, .delete, .left, .right, .up, .down, .home, .end, .wordLeft,
            .wordRight, .deleteWordLeft, .deleteWordRight, .deleteToEnd, .deleteToStart,
            .putBack, .swapLetters, .pageUp, .pageDown, .escape:
            redraw(editor.take(key))
        }
    }

    private mutating func redraw(_ effect: LineEditor.Effect) {
        switch effect {
        case .nothing: break
        case .impossible: steps.append(.say("\u{07}"))
        case .changed: drawLine()
        case .appended(let letter):
            if let text = line.append(letter, prompt, terminal) {
                steps.append(.say(text))
            } else {
                drawLine()
            }
        }
    }

    private mutating func complete() {
        var before = String.UnicodeScalarView()
        before.append(contentsOf: editor.letters.prefix(editor.cursor))
        let completion = Completion(of: String(before), words)
        if !completion.addition.isEmpty {
            return redraw(editor.insert(completion.addition.unicodeScalars))
        }
        guard completion.candidates.count > 1 else { return redraw(.impossible) }
        say("\n" + completion.listed(terminal.columns).map { $0 + "\n" }.joined())
        drawLine()
    }

    private mutating func enter() {
        let text = editor.finish()
        line.forget()
        say("\n")
        carryOut(text)
    }

    /// A line that was typed, or that came instead of a prompt.
    mutating func carryOut(_ text: String) {
        let typed = text.split(separator: " ")
        guard let first = typed.first else { return rest() }
        switch first {
        case "exit", "quit", "logout": return finish()
        case "watch": return beginWatch()
        case "clear":
            if terminal.ability >= .moves { say(Sequence.clear) }
            return rest()
        default: break
        }
        let isSure = typed.contains { $0 == "--yes" || $0 == "--dry-run" }
        if !isSure, let verb = Verb(rawValue: String(first)), verb.isDangerous {
            state = .considering(text)
            // The answer is read here, so it has to be in words.
            let words = typed.filter { $0 != "--json" && $0 != "--wide" }
            steps.append(.ask(words.joined(separator: " ") + " --dry-run"))
        } else {
            ask(text)
        }
    }

    mutating func ask(_ text: String) {
        state = .asking(ticks: 0)
        steps.append(.ask(fitted(text)))
    }

    /// With the width of the terminal, where the answer is a table.
    func fitted(_ text: String) -> String {
        let words = text.split(separator: " ")
        let formats = ["--json", "--wide", "--columns="]
        guard terminal.columns != Table.narrow,
            words.first.flatMap({ Verb(rawValue: String($0)) })?.showsTable == true,
            !words.contains(where: { word in formats.contains(where: word.hasPrefix) })
        else { return text }
        return "\(text) --columns=\(terminal.columns)"
    }

    /// Once, and only a yes is a yes.
    private mutating func confirm(_ line: String, _ key: Key) {
        switch key {
        case .letter("y"), .letter("Y"):
            say("yes\n")
            ask(line)
        case .letter, .enter, .interrupt, .endOfInput, .escape: decline()
        case .backspace, .delete, .left, .right, .up, .down, .home, .end, .wordLeft, .wordRight,
            .deleteWordLeft, .deleteWordRight, .deleteToEnd, .deleteToStart, .putBack,
            .swapLetters, .pageUp, .pageDown, .clear, .complete:
            break
        }
    }

    /// The end of the input is a no, too: nobody is left who could say yes.
    mutating func decline() {
        let advice = hasInputEnded ? " The input has ended: with `--yes` nothing is asked." : ""
        say("no\nNothing was done.\(advice)\n")
        lastExit = ExitCode.withdrawn.rawValue
        rest()
    }

    // MARK: Time

    mutating func tick(_ isClear: Bool) {
        isTickDue = false
        if let key = keys.decide() { press(key) }
        switch state {
        case .asking(let ticks):
            state = .asking(ticks: ticks + 1)
            // A terminal that takes nothing gets nothing.
            if isClear, terminal.ability >= .moves, ticks >= 1 {
                steps.append(
                    .say("\r\(ticks + 1)s (Ctrl-C stops waiting)" + Sequence.eraseToEnd))
            }
        case .watching(let watch): refresh(watch, isClear)
        case .opening, .greeting, .editing, .considering, .confirming, .over: break
        }
    }

    mutating func wakeWhereNeeded() {
        let isWanted: Bool
        switch state {
        case .asking, .watching: isWanted = true
        case .editing, .confirming: isWanted = keys.isUndecided
        case .opening, .greeting, .considering, .over: isWanted = false
        }
        guard isWanted, !isTickDue else { return }
        isTickDue = true
        steps.append(.wake)
    }

    /// What takes the place of the progress, if there is any.
    var cleared: String {
        if case .asking(let ticks) = state, ticks > 1, terminal.ability >= .moves {
            return "\r" + Sequence.eraseToEnd
        }
        return ""
    }

    mutating func resize(_ columns: Int, _ rows: Int) {
        terminal.resize(columns: columns, rows: rows)
        switch state {
        case .editing: drawLine()
        case .watching(let watch): draw(watch, anew: true)
        case .opening, .greeting, .asking, .considering, .confirming, .over: break
        }
    }
}
