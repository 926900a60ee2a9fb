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
 * A request quotes what its sender last knew of the target (`since`), and that may be as old as one
 * likes: a session may be long, and a client may have a number on its disk. So `since` is any power
 * sequence that the target has had. What the sender means follows from it, and the properties P2 and
 * P4 are about that: an even number means the life that ran then, or that was then being switched
 * on; an odd number means no life: the sender knows the target as off.
 *
 * Not in this model: several feeds (feeds.pml), the verbs on and status, operators and their locks,
 * batches, rates, views as votes, damaged ledgers, a switch whose status lies, power that is
 * switched by anybody but Picket, more than three nodes or four requests.
 *
 * Each rule can be taken away with -D, to see what falls without it:
 *
 *   REVOKE_ON_ARRIVAL  R2   standing is examined when a request arrives, and not at its grant
 *   DOOM_AT_OFF        R3   the target loses its standing when it is verified off, not at the grant
 *   NO_GENERATION      R4   a request counts whenever its sender has standing
 *   OLDER_OFF          R7   any newer power sequence answers a request, also that of an "on"
 *   ODD_BY_ANY_OFF     R7   who knew the target as off is answered by any newer off, although the
 *                           target was switched on after it
 *   JOIN_RUNNING       R7   a request is answered by any shot at its target that is under way
 *   SINCE_ON_ARRIVAL   R7   what the requester last knew is filled in when its request is read
 *   NO_IDS             R8   a request sent again is a new one
 *   ID_ANY_SINCE       R8   an id that is used again with another `since` gets the old outcome
 *   KEEP_SATISFIED     R8   an answer without a shot is kept under its id, and given again
 *   NO_GO_PROBE        R10  a grant does not ask whether the requester still wants it
 *   NO_READ_BACK       R11  success is told when the command was sent
 *   DOUBT_IS_FAILURE   R13  no answer from the switch counts as "it did not work"
 *   NO_QUIESCE         R14  after a restart outlets are read at once
 *   NO_INTENT          R15  the first byte goes out before the record is on the disk
 *   REPLAY             R16  after a restart open shots are sent again
 *   FORGET_STANDING    R17  after a restart everybody is a member
 *   NO_PROBATION       R18  who was shot may shoot again as soon as it is up
 *   TIMED_PROBATION    R18  probation ends by itself
 *   ADMIT_UNSEEN       R18  a member that has not heard of a node's last off may admit it
 *   FAILED_ON_KEEPS_STANDING R18  a node that could not be switched on again keeps its standing
 *   DOOMED_VOTE        R19  (with CONSENT) votes count without standing; shows with NO_CANCEL only
 *   ON_BEATS_OFF       R21  a reboot switches on, whoever asked for "off" meanwhile
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
#ifndef OFFS
#define OFFS 0		/* requests for "off"; the others are for "reboot" */
#endif
#ifndef OLD
#define OLD 1		/* requests with a `since` that is not the present power sequence */
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
#define L_DONE     4	/* closed */
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
#define T_REFUSED 3	/* also: stale */
#define T_DOUBT   4

/* ---- what is in the wire or in the switch ---- */
#define NONE     0
#define SEND_OFF 1
#define SEND_ON  2

#define NOBODY 255

/*
 * ---- the properties; -DONLY=m checks those of them whose bit, 1 << n, is in m ----
 *
 * 1 no mutual kill: of two lives of nodes, never both end on each other's order
 * 2 truth: who is told "off" can rely on it: the life that it meant is over; and who meant no life,
 *   because it knew the target as off, is told so only of a target that does not run, and is not
 *   being switched on
 * 3 one power action for each target at a time
 * 4 no overkill: a shot never ends a life other than the one that was meant
 * 5 no fence loop: who was shot by a life that goes on, and was not admitted since by a member that
 *   had heard of the shot, is never granted a shot back
 * 6 shots of nodes never put out the last light
 * 7 when all is quiet, each granted shot has its outcome on record, and each dark node a record
 *   that says why
 * 8 (CONSENT) after each grant a majority has standing
 * 9 (DIE) no grant for a requester that is no longer alive
 * 10 (OFFS) off beats on: no reboot switches on while an "off" waits at its target, or after an
 *   "off" was answered by the target's being off
 * 11 who is on record as off is no member
 */
