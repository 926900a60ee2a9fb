/*
 * The arbiter against everything that may happen around it.
 *
 * N nodes, each of which may believe at any time that another is dead, and ask to have it shot
 * (rebooted). One arbiter, which may crash and start again between any two steps, losing its memory
 * and its sessions, but not its ledger. Outlets that act late, or never. Spin tries every order in
 * which these things can happen. deploy/model runs it; docs/arbiter.md says what came out.
 *
 * Nothing has a duration here: what takes time may take any time. So no property below leans on a
 * timeout, a delay or a pause being long enough; "wait until nothing that was sent can act any
 * more" (R14) is the one place where Picket needs a time to be right, and here it is taken at its
 * word (QUIET).
 *
 * Not in this model: several feeds (feeds.pml), the verbs off, on and status, operators and their
 * locks, batches, rates, views as votes, damaged ledgers, a switch whose status lies, more than
 * three nodes or four requests.
 *
 * Each rule can be taken away with -D, to see what falls without it:
 *
 *   REVOKE_ON_ARRIVAL  R2   standing is examined when a request arrives, and not at its grant
 *   DOOM_AT_OFF        R3   the target loses its standing when it is verified off, not at the grant
 *   NO_GENERATION      R4   a request counts whenever its sender has standing
 *   JOIN_RUNNING       R7   a request is answered by any shot at its target that is under way
 *   SINCE_ON_ARRIVAL   R7   what the requester last knew is filled in when its request is read
 *   NO_IDS             R8   a request sent again is a new one
 *   NO_GO_PROBE        R10  a grant does not ask whether the requester still wants it
 *   NO_READ_BACK       R11  success is told when the command was sent
 *   DOUBT_IS_FAILURE   R13  no answer from the switch counts as "it did not work"
 *   NO_QUIESCE         R14  after a restart outlets are read at once
 *   NO_INTENT          R15  the first byte goes out before the record is on the disk
 *   REPLAY             R16  after a restart open shots are sent again
 *   FORGET_STANDING    R17  after a restart everybody is a member
 *   NO_PROBATION       R18  who was shot may shoot again as soon as it is up
 *   TIMED_PROBATION    R18  probation ends by itself
 *   DOOMED_VOTE        R19  (with CONSENT) votes count without standing; shows with NO_CANCEL only
 *   NO_CANCEL               a grant leaves the waiting requests of its target where they are: they
 *                           are refused when they are judged. A courtesy, not a rule.
 */

/* ---- how much may happen ---- */
#ifndef N
#define N 2		/* nodes: 2 or 3 */
#endif
#ifndef K
#define K 3		/* requests, of all nodes together: 3 or 4 */
#endif
#ifndef CRASH
#define CRASH 1		/* crashes of the arbiter */
#endif
#ifndef RETRY
#define RETRY 1		/* requests sent again under their id */
#endif
#ifndef ADMIT
#define ADMIT 1		/* admissions */
#endif
#ifndef SLOW
#define SLOW 1		/* commands that outlast the arbiter's patience */
#endif
#ifndef STUCK
#define STUCK 1		/* commands that are lost, or meet a relay that sticks */
#endif
#ifndef DIE
#define DIE 0		/* nodes that die by themselves, with power on */
#endif
/* CONSENT: a grant needs requests of a majority (R19); N=3 */

/* ---- standing ---- */
#define MEMBER    0
#define DOOMED    1
#define PROBATION 2

/* ---- what the ledger says of a request ---- */
#define L_NOTHING  0
#define L_GRANTED  1
#define L_OFF      2	/* verified off */
#define L_ON       3	/* on intended */
#define L_DONE     4	/* closed, or satisfied */
#define L_FAILED   5
#define L_REFUSED  6	/* not in Picket's ledger; here it keeps a refusal from being forgotten */

/* ---- what the arbiter has in mind for a request ---- */
#define IDLE       0
#define WAITING    1
#define GRANTED    2	/* from here on the shot runs */
#define ACTING     3
#define DOUBTFUL   4
#define OFF        5
#define TO_ON      6
#define ON_ACTING  7
#define QUIESCING  8	/* a restart found it granted */
#define ON_FOUND   9	/* a restart found "on" intended */
#define UNRECORDED 10	/* sent, but not recorded: only with NO_INTENT */

