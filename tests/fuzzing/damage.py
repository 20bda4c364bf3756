"""What may befall a file: bits that change, parts that are lost, doubled or mixed, and numbers of hostile size."""

import re
from random import Random

NUMBER = re.compile(rb"-?\d+(\.\d+)?")
EXTREMES = (
    *(b"0", b"-0", b"-1", b"1e999", b"-1e308", b"1e-400", b"nan", b"inf", b"0x1F", b"1_0", b"007", b"1,5", b"NA"),
    *(str(2**bits + more).encode() for bits in (31, 32, 53, 63, 64, 1_000) for more in (-1, 0, 1)),
    *(b"9" * 5_000, b"0." + b"3" * 5_000, "١٢".encode(), b"", b"true", b"null", b"[]", b"{}"),
)
WORDS = (
    *(b"\0", b"\0" * 300, b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", "😀".encode(), b"\r", b"\n\n", b'"'),
    *(b"'", b",", b";", b"\t", b"|", b"\\ud800", b"\x1b[31m", b"=1+1", b"../../x", b"a" * 10_000, b"," * 3_000),
    *(b"[" * 20_000, b'{"a":' * 5_000, b"x = [" * 2_000, b"%s%n", b"__proto__", b"label", b"\xc2\x85", b"\xe2\x80\xa8"),
)
WHOLES = (0, 1, 2, 127, 255, 65_535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


def flip(data: bytearray, rng: Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def set_byte(data: bytearray, rng: Random) -> None:
    data[rng.randrange(len(data))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))


def zero_part(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data))
    length = min(len(data) - start, rng.choice((4, 16, 64, 512)))
    data[start : start + length] = bytes(length)


def cut_end(data: bytearray, rng: Random) -> None:
    del data[rng.randrange(len(data)) :]


def cut_part(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 2, 4, 8, 64, 512))]


def double_part(data: bytearray, rng: Random) -> None:
    start = rng.randrange(len(data))
    part = data[start : start + rng.choice((1, 4, 8, 32, 128, 1_024))]
    data[start:start] = part * rng.choice((1, 1, 1, 50))


def move_part(data: bytearray, rng: Random) -> None:
    start, length = rng.randrange(len(data)), rng.choice((1, 4, 8, 32, 128))
    part = data[start : start + length]
    del data[start : start + length]
    place = rng.randrange(len(data) + 1)
    data[place:place] = part


def insert_word(data: bytearray, rng: Random) -> None:
    place = rng.randrange(len(data) + 1)
    data[place:place] = rng.choice(WORDS)


def insert_noise(data: bytearray, rng: Random) -> None:
    place = rng.randrange(len(data) + 1)
    data[place:place] = rng.randbytes(rng.choice((1, 4, 16, 256)))


def set_whole(data: bytearray, rng: Random) -> None:
    """Write an extreme number in one of the binary layouts."""
    length, order = rng.choice((2, 4, 8)), rng.choice(("little", "big"))
    start = rng.randrange(len(data))
    number = rng.choice(WHOLES) % (1 << 8 * length)
    data[start : start + length] = number.to_bytes(length, order)


def set_number(data: bytearray, rng: Random) -> None:
    """Write an extreme in the place of a number in text."""
    found = list(NUMBER.finditer(bytes(data[:20_000])))
    if found:
        chosen = rng.choice(found)
        data[chosen.start() : chosen.end()] = rng.choice(EXTREMES)


# What bad disks and broken transfers do: where a format has a checksum, none of it passes unnoticed.
ACCIDENTS = (flip, flip, flip, set_byte, zero_part, cut_end)
# What else a stranger may do.
HOSTILITIES = (cut_part, double_part, move_part, insert_word, insert_noise, set_whole, set_number, set_number)


def accident(data: bytes, rng: Random) -> bytes:
    """One accident."""
    changed = bytearray(data)
    rng.choice(ACCIDENTS)(changed, rng)
    return bytes(changed)


def hostile(data: bytes, other: bytes, rng: Random) -> bytes:
    """Several changes of any kind, now and then with a part of another file."""
    changed = bytearray(data)
    if rng.random() < 0.1:
        changed = changed[: rng.randrange(len(changed))] + other[rng.randrange(len(other)) :]
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        if changed:
            rng.choice((*ACCIDENTS, *HOSTILITIES))(changed, rng)
    return bytes(changed)
