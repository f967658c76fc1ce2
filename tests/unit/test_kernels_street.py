"""The week on the street: each kernel against its plain twin bit for bit, arrests at their rate, chunks never show."""

import numpy as np
import pytest

from thaw.kernels import cascade, cascade_plain, noise, street

KEY = noise.name_key(0, "society", "test")
WIDTHS = pytest.mark.parametrize("histories", [1, 37, 128, 512])
LADDER = np.arange(257, dtype=np.int32)


class Town:
    """A small society in mid-week: planes, chances and places of both acts drawn from one seed."""

    def __init__(self, seed, people=41, histories=70, first_word=5, monotone=True):
        rng = np.random.default_rng(seed)
        self.histories, self.first_word = histories, first_word
        self.bounds = np.array([0, people // 5, people])
        self.neighbours = cascade.network(KEY, seed, self.bounds, window=6)
        self.level = rng.integers(30, 256, people).astype(np.uint8)
        steps = rng.integers(0, 120, (histories, 9)).astype(np.int32)
        self.steps = np.sort(steps, axis=-1) if monotone else steps
        self.start = rng.integers(-120, 250, (2, 2, histories)).astype(np.int32)
        self.cutoffs = LADDER[np.clip(self.start.transpose(0, 2, 1)[..., None] + self.steps[:, None], 0, 256)]
        gone = rng.random((people, histories)) < 0.2
        few = rng.random((people, 1)) < 0.4  # most rows are empty
        self.removed, self.voice, self.revolt = (
            self.pack(bits)
            for bits in (gone & few, few & (rng.random(gone.shape) < 0.4) & ~gone, few & (rng.random(gone.shape) < 0.2) & ~gone)
        )
        self.arrest, self.back = rng.integers(0, 128, (2, histories)).astype(np.int32)
        self.lit, self.also = rng.integers(0, 2, (2, histories)).astype(np.uint8)
        self.spots, self.sizes = rng.integers(0, people, (2, histories)).astype(np.int32)

    def pack(self, bits):
        return cascade_plain.pack(np.pad(bits, ((0, 0), (0, 512 - bits.shape[1]))))

    def step(self, words=slice(0, 8)):
        """The week of some of the words, by the kernel: street, removed, heads."""
        part = slice(64 * words.start, 64 * words.stop)
        now = np.zeros((3, len(self.level), 8), np.uint64)
        now[..., : words.stop - words.start] = np.stack([self.voice, self.revolt, self.removed])[..., words]
        out = np.full_like(now[:2], 7), np.full_like(now[2], 7)
        grid = np.ascontiguousarray(self.start[:, :, part]), self.steps[part], LADDER
        sparks = self.lit[part], self.spots[part], self.sizes[part], self.also[part]
        rest = (*grid, (self.arrest[part], self.back[part]), KEY, 9, 3, self.first_word + words.start, sparks, out)
        heads = street.step(now[:2], now[2], self.neighbours, self.level, self.bounds, *rest)
        return *out, heads


@WIDTHS
@pytest.mark.parametrize("monotone", [True, False])
def test_a_week_is_its_plain_twin(histories, monotone):
    town = Town(1, histories=histories, monotone=monotone)
    town.arrest[:3], town.back[:3] = (0, 127, 1)[:histories], (127, 0, 1)[:histories]
    planes = (town.voice, town.revolt, town.removed)
    rest = (town.neighbours, town.level, town.bounds, town.cutoffs, town.arrest, town.back, KEY, 9, 3, town.first_word)
    voice, revolt, removed = cascade_plain.step_plain(*planes, *rest)
    fires = (removed, town.spots, town.sizes)
    wanted = [cascade_plain.spark_plain(voice, *fires, town.lit), cascade_plain.spark_plain(revolt, *fires, town.lit & town.also)]
    acts, gone, heads = town.step()
    np.testing.assert_array_equal(gone, removed)
    for act in range(2):
        np.testing.assert_array_equal(acts[act], wanted[act])
        np.testing.assert_array_equal(heads[act], cascade_plain.heads_plain(wanted[act], town.bounds))


def test_chunks_never_show():
    """A week of 8 words is that of words 0-2 and of words 3-7."""
    town = Town(3, histories=512, first_word=8)
    street_, removed, heads = town.step()
    for part in (slice(0, 3), slice(3, 8)):
        acts, gone, counted = town.step(part)
        width = part.stop - part.start
        np.testing.assert_array_equal(acts[..., :width], street_[..., part])
        np.testing.assert_array_equal(gone[:, :width], removed[:, part])
        np.testing.assert_array_equal(counted[..., : 64 * width], heads[..., 64 * part.start : 64 * part.stop])
        assert not acts[..., width:].any()
        assert not gone[:, width:].any()


def test_the_removed_are_silent_and_nobody_is_lost():
    town = Town(4, histories=200)
    acts, removed, _ = town.step()
    assert not ((acts[0] | acts[1]) & removed).any()
    town.arrest[:], town.back[:] = 0, 0
    np.testing.assert_array_equal(town.step()[1], town.removed)  # no chance, no change


def test_arrests_come_at_their_rate_and_weeks_differ():
    people, histories, chance = 4096, 512, 6
    town = Town(5, people=people, histories=histories)
    town.voice[:], town.revolt[:], town.removed[:] = 0xFFFFFFFFFFFFFFFF, 0, 0
    town.start[:], town.lit[:], town.arrest[:], town.back[:] = 256, 0, chance, chance  # everybody speaks, no sparks
    taken = []
    for week in (1, 2):
        out = np.empty((2, people, 8), np.uint64), np.empty((people, 8), np.uint64)
        rest = (town.neighbours, town.level, town.bounds, town.start, town.steps, LADDER, (town.arrest, town.back), KEY, week, 0, 0)
        street.step(np.stack([town.voice, town.revolt]), town.removed, *rest, (town.lit, town.spots, town.sizes, town.also), out)
        taken.append(cascade_plain.unpack(out[1]).astype(float))
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
        table = cascade.tables(np.pad(town.cutoffs[0], ((0, 512 - histories), (0, 0), (0, 0))))
        cascade.settle(town.voice, *fixed, table, town.pack(mask)[0], out, spare)
        plane, watched_by = town.voice.copy(), street.watchers(town.neighbours)
        counts = cascade.heads(plane, town.bounds)
        rows = np.ascontiguousarray(town.cutoffs[0][loud])
        street.settle(plane, town.removed, town.neighbours, watched_by, town.level, town.bounds, rows, loud, counts)
        np.testing.assert_array_equal(plane, out)
        np.testing.assert_array_equal(counts, cascade.heads(out, town.bounds))