/* ---- what the requester was told ---- */
#define T_NOTHING 0
#define T_OFF     1
#define T_FAILED  2
#define T_REFUSED 3
#define T_DOUBT   4

/* ---- what is in the wire or in the switch ---- */
#define NONE     0
#define SEND_OFF 1
#define SEND_ON  2

#define NOBODY 255

/*
 * ---- the properties; -DONLY=n checks one of them ----
 *
 * 1 no mutual kill: of two lives of nodes, never both end on each other's order
 * 2 truth: who is told "off" can rely on it: the life that it meant is over
 * 3 one power action for each target at a time
 * 4 no overkill: a shot never ends a life that began after the request
 * 5 no fence loop: who was shot by a life that goes on, and was not admitted since, is never
 *   granted a shot back
 * 6 shots of nodes never put out the last light
 * 7 when all is quiet, each granted shot has its outcome on record, and each dark node a record
 *   that says why
 * 8 (CONSENT) after each grant a majority has standing
 * 9 (DIE) no grant for a requester that is no longer alive
 */
#ifndef ONLY
#define ONLY 0
#endif
#define PROPERTY(n, c)	assert(c || (ONLY != 0 && ONLY != n))

/*
 * ---- good events; with -DREACH=n Spin's "violation" is that n can happen ----
 *
 * 1 a shot fails for certain, so its target has its standing back, and is granted a shot
 * 2 a second requester is answered from the off of the first one's shot
 * 3 a request sent again after a crash learns how the shot went
 * 4 of two nodes that shoot at each other, the second is refused
 */
#ifndef REACH
#define REACH 0
#endif
#define GOOD(n)		assert(REACH != n)

/* ---- the world ---- */
bool power[N];
byte life[N];		/* one more each time power comes back */
bool dead[N];		/* by itself, with power on */
byte wire[N];
byte sender[N];		/* the request whose command is in the wire */

/* ---- requests ---- */
byte asked;		/* so many were made */
byte from[K], fromLife[K], target[K], meant[K], since[K], told[K];
bool unread[K];		/* under way, or in a socket's buffer */
byte session[K];	/* the generation in which its session was opened */

/* ---- on the disk ---- */
byte ledger[K];
byte onDisk[N];		/* standing */
byte pseq[N];		/* the power sequence: odd while verified off */
byte before[K];		/* the target's standing before the grant */
byte generation[N];

/* ---- in the arbiter's memory ---- */
byte standing[N];
byte phase[K];

/* ---- seen by the properties only ---- */
byte killed[K];		/* the life that this request ended */
bool coming[N];		/* "on" is on record, power is not there yet */
bool restored[N];	/* has its standing back after a failed shot */
bool admitted[N];	/* since it was last shot */
byte died, crashes, retries, admissions, slow, stuck;

inline tellOff(s)
{
	PROPERTY(2, (!(power[target[s]] && life[target[s]] == meant[s])));
	told[s] = T_OFF
}

inline stand(n, v)
{
	standing[n] = v; onDisk[n] = v
}

inline send(s, c)
{
	PROPERTY(3, (wire[target[s]] == NONE));
	wire[target[s]] = c; sender[target[s]] = s
}

inline verifiedOff(s)
{
	ledger[s] = L_OFF;
	if :: pseq[target[s]] % 2 == 0 -> pseq[target[s]]++ :: else fi;
#ifdef NO_PROBATION
	stand(target[s], MEMBER);
#else
	stand(target[s], PROBATION);
#endif
	admitted[target[s]] = false;
	tellOff(s);
	phase[s] = OFF;
	printf("MSC: shot %d: node %d verified off, node %d is told\n", s, target[s], from[s])
}

/* It never lost power, so it is what it was: but what it sent while it was doomed stays void. */
inline failed(s)
{
	ledger[s] = L_FAILED;
	stand(target[s], before[s]);
	generation[target[s]]++;
#if REACH == 1
	restored[target[s]] = (before[s] == MEMBER);
#endif
	told[s] = T_FAILED; phase[s] = IDLE;
	printf("MSC: shot %d: node %d reads on: failed\n", s, target[s])
}

