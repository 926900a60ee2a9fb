# A terminal by asyncssh: terminal-asyncssh.py PORT KEY USER. What comes is printed; the input
# is typed. The exit status is the channel's.
import asyncio
import os
import sys

import asyncssh


async def main():
    port, key, user = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    loop = asyncio.get_running_loop()
    async with asyncssh.connect(
        "127.0.0.1", port, username=user, client_keys=[key], known_hosts=None, agent_path=None
    ) as connection:
        process = await connection.create_process(
            term_type="vt100", term_size=(80, 24), encoding=None
        )

        async def type_all():
            while keys := await loop.run_in_executor(None, os.read, 0, 1024):
                process.stdin.write(keys)

        typing = asyncio.ensure_future(type_all())
        while data := await process.stdout.read(4096):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        typing.cancel()
        await process.wait_closed()
        sys.stdout.flush()
        os._exit(process.exit_status)


asyncio.run(main())
