# asyncssh as a client: PORT KEY PRINCIPAL LINE... ; each line is an exec request of its own, all at
# once on one connection. Ends with the last one's exit status.
import asyncio
import sys

import asyncssh


async def main():
    port, key, principal = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    async with asyncssh.connect(
        "127.0.0.1", port, username=principal, client_keys=[key], known_hosts=None
    ) as connection:
        results = await asyncio.gather(
            *(connection.run(line) for line in sys.argv[4:])
        )
    for result in results:
        sys.stdout.write(result.stdout)
    return results[-1].exit_status


sys.exit(asyncio.run(asyncio.wait_for(main(), 15)))