/* An outlet takes its time; a command may also have no effect. */
proctype outlet(byte t)
{	byte x;
	do
	:: d_step { wire[t] == SEND_OFF ->
		if
		:: power[t] ->
			power[t] = false;
			killed[sender[t]] = life[t];
			printf("MSC: POWER OFF node %d.%d by shot %d of node %d.%d\n",
				t, life[t], sender[t], from[sender[t]], fromLife[sender[t]]);
			PROPERTY(4, (life[t] == meant[sender[t]]));
			x = 0;
			do
			:: x < K ->
				PROPERTY(1, (!(x != sender[t] && killed[x] != NOBODY && from[x] == t && fromLife[x] == life[t] && target[x] == from[sender[t]] && killed[x] == fromLife[sender[t]])));
				x++
			:: else -> break
			od;
			x = 0;
			do
			:: x < N && power[x] -> break
			:: x < N && !power[x] -> x++
			:: x == N -> PROPERTY(6, (DIE > 0)); break
			od
		:: else
		fi; x = 0;
		wire[t] = NONE }
	:: d_step { wire[t] == SEND_ON ->
		coming[t] = false;
		if
		:: !power[t] ->
			power[t] = true; life[t]++; dead[t] = false;
			printf("MSC: POWER ON node %d.%d\n", t, life[t])
		:: else
		fi;
		wire[t] = NONE }
	:: d_step { wire[t] != NONE && stuck < STUCK ->
		stuck++; wire[t] = NONE;
		printf("MSC: a command to node %d's outlet had no effect\n", t) }
	od
}

inline ask(n, t)
{
	from[asked] = n; fromLife[asked] = life[n]; target[asked] = t;
	since[asked] = pseq[t];		/* as the last answer of the arbiter said */
	/* the life meant: the one that is, or the one that is being switched on */
	meant[asked] = life[t] + coming[t];
	unread[asked] = true; session[asked] = generation[n];
	printf("MSC: node %d.%d asks for shot %d at node %d.%d\n", n, life[n], asked, t, life[t]);
	asked++
}

inline askAgain(n, s)
{
	retries++; unread[s] = true; session[s] = generation[n];
	printf("MSC: node %d.%d asks again for shot %d\n", n, life[n], s)
}

#define RUNS(n)		(power[n] && !dead[n])
#define MAY_REPEAT(s, n) (retries < RETRY && RUNS(n) && s < asked && from[s] == n && fromLife[s] == life[n] && !unread[s] && (told[s] == T_NOTHING || told[s] == T_DOUBT))

/* While it runs, a node may ask for anybody's end at any time. */
proctype node(byte n)
{
	do
	:: d_step { RUNS(n) && asked < K && n != 0 -> ask(n, 0) }
	:: d_step { RUNS(n) && asked < K && n != 1 -> ask(n, 1) }
#if N > 2
	:: d_step { RUNS(n) && asked < K && n != 2 -> ask(n, 2) }
#endif
	:: d_step { MAY_REPEAT(0, n) -> askAgain(n, 0) }
	:: d_step { MAY_REPEAT(1, n) -> askAgain(n, 1) }
	:: d_step { MAY_REPEAT(2, n) -> askAgain(n, 2) }
#if K > 3
	:: d_step { MAY_REPEAT(3, n) -> askAgain(n, 3) }
#endif
	od
}

/* ---- what the arbiter judges by ---- */

#if K > 3
#define ANY(p, s)	(p(0, s) || p(1, s) || p(2, s) || p(3, s))
#else
#define ANY(p, s)	(p(0, s) || p(1, s) || p(2, s))
#endif

/* another shot runs at the same target */
#define OTHER(x, s)	(x != s && phase[x] >= GRANTED && target[x] == target[s])
#define BUSY(s)		ANY(OTHER, s)

