"""Numbers as people read them."""

from __future__ import annotations


def percent(fraction: float, digits: int = 2) -> str:
    """Write a fraction as a percentage.

    Examples
    --------
    >>> percent(0.9814)
    '98.14%'
    """
    return f"{fraction:.{digits}%}"


def number(value: float, digits: int = 4) -> str:
    """Write a number with a true minus, and one that is small for its digits, or very large, by powers of ten.

    Examples
    --------
    >>> number(-0.25), number(0.00003)
    ('−0.2500', '3.0e−05')
    """
    far = abs(value) >= 1e7 or (value != 0 and abs(value) < 10.0**-digits)
    return (f"{value:.1e}" if far else f"{value:.{digits}f}").replace("-", "−")


def signed(value: float, digits: int = 4) -> str:
    """Write a number as `number` does, with its sign.

    Examples
    --------
    >>> signed(0.25)
    '+0.2500'
    """
    return ("+" if value > 0 else "") + number(value, digits)
