"""Months as (year, month), their last days and their weeks.

>>> months_between("1952-12", "1953-01"), last_day(1956, 2)
(((1952, 12), (1953, 1)), datetime.date(1956, 2, 29))
"""

import datetime as dt

Months = tuple[tuple[int, int], ...]


def months_between(start: str, end: str) -> Months:
    """Every month from start to end, both written 'YYYY-MM'."""
    (y0, m0), (y1, m1) = (tuple(int(part) for part in text.split("-")) for text in (start, end))
    return tuple((number // 12, number % 12 + 1) for number in range(y0 * 12 + m0 - 1, y1 * 12 + m1))


def mondays(year: int, month: int) -> list[dt.date]:
    """First days of the weeks of a month: its Mondays, so that every week of a year belongs to one month."""
    days = (dt.date(year, month, day) for day in range(1, 32) if day <= last_day(year, month).day)
    return [day for day in days if day.weekday() == 0]


def last_day(year: int, month: int) -> dt.date:
    """The last day of a month."""
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def month_of(day: dt.date) -> int:
    """Months since the year 0 of a day."""
    return day.year * 12 + day.month - 1


def month_number(text: str) -> int:
    """Months since the year 0 of a month or day in ISO form."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1