#ifdef REVOKE_ON_ARRIVAL
#define STANDS(s)	true
#else
#ifdef NO_GENERATION
#define STANDS(s)	(standing[from[s]] == MEMBER)
#else
#define STANDS(s)	(standing[from[s]] == MEMBER && session[s] == generation[from[s]])
#endif
#endif

#ifdef JOIN_RUNNING
/* it has already seen the outlet off */
#define OTHER_OFF(x, s)	(OTHER(x, s) && (ledger[x] == L_OFF || ledger[x] == L_ON))
#define SATISFIED(s)	ANY(OTHER_OFF, s)
#else
#define SATISFIED(s)	(pseq[target[s]] > since[s] || (since[s] % 2 == 1 && !power[target[s]]))
#endif

#ifdef SINCE_ON_ARRIVAL
#define STAMP(s)	since[s] = pseq[target[s]]
#else
#define STAMP(s)	skip
#endif

#ifdef DOOM_AT_OFF
#define NOT_DOOMED(s)	true
#else
#define NOT_DOOMED(s)	(standing[target[s]] != DOOMED)
#endif

#if DIE > 0 && !defined(NO_GO_PROBE)
#define ANSWERS(s)	(RUNS(from[s]) && life[from[s]] == fromLife[s])
#else
#define ANSWERS(s)	true
#endif

#ifdef DOOMED_VOTE
#define COUNTS(x)	true
#else
#define COUNTS(x)	STANDS(x)
#endif

#ifdef CONSENT
#define WANTS(x, n, s)	(phase[x] == WAITING && target[x] == target[s] && from[x] == n && COUNTS(x))
#if K > 3
#define VOTE(n, s)	(WANTS(0, n, s) || WANTS(1, n, s) || WANTS(2, n, s) || WANTS(3, n, s))
#else
#define VOTE(n, s)	(WANTS(0, n, s) || WANTS(1, n, s) || WANTS(2, n, s))
#endif
#define AGREED(s)	((VOTE(0, s) && VOTE(1, s)) || (VOTE(0, s) && VOTE(2, s)) || (VOTE(1, s) && VOTE(2, s)))
#else
#define AGREED(s)	true
#endif

#ifdef NO_QUIESCE
#define QUIET(s)	true
#else
#define QUIET(s)	(wire[target[s]] == NONE)
#endif

/* The one record that decides, and all that it does. */
inline grant(s)
{
	printf("MSC: GRANT shot %d: node %d.%d at node %d\n", s, from[s], fromLife[s], target[s]);
	PROPERTY(9, (DIE == 0 || (RUNS(from[s]) && life[from[s]] == fromLife[s])));
	x = 0;
	do
	:: x < K ->
		PROPERTY(5, (!(killed[x] != NOBODY && from[x] == target[s] && fromLife[x] == life[target[s]] && target[x] == from[s] && fromLife[s] > killed[x] && !admitted[from[s]])));
		x++
	:: else -> break
	od;
	if :: restored[from[s]] -> GOOD(1) :: else fi;
	before[s] = standing[target[s]]; generation[target[s]]++;
#ifdef NO_INTENT
	standing[target[s]] = DOOMED;	/* in memory only */
#else
	ledger[s] = L_GRANTED;
#ifndef DOOM_AT_OFF
	stand(target[s], DOOMED);
#endif
#endif
	x = 0;
#if !defined(NO_CANCEL) && !defined(REVOKE_ON_ARRIVAL)
	do
	:: x < K ->
		if
		:: x < asked && from[x] == target[s] ->
			unread[x] = false;
			if
			:: phase[x] == WAITING ->
				phase[x] = IDLE; ledger[x] = L_REFUSED; told[x] = T_REFUSED
			:: else
			fi
		:: else
		fi;
		x++
	:: else -> break
	od;
	x = 0;
#endif
#ifdef CONSENT
	v = 0;
	do
	:: x < N -> if :: standing[x] == MEMBER -> v++ :: else fi; x++
	:: else -> break
	od;
	PROPERTY(8, (2 * v > N)); v = 0; x = 0;
#endif
	phase[s] = GRANTED
}

