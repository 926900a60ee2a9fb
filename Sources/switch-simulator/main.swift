// A simulated power switch behind a pseudo-terminal, for whoever has no hardware at hand.

internal import ArgumentParser

SwitchSimulator.main()
