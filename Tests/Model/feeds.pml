/*
 * One shot at a node with two feeds, on two switches.
 *
 * The node runs while any of its feeds is on. The arbiter may crash once and start again, an outlet
 * may ignore a command, and somebody may stand at a switch and press "on". The properties: success
 * is told only if at some moment after the grant both feeds were off together; no feed is sent a
 * command while an earlier one may still act; and an outcome is on record at the end, which never
 * says "failed" of a node that is dark.
 *
 * Not in this model: who may shoot (arbiter.pml), durations, more than two feeds. A switch that
 * does not answer is one that takes any time to act.
 *
 * Each rule can be taken away with -D:
 *
 *   FEED_AFTER_FEED  R12  each feed is switched off and on before the next, as with two reboots
 *   ONE_FEED         R12  one feed off is enough
 *   NO_SECOND_LOOK   R12  the first feed is not read again after the last
 *   NO_QUIESCE       R14  after a restart feeds are read at once
 *   NO_INTENT        R15  commands go out before the record is on the disk
 */
#ifndef CRASH
#define CRASH 1		/* crashes of the arbiter */
#endif
#ifndef STUCK
#define STUCK 1		/* commands without effect */
#endif
#ifndef PRESSED
#define PRESSED 0	/* times that somebody presses "on" */
#endif

/* ---- what is in a wire or in a switch ---- */
#define NONE     0
#define SEND_OFF 1
#define SEND_ON  2

/* ---- the ledger ---- */
#define L_NOTHING 0
#define L_GRANTED 1
#define L_OFF     2	/* verified off */
#define L_DONE    3
#define L_FAILED  4

/* ---- where the arbiter is ---- */
#define IDLE        0
#define OFF_FIRST   1	/* off goes to the first feed */
#define OFF_SECOND  2	/* ... and to the second */
#define READ_FIRST  3
#define READ_SECOND 4
#define LOOK_AGAIN  5	/* at the first, after the second was off */
#define VERIFIED    6
#define ON_FIRST    7
#define ON_SECOND   8
#define ON_READ     9
#define STILL_ON    10	/* the first feed reads on */
#define FAILED      11
#define CLOSED      12
/* only with FEED_AFTER_FEED */
#define CYCLE_READ  13
#define CYCLE_ON    14
#define CYCLE_WAIT  15
/* a restart found the shot open: both feeds are read, twice around, and nothing is sent */
#define FOUND        16
#define FOUND_SECOND 17
#define FOUND_AGAIN  18

bool on[2] = true;
byte wire[2];
byte ledger;
byte phase;
byte crashes, stuck, pressed;
bool dark;		/* both feeds were off together, since the grant: for the property */

inline tellOff() { assert(dark) }

inline send(f, c) { assert(wire[f] == NONE); wire[f] = c }

proctype outlet(byte f)
{
	do
	:: d_step { wire[f] == SEND_OFF ->
		on[f] = false; wire[f] = NONE;
		if :: !on[0] && !on[1] -> dark = true :: else fi }
	:: d_step { wire[f] == SEND_ON -> on[f] = true; wire[f] = NONE }
	:: d_step { wire[f] != NONE && stuck < STUCK -> stuck++; wire[f] = NONE }
	:: d_step { pressed < PRESSED && !on[f] -> pressed++; on[f] = true }
	od
}

#define QUIET	(wire[0] == NONE && wire[1] == NONE)
#ifdef NO_QUIESCE
#define FOUND_QUIET	true
#else
#define FOUND_QUIET	QUIET
#endif