/* The arbiter, seen from one request. */
proctype request(byte s)
{	byte x, v;
	do
	/* ---- it arrives ---- */
	:: atomic { unread[s] ->
		unread[s] = false;
		if
#ifdef NO_IDS
		:: phase[s] == IDLE -> phase[s] = WAITING; STAMP(s)
		:: else
#else
		:: ledger[s] == L_DONE -> tellOff(s)
		:: ledger[s] == L_FAILED -> told[s] = T_FAILED
		:: ledger[s] == L_REFUSED -> told[s] = T_REFUSED
		:: ledger[s] == L_OFF || ledger[s] == L_ON ->
			tellOff(s); if :: crashes > 0 -> GOOD(3) :: else fi
		:: ledger[s] == L_GRANTED -> skip
		:: ledger[s] == L_NOTHING && phase[s] == IDLE -> phase[s] = WAITING; STAMP(s)
		:: ledger[s] == L_NOTHING && phase[s] != IDLE -> skip
#endif
		fi
#ifdef REVOKE_ON_ARRIVAL
		;
		if
		:: phase[s] == WAITING && standing[from[s]] != MEMBER ->
			phase[s] = IDLE; ledger[s] = L_REFUSED; told[s] = T_REFUSED
		:: else
		fi
#endif
	   }

	/* ---- it is judged: refused, answered, or granted ---- */
	:: d_step { phase[s] == WAITING && !STANDS(s) ->
		ledger[s] = L_REFUSED; told[s] = T_REFUSED; phase[s] = IDLE;
		if :: s > 0 && from[s] == target[s-1] && target[s] == from[s-1] -> GOOD(4) :: else fi;
		printf("MSC: shot %d of node %d refused: no standing\n", s, from[s]) }
	:: d_step { phase[s] == WAITING && STANDS(s) && SATISFIED(s) ->
		ledger[s] = L_DONE; phase[s] = IDLE;
		printf("MSC: shot %d is answered from an off that was verified\n", s);
		if :: since[s] % 2 == 0 && s > 0 && from[s] != from[s-1] && target[s] == target[s-1] && told[s-1] == T_OFF -> GOOD(2) :: else fi;
		tellOff(s) }
	:: d_step { phase[s] == WAITING && STANDS(s) && !SATISFIED(s) && !BUSY(s) && NOT_DOOMED(s) && ANSWERS(s) && AGREED(s) ->
		grant(s) }

	/* ---- it runs ---- */
	:: atomic { phase[s] == GRANTED ->
		send(s, SEND_OFF);
#ifdef NO_READ_BACK
		tellOff(s);
#endif
#ifdef NO_INTENT
		phase[s] = UNRECORDED
#else
		phase[s] = ACTING
#endif
	   }
#ifdef NO_INTENT
	:: atomic { phase[s] == UNRECORDED ->
		ledger[s] = L_GRANTED; onDisk[target[s]] = DOOMED; phase[s] = ACTING }
#endif
	:: atomic { phase[s] == ACTING && wire[target[s]] == NONE ->
		if :: power[target[s]] -> failed(s) :: else -> verifiedOff(s) fi }
	:: atomic { phase[s] == ACTING && wire[target[s]] != NONE && slow < SLOW ->
		slow++;
		printf("MSC: shot %d: no answer from the switch\n", s);
#ifdef DOUBT_IS_FAILURE
		failed(s)
#else
		told[s] = T_DOUBT; phase[s] = DOUBTFUL
#endif
	   }
	:: atomic { phase[s] == DOUBTFUL && wire[target[s]] == NONE ->
		if :: power[target[s]] -> failed(s) :: else -> verifiedOff(s) fi }
	:: atomic { phase[s] == OFF ->
		ledger[s] = L_ON; pseq[target[s]]++; coming[target[s]] = true; phase[s] = TO_ON }
	:: atomic { phase[s] == TO_ON -> send(s, SEND_ON); phase[s] = ON_ACTING }
	:: atomic { phase[s] == ON_ACTING && wire[target[s]] == NONE ->
		/* an "on" that did not work: it is verified off once more */
		if :: !power[target[s]] -> pseq[target[s]]++; coming[target[s]] = false :: else fi;
		ledger[s] = L_DONE; phase[s] = IDLE }

	/* ---- a restart found it open ---- */
	:: atomic { phase[s] == QUIESCING && QUIET(s) ->
		if :: power[target[s]] -> failed(s) :: else -> verifiedOff(s) fi }
	:: atomic { phase[s] == ON_FOUND && QUIET(s) ->
		if
		:: power[target[s]] -> ledger[s] = L_DONE; phase[s] = IDLE
		:: else -> phase[s] = TO_ON
		fi }
	od
}

