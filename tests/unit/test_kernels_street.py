"""The week on the street: each kernel against its plain twin bit for bit, arrests at their rate, chunks never show."""

import numpy as np
import pytest

from thaw.kernels import cascade, cascade_plain, noise, street

KEY = noise.name_key(0, "society", "test")
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
WIDTHS = pytest.mark.parametrize("histories", [37, 128, 512, 577])  # the scalar path, the lanes, both


class Town:
    """A small society in mid-week: planes, chances and cutoffs of both acts drawn from one seed."""

    def __init__(self, seed, people=41, histories=70, first_word=5, monotone=True):
        rng = np.random.default_rng(seed)
        self.histories, self.width, self.first_word = histories, -(-histories // 64), first_word
        self.bounds = np.array([0, people // 5, people])
        self.neighbours = cascade.network(KEY, seed, self.bounds, window=6)
        self.level = rng.integers(0, 256, people).astype(np.uint8)
        cutoffs = rng.integers(0, 257, (2, histories, 2, 9)).astype(np.int32)
        self.cutoffs = np.sort(cutoffs, axis=-1) if monotone else cutoffs
        gone = rng.random((people, histories)) < 0.2
        self.removed, self.voice, self.revolt = (
            self.pack(bits) for bits in (gone, (rng.random(gone.shape) < 0.4) & ~gone, (rng.random(gone.shape) < 0.2) & ~gone)
        )
        self.arrest, self.back = rng.integers(0, 128, (2, histories))

    def pack(self, bits):
        return cascade_plain.pack(np.pad(bits, ((0, 0), (0, 64 * self.width - bits.shape[1]))))

    def step(self, words=slice(None)):
        """The week of some of the words, by the kernel."""
        part = slice(*(64 * place if place is not None else None for place in (words.start, words.stop)))
        now = [np.ascontiguousarray(plane[:, words]) for plane in (self.voice, self.revolt, self.removed)]
        out = [np.empty_like(plane) for plane in now]
        tables = tuple(cascade.tables(cutoff[part]) for cutoff in self.cutoffs)
        chances = street.digits_of(self.arrest[part]), street.digits_of(self.back[part])
        first = self.first_word + (words.start or 0)
        street.step(*now, self.neighbours, self.level, self.bounds, tables, *chances, KEY, 9, 3, first, out)
        return out


@WIDTHS
def test_a_week_is_its_plain_twin(histories):
    town = Town(1, histories=histories)
    town.arrest[:3], town.back[:3] = (0, 127, 1), (127, 0, 1)
    planes = (town.voice, town.revolt, town.removed)
    rest = (town.neighbours, town.level, town.bounds, town.cutoffs, town.arrest, town.back, KEY, 9, 3, town.first_word)
    for mine, plain in zip(town.step(), cascade_plain.step_plain(*planes, *rest), strict=True):
        np.testing.assert_array_equal(mine, plain)


def test_chunks_never_show():
    """A week of 9 words is that of words 0-3 and of words 4-8."""
    town = Town(3, histories=576, first_word=8)
    whole = town.step()
    for part in (slice(0, 4), slice(4, 9)):
        for mine, all_words in zip(town.step(part), whole, strict=True):
            np.testing.assert_array_equal(mine, all_words[:, part])


def test_the_removed_are_silent_and_nobody_is_lost():
    town = Town(4, histories=200)
    voice, revolt, removed = town.step()
    assert not ((voice | revolt) & removed).any()
    town.arrest[:], town.back[:] = 0, 0
    np.testing.assert_array_equal(town.step()[2], town.removed)  # no chance, no change


def test_arrests_come_at_their_rate_and_weeks_differ():
    people, histories, chance = 4096, 512, 6
    town = Town(5, people=people, histories=histories)
    everybody, nobody = np.full((people, 8), ALL), np.zeros((people, 8), np.uint64)
    always = cascade.tables(np.full((histories, 2, 9), 256))
    digits, taken = street.digits_of(np.full(histories, chance)), []
    for week in (1, 2):
        out = [np.empty_like(nobody) for _ in range(3)]
        rest = (town.neighbours, town.level, town.bounds, (always, always), digits, digits, KEY, week, 0, 0)
        street.step(everybody, nobody, nobody, *rest, out)
        taken.append(cascade_plain.unpack(out[2]).astype(float))
    share = chance / 128
    # a citizen's 64 drawn bits serve 512 histories, so the mean is spread by the 4096 citizens rather than by all draws
    assert abs(taken[0].mean() - share) < 4.5 * np.sqrt(share / people / 64)
    assert abs(np.corrcoef(taken[0].ravel(), taken[1].ravel())[0, 1]) < 0.005
    across = np.corrcoef(taken[0], rowvar=False) - np.eye(histories)
    # digits lie nine places apart, so histories nine apart are arrested alike half the time; over all pairs that is little
    assert np.sqrt((across**2).mean()) < 4.5 / np.sqrt(people)
    assert np.abs(across).max() < 0.6


@WIDTHS
def test_a_loud_crowd_settles_as_full_sweeps_would(histories):
    """`street.settle` asks only whose neighbours changed; `cascade.settle` sweeps everybody. Monotone crowds and swinging ones."""
    for seed in (5, 6, 7):
        town = Town(seed, people=23, histories=histories, monotone=seed == 5)
        loud = np.arange(seed % 3, histories, 3, dtype=np.int32)
        mask = np.zeros((1, histories), bool)
        mask[0, loud] = True
        fixed = (town.removed, town.neighbours, town.level, town.bounds)
        out, spare = np.empty_like(town.voice), np.empty_like(town.voice)
        cascade.settle(town.voice, *fixed, cascade.tables(town.cutoffs[0]), town.pack(mask)[0], out, spare)
        plane, watched_by = town.voice.copy(), street.watchers(town.neighbours)
        counts = cascade.heads(plane, town.bounds)
        rows = np.ascontiguousarray(town.cutoffs[0][loud])
        street.settle(plane, town.removed, town.neighbours, watched_by, town.level, town.bounds, rows, loud, counts)
        np.testing.assert_array_equal(plane, out)
        np.testing.assert_array_equal(counts, cascade.heads(out, town.bounds))