proctype arbiter()
{
	do
#ifdef NO_INTENT
	:: phase == IDLE && ledger == L_NOTHING -> phase = OFF_FIRST
	:: atomic { phase == READ_FIRST && ledger == L_NOTHING -> ledger = L_GRANTED }
#else
	:: atomic { phase == IDLE && ledger == L_NOTHING -> ledger = L_GRANTED; phase = OFF_FIRST }
#endif

#ifdef FEED_AFTER_FEED
	:: atomic { phase == OFF_FIRST -> send(0, SEND_OFF); phase = CYCLE_READ }
	:: atomic { phase == CYCLE_READ && wire[0] == NONE ->
		if :: !on[0] -> phase = CYCLE_ON :: else -> phase = FAILED fi }
	:: atomic { phase == CYCLE_ON -> send(0, SEND_ON); phase = CYCLE_WAIT }
	:: atomic { phase == CYCLE_WAIT && wire[0] == NONE -> phase = OFF_SECOND }
	:: atomic { phase == OFF_SECOND -> send(1, SEND_OFF); phase = READ_SECOND }
	:: atomic { phase == READ_SECOND && wire[1] == NONE ->
		if :: !on[1] -> phase = VERIFIED :: else -> phase = FAILED fi }
#else
	:: atomic { phase == OFF_FIRST -> send(0, SEND_OFF); phase = OFF_SECOND }
	:: atomic { phase == OFF_SECOND -> send(1, SEND_OFF); phase = READ_FIRST }
	:: atomic { phase == READ_FIRST && wire[0] == NONE ->
		if :: !on[0] -> phase = READ_SECOND :: else -> phase = STILL_ON fi }
	:: atomic { phase == READ_SECOND && wire[1] == NONE ->
		if :: !on[1] -> phase = LOOK_AGAIN :: else -> phase = FAILED fi }
#ifdef ONE_FEED
	:: atomic { phase == STILL_ON && wire[1] == NONE ->
		if :: !on[1] -> phase = VERIFIED :: else -> phase = FAILED fi }
#else
	:: atomic { phase == STILL_ON && wire[1] == NONE -> phase = FAILED }
#endif
#ifdef NO_SECOND_LOOK
	:: atomic { phase == LOOK_AGAIN -> phase = VERIFIED }
#else
	:: atomic { phase == LOOK_AGAIN -> if :: !on[0] -> phase = VERIFIED :: else -> phase = FAILED fi }
#endif
#endif

	:: atomic { phase == VERIFIED -> ledger = L_OFF; tellOff(); phase = ON_FIRST }
	/* after a restart an earlier "on" may still be in the wire: it is waited for */
	:: atomic { phase == ON_FIRST && wire[0] == NONE -> send(0, SEND_ON); phase = ON_SECOND }
	:: atomic { phase == ON_SECOND && wire[1] == NONE -> send(1, SEND_ON); phase = ON_READ }
	:: atomic { phase == ON_READ && QUIET -> ledger = L_DONE; phase = CLOSED }
	:: atomic { phase == FAILED -> ledger = L_FAILED; phase = CLOSED }

	:: atomic { phase == FOUND && FOUND_QUIET ->
		if :: !on[0] -> phase = FOUND_SECOND :: else -> phase = FAILED fi }
	:: atomic { phase == FOUND_SECOND && FOUND_QUIET ->
		if :: !on[1] -> phase = FOUND_AGAIN :: else -> phase = FAILED fi }
	:: atomic { phase == FOUND_AGAIN && FOUND_QUIET ->
		if :: !on[0] -> phase = VERIFIED :: else -> phase = FAILED fi }
	od
}

proctype crash()
{
	do
	:: d_step { crashes < CRASH && phase != CLOSED ->
		crashes++;
		if
		:: ledger == L_GRANTED -> phase = FOUND
		:: ledger == L_OFF -> phase = ON_FIRST
		:: ledger == L_NOTHING -> phase = IDLE
		:: else -> phase = CLOSED
		fi }
	od
}

/* When nothing moves any more. */
proctype end()
{
	timeout -> d_step {
		assert(ledger == L_DONE || ledger == L_FAILED);
		/* who presses "off" is not in the model, so only commands make a feed dark */
		if :: ledger == L_FAILED && PRESSED == 0 -> assert(on[0] || on[1]) :: else fi
	}
}

init { atomic { run outlet(0); run outlet(1); run arbiter(); run crash(); run end() } }