inline crash()
{
	crashes++;
	printf("MSC: THE ARBITER CRASHES AND STARTS AGAIN\n");
	x = 0;
	do
	:: x < K ->
		unread[x] = false; phase[x] = IDLE;
		if
#ifdef REPLAY
		:: ledger[x] == L_GRANTED || ledger[x] == L_OFF || ledger[x] == L_ON -> phase[x] = GRANTED
#else
		:: ledger[x] == L_GRANTED -> phase[x] = QUIESCING
		:: ledger[x] == L_OFF -> phase[x] = OFF
		:: ledger[x] == L_ON -> phase[x] = ON_FOUND
#endif
		:: else
		fi;
		x++
	:: else -> break
	od;
	x = 0;
	do
	:: x < N ->
#ifdef FORGET_STANDING
		standing[x] = MEMBER;
#else
		standing[x] = onDisk[x];
#endif
		x++
	:: else -> break
	od;
	x = 0
}

#define GOOD_MEMBER(n)	(standing[n] == MEMBER && power[n])
#if N > 2
#define SOMEBODY	(GOOD_MEMBER(0) || GOOD_MEMBER(1) || GOOD_MEMBER(2))
#else
#define SOMEBODY	(GOOD_MEMBER(0) || GOOD_MEMBER(1))
#endif
/* a member vouches for a node that it sees */
#define MAY_ADMIT(n)	(admissions < ADMIT && standing[n] == PROBATION && power[n] && SOMEBODY)

inline admit(n)
{
	admissions++; stand(n, MEMBER); generation[n]++;
#ifndef TIMED_PROBATION	/* what ends by itself vouches for nothing */
	admitted[n] = true;
#endif
	printf("MSC: node %d is admitted\n", n)
}

inline die(n)
{
	died++; dead[n] = true;
	printf("MSC: node %d dies by itself\n", n)
}

/* What befalls them, at any time. */
proctype fate()
{	byte x;
	do
	:: d_step { crashes < CRASH -> crash() }
	:: d_step { died < DIE && RUNS(0) -> die(0) }
	:: d_step { died < DIE && RUNS(1) -> die(1) }
	:: d_step { MAY_ADMIT(0) -> admit(0) }
	:: d_step { MAY_ADMIT(1) -> admit(1) }
#if N > 2
	:: d_step { MAY_ADMIT(2) -> admit(2) }
#endif
	od
}

/* When nothing moves any more. */
proctype end()
{	byte x, y; bool explained;
	timeout ->
	d_step {
	x = 0;
	do
	:: x < K ->
		PROPERTY(7, (ledger[x] != L_GRANTED && ledger[x] != L_OFF && ledger[x] != L_ON));
#if !defined(CONSENT) && DIE == 0
		/* requests that lack consent, or whose requester died, are left waiting */
		PROPERTY(7, (phase[x] == IDLE));
#endif
		x++
	:: else -> break
	od;
	x = 0;
	do
	:: x < N ->
		explained = power[x]; y = 0;
		do
		:: y < K -> if :: ledger[y] == L_DONE && target[y] == x && y < asked -> explained = true :: else fi; y++
		:: else -> break
		od;
		PROPERTY(7, (explained));
		x++
	:: else -> break
	od }
}

init {
	byte x;
	d_step {
	do :: x < N -> power[x] = true; x++ :: else -> break od;
	x = 0;
	do :: x < K -> killed[x] = NOBODY; x++ :: else -> break od;
	x = 0
	}
	atomic {
	do :: x < N -> run node(x); run outlet(x); x++ :: else -> break od;
	x = 0;
	do :: x < K -> run request(x); x++ :: else -> break od;
	run fate(); run end()
	}
}