#ifndef ONLY
#define ONLY 0
#endif
#define PROPERTY(n, c)	assert(c || (ONLY != 0 && (ONLY & (1 << n)) == 0))

/*
 * ---- good events; with -DREACH=n Spin's "violation" is that n can happen ----
 *
 * 1 a shot fails for certain, so its target has its standing back, and is granted a shot
 * 2 a second requester is answered from the off of the first one's shot
 * 3 a request sent again after a crash learns how the shot went
 * 4 of two nodes that shoot at each other, the second is refused
 * 5 who knew the target as off hears that this is out of date
 * 6 (OFFS) an "off" holds a reboot
 * 7 a node that was admitted while it was being switched on, and stays dark, is on probation again
 */
#ifndef REACH
#define REACH 0
#endif
#define GOOD(n)		assert(REACH != n)

/* ---- the world ---- */
bool power[N];
byte life[N];		/* one more each time power comes back, or should have */
bool dead[N];		/* by itself, with power on */
byte wire[N];
byte sender[N];		/* the request whose command is in the wire */

/* ---- requests ---- */
byte asked;		/* so many were made */
byte from[K], fromLife[K], target[K], since[K], told[K];
#if OFFS > 0
bool off[K];		/* for "off", not for "reboot" */
byte offs;
#endif
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
byte knew[K];		/* the power sequence that the requester last knew, when it asked */
#if OFFS > 0
bool toStayOff[N];	/* who asked for "off" was told that it is off */
#endif
byte killed[K];		/* the life that this request ended */
bool coming[N];		/* "on" is on record, power is not there yet */
bool restored[N];	/* has its standing back after a failed shot */
bool admitted[N];	/* since it was last shot */
byte died, old, crashes, retries, admissions, slow, stuck;

/*
 * What a power sequence means in the world. Each "on" on record begins a life, or is to begin one;
 * so the even number 2n is of life n, and 2n+1 says that life n is over.
 */
#define MEANS(k, n)	(k % 2 == 0 && k / 2 == n)
#define IS_OVER(t, n)	(life[t] > n || (life[t] == n && !power[t]))
#define IS_DARK(t)	(!power[t] && !coming[t])
#define TRUE_OFF(s)	(knew[s] % 2 == 0 -> IS_OVER(target[s], knew[s] / 2) : IS_DARK(target[s]))

#if OFFS > 0
#define IS_OFF(s)	off[s]
#else
#define IS_OFF(s)	false
#endif

inline tellOff(s)
{
	PROPERTY(2, TRUE_OFF(s));
#if OFFS > 0
	if :: off[s] && pseq[target[s]] % 2 == 1 -> toStayOff[target[s]] = true :: else fi;
#endif
	told[s] = T_OFF
}

/* Asked wherever a standing or a power sequence has changed. */
#define NO_DARK_MEMBER(n)	PROPERTY(11, (!(standing[n] == MEMBER && pseq[n] % 2 == 1)))

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
	NO_DARK_MEMBER(target[s]);
	tellOff(s);
	if
	:: IS_OFF(s) -> ledger[s] = L_DONE; phase[s] = IDLE
	:: else -> phase[s] = OFF
	fi;
	printf("MSC: shot %d: node %d verified off, node %d is told\n", s, target[s], from[s])
}

/* It could not be switched on: it is off once more, and that life never began. */
inline onFailed(s)
{
	pseq[target[s]]++; coming[target[s]] = false; life[target[s]]++;
#ifndef FAILED_ON_KEEPS_STANDING
	if :: standing[target[s]] == MEMBER -> GOOD(7) :: else fi;
	stand(target[s], PROBATION); generation[target[s]]++; admitted[target[s]] = false;
#endif
	NO_DARK_MEMBER(target[s]);
	printf("MSC: shot %d: node %d could not be switched on\n", s, target[s])
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
			PROPERTY(4, MEANS(knew[sender[t]], life[t]));
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

/* It knows what is so now, or what was so one, two or three changes ago; older numbers are odd or
 * even, too, and nothing else of them counts. */
inline ask(n, t)
{
	from[asked] = n; fromLife[asked] = life[n]; target[asked] = t;
	if
	:: since[asked] = pseq[t]
	:: old < OLD && pseq[t] > 0 -> old++; since[asked] = pseq[t] - 1
	:: old < OLD && pseq[t] > 1 -> old++; since[asked] = pseq[t] - 2
	:: old < OLD && pseq[t] > 2 -> old++; since[asked] = pseq[t] - 3
	fi;
	knew[asked] = since[asked];
#if OFFS > 0
	if :: offs < OFFS -> offs++; off[asked] = true :: skip fi;
#endif
	unread[asked] = true; session[asked] = generation[n];
	printf("MSC: node %d.%d asks for shot %d at node %d.%d, which it knows at %d, %d: off\n",
		n, life[n], asked, t, life[t], since[asked], IS_OFF(asked));
	asked++
}

#define RUNS(n)		(power[n] && !dead[n])
#define MAY_REPEAT(s, n) (retries < RETRY && RUNS(n) && s < asked && from[s] == n && fromLife[s] == life[n] && !unread[s] && (told[s] == T_NOTHING || told[s] == T_DOUBT || told[s] == T_OFF))

/*
 * An id is used again, with another `since`: by a client that counts from the start once more, say.
 * That is refused, and nothing has changed; so the case is left out unless the rule is.
 */
#ifdef ID_ANY_SINCE
inline askAgain(n, s)
{
	retries++; unread[s] = true; session[s] = generation[n];
	if :: knew[s] = pseq[target[s]] :: skip fi;
	printf("MSC: node %d.%d asks again for shot %d, and knows node %d at %d\n",
		n, life[n], s, target[s], knew[s])
}
#else
inline askAgain(n, s)
{
	retries++; unread[s] = true; session[s] = generation[n];
	printf("MSC: node %d.%d asks again for shot %d\n", n, life[n], s)
}
#endif

/* While it runs, a node may ask for anybody's end at any time. */
proctype node(byte n)
{
	do
	:: atomic { RUNS(n) && asked < K && n != 0 -> ask(n, 0) }
	:: atomic { RUNS(n) && asked < K && n != 1 -> ask(n, 1) }
#if N > 2
	:: atomic { RUNS(n) && asked < K && n != 2 -> ask(n, 2) }
#endif
	:: atomic { MAY_REPEAT(0, n) -> askAgain(n, 0) }
	:: atomic { MAY_REPEAT(1, n) -> askAgain(n, 1) }
	:: atomic { MAY_REPEAT(2, n) -> askAgain(n, 2) }
#if K > 3
	:: atomic { MAY_REPEAT(3, n) -> askAgain(n, 3) }
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
#define STALE(s)	false
#elif defined(OLDER_OFF)
#define SATISFIED(s)	(pseq[target[s]] > since[s] || (since[s] % 2 == 1 && !power[target[s]]))
#define STALE(s)	false
#else
#define NEWEST_OFF(t)	(pseq[t] % 2 == 1 -> pseq[t] : pseq[t] - 1)
/* a reading, where nothing happened since the requester knew it as off */
#define READS_OFF(s)	(since[s] % 2 == 1 && pseq[target[s]] == since[s] && !power[target[s]])
/* it knew the target as off, and that was switched on since */
#ifdef ODD_BY_ANY_OFF
#define STALE(s)	(since[s] % 2 == 1 && pseq[target[s]] == since[s] + 1)
#else
#define STALE(s)	(since[s] % 2 == 1 && pseq[target[s]] % 2 == 0 && pseq[target[s]] > since[s])
#endif
#define SATISFIED(s)	(!STALE(s) && (NEWEST_OFF(target[s]) > since[s] || READS_OFF(s)))
#endif

/* an "off" that waits at the target of s, and may have it */
#define WAITING_OFF(x, s) (x != s && phase[x] == WAITING && IS_OFF(x) && target[x] == target[s] && STANDS(x))
#if OFFS > 0 && !defined(ON_BEATS_OFF)
#define MAY_GO_ON(s)	(!ANY(WAITING_OFF, s))
#else
#define MAY_GO_ON(s)	true
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

/* An off that is on record, or a reading, is the answer. The same question would get it again, so it
 * is not written down; but if "off" was asked for, a reboot that is off stays off from here on. */
inline satisfied(s)
{
	phase[s] = IDLE;
#ifdef KEEP_SATISFIED
	ledger[s] = L_DONE;
#endif
	printf("MSC: shot %d is answered from an off that was verified\n", s);
	if :: since[s] % 2 == 0 && s > 0 && from[s] != from[s-1] && target[s] == target[s-1] && told[s-1] == T_OFF -> GOOD(2) :: else fi;
#if OFFS > 0 && !defined(ON_BEATS_OFF)
	x = 0;
	do
	:: x < K ->
		if
		:: off[s] && x != s && phase[x] == OFF && target[x] == target[s] ->
			ledger[x] = L_DONE; phase[x] = IDLE; GOOD(6);
			printf("MSC: shot %d: the reboot is held\n", x)
		:: else
		fi;
		x++
	:: else -> break
	od;
	x = 0;
#endif
	tellOff(s)
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
	:: d_step { phase[s] == WAITING && STANDS(s) && SATISFIED(s) -> satisfied(s) }
	:: d_step { phase[s] == WAITING && STANDS(s) && STALE(s) ->
		ledger[s] = L_REFUSED; told[s] = T_REFUSED; phase[s] = IDLE; GOOD(5);
		printf("MSC: shot %d: node %d was switched on since\n", s, target[s]) }
	:: d_step { phase[s] == WAITING && STANDS(s) && !SATISFIED(s) && !STALE(s) && !BUSY(s) && NOT_DOOMED(s) && ANSWERS(s) && AGREED(s) ->
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
	:: atomic { phase[s] == OFF && MAY_GO_ON(s) ->
#if OFFS > 0
		PROPERTY(10, (!ANY(WAITING_OFF, s) && !toStayOff[target[s]]));
#endif
		printf("MSC: shot %d: node %d is to be switched on\n", s, target[s]);
		ledger[s] = L_ON; pseq[target[s]]++; coming[target[s]] = true; phase[s] = TO_ON }
	:: atomic { phase[s] == TO_ON -> send(s, SEND_ON); phase[s] = ON_ACTING }
	:: atomic { phase[s] == ON_ACTING && wire[target[s]] == NONE ->
		if :: !power[target[s]] -> onFailed(s) :: else fi;
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
		NO_DARK_MEMBER(x);
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
/* A member vouches for a node that is not on record as off; it may not have power yet. */
#define MAY_ADMIT(n)	(admissions < ADMIT && standing[n] == PROBATION && pseq[n] % 2 == 0 && SOMEBODY)

/*
 * A member's word may be late, and its session older than the shot: so it, too, may know any power
 * sequence that was. What counts is whether it knows the last off. If it does not, it vouches for
 * the life before, and the life that is admitted has nobody who vouched for it. It is refused then;
 * so that case is left out unless the rule is.
 */
inline admit(n)
{
	admissions++; stand(n, MEMBER); generation[n]++;
#ifdef ADMIT_UNSEEN
	if
	:: admitted[n] = true
	:: printf("MSC: by one that has not heard that it was off\n")
	fi;
#elif !defined(TIMED_PROBATION)	/* what ends by itself vouches for nothing */
	admitted[n] = true;
#endif
	NO_DARK_MEMBER(n);
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
	:: atomic { MAY_ADMIT(0) -> admit(0) }
	:: atomic { MAY_ADMIT(1) -> admit(1) }
#if N > 2
	:: atomic { MAY_ADMIT(2) -> admit(2) }
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
