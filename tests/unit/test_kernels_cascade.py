"""Cascades: each kernel against its plain twin bit for bit; chunks never show; skipping changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thaw.kernels import cascade, cascade_plain, noise

KEY = noise.name_key(0, "society", "test")
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


class Town:
    """A small society with everything drawn from one seed: S = 3 strata, W words."""

    def __init__(self, seed, people=41, histories=70, first_word=5, monotone=True):
        rng = np.random.default_rng(seed)
        self.width = -(-histories // 64)
        self.first_word = first_word
        self.bounds = np.array([0, people // 5, people // 2, people])
        self.neighbours = cascade.network(KEY, seed, self.bounds, window=6)
        self.level = rng.integers(0, 256, people).astype(np.uint8)
        self.level[:3] = 0, 255, 255
        cutoff = rng.choice([0, 1, 40, 100, 128, 200, 255, 256], (histories, 3, 9))
        self.cutoff = np.sort(cutoff, axis=-1) if monotone else cutoff
        self.table = cascade.tables(self.cutoff)
        real = cascade_plain.pack(np.arange(64 * self.width)[None] < histories)
        self.now, self.revolt, gone = (self.bits(rng, people, share) & real for share in (0.4, 0.1, 0.15))
        self.removed = gone & ~(self.now | self.revolt)
        self.look = self.bits(rng, people, 0.5)[:, 0].copy()
        self.active = self.bits(rng, 1, 0.8)[0] & real[0]

    def bits(self, rng, people, share):
        return cascade_plain.pack(rng.random((people, 64 * self.width)) < share)

    @property
    def fixed(self):
        return self.removed, self.neighbours, self.level, self.bounds, self.table


# 1 and 2 words take the scalar path, 8 the lanes, 9 both
WIDTHS = pytest.mark.parametrize("histories", [37, 128, 512, 513])


@WIDTHS
def test_tables_are_their_plain_twin(histories):
    town = Town(1, histories=histories, monotone=False)
    cutoff = town.cutoff[:, :2]
    np.testing.assert_array_equal(cascade.tables(cutoff.astype(np.int16)), cascade_plain.tables_plain(cutoff))
    used = np.full_like(cascade.tables(cutoff), ALL)
    assert cascade.tables(cutoff, used) is used
    np.testing.assert_array_equal(used, cascade.tables(cutoff))


def test_tables_take_values_out_of_range_for_the_nearest():
    wild = np.array([-5, 0, 256, 300]).reshape(4, 1, 1).repeat(9, axis=2)
    np.testing.assert_array_equal(cascade.tables(wild), cascade.tables(wild.clip(0, 256)))


@WIDTHS
def test_sweep_is_its_plain_twin(histories):
    town = Town(2, histories=histories, monotone=False)
    out = np.full_like(town.now, 7)
    moved = cascade.sweep(town.now, *town.fixed, town.look, town.first_word, town.active, out)
    wanted = cascade_plain.sweep_plain(town.now, *town.fixed, town.look, town.first_word, town.active)
    np.testing.assert_array_equal(out, wanted)
    np.testing.assert_array_equal(moved, np.bitwise_or.reduce(wanted ^ town.now))
    assert moved.any()


@given(st.integers(0, 10**6), st.integers(0, 9))
@settings(max_examples=25, deadline=None)
def test_sweep_of_any_town(seed, first_word):
    town = Town(seed, people=19, histories=66, first_word=first_word, monotone=bool(seed % 2))
    out = np.empty_like(town.now)
    cascade.sweep(town.now, *town.fixed, town.look, first_word, town.active, out)
    wanted = cascade_plain.sweep_plain(town.now, *town.fixed, town.look, first_word, town.active)
    np.testing.assert_array_equal(out, wanted)


def test_chunks_never_show():
    """A sweep on 9 words is that on words 0-3 and on words 4-8."""
    town = Town(3, histories=576, first_word=8)
    whole = np.empty_like(town.now)
    cascade.sweep(town.now, *town.fixed, town.look, 8, town.active, whole)
    for part in (slice(0, 4), slice(4, 9)):
        histories = slice(64 * part.start, 64 * part.stop)
        now, removed = (np.ascontiguousarray(p[:, part]) for p in (town.now, town.removed))
        table = cascade.tables(town.cutoff[histories])
        got = np.empty_like(now)
        rest = (town.neighbours, town.level, town.bounds, table, town.look)
        cascade.sweep(now, removed, *rest, 8 + part.start, town.active[part], got)
        np.testing.assert_array_equal(got, whole[:, part])


def test_histories_differ_in_whom_they_let_look():
    """Nobody's luck is another's: two histories agree on about half of the citizens who look."""
    people = 2048
    look = noise.words(KEY, people, 1, 1)
    bounds = np.array([0, people])
    always = cascade.tables(np.full((512, 1, 9), 256))
    out = np.empty((people, 8), np.uint64)
    quiet, level = np.zeros_like(out), np.zeros(people, np.uint8)
    links = np.zeros((people, 8), np.int32)
    cascade.sweep(quiet, quiet.copy(), links, level, bounds, always, look, 0, np.full(8, ALL), out)
    looks = cascade_plain.unpack(out).astype(float)
    agree = np.corrcoef(looks, rowvar=False) - np.eye(512)
    assert abs(looks.mean() - 0.5) < 0.003
    assert np.abs(agree).max() < 2 / 32 + 5.5 / np.sqrt(people)


@WIDTHS
def test_skipping_words_at_rest_changes_nothing(histories):
    town = Town(4, histories=histories)
    rested, spare, start = (np.zeros_like(town.now) for _ in range(3))
    cascade.settle(start, *town.fixed, np.full(town.width, ALL), rested, spare)  # grown from nothing: comes to rest
    rested[:, town.width - town.width // 3 :] = town.now[:, town.width - town.width // 3 :]
    rest = cascade.at_rest(rested, *town.fixed, spare)
    np.testing.assert_array_equal(rest, cascade_plain.at_rest_plain(rested, *town.fixed))
    assert rest.sum() == town.width - town.width // 3
    full, skipped = np.empty_like(rested), np.empty_like(rested)
    moved = cascade.sweep(rested, *town.fixed, town.look, 5, town.active, full)
    awake = (~rest).astype(np.uint8)
    np.testing.assert_array_equal(moved, cascade.sweep(rested, *town.fixed, town.look, 5, town.active, skipped, awake))
    np.testing.assert_array_equal(full, skipped)


@WIDTHS
def test_at_rest_sees_every_word_and_one_restless_citizen(histories):
    people = 600  # beyond the first look at whether all words move
    bounds = np.array([0, people])
    links = cascade.network(KEY, 0, bounds)
    level = np.full(people, 255, np.uint8)
    table = cascade.tables(np.full((histories, 1, 9), 255))
    now, scratch = np.zeros((people, table.shape[3]), np.uint64), np.empty((people, table.shape[3]), np.uint64)
    removed = np.zeros_like(now)
    assert cascade.at_rest(now, removed, links, level, bounds, table, scratch).all()
    now[599, -1] = 1  # speaks though nothing asks her to
    rest = cascade.at_rest(now, removed, links, level, bounds, table, scratch)
    assert rest.tolist() == [True] * (now.shape[1] - 1) + [False]
    now[:] = ALL
    assert not cascade.at_rest(now, removed, links, level, bounds, table, scratch).any()


@WIDTHS
def test_settle_is_its_plain_twin(histories):
    for seed in (5, 6):
        town = Town(seed, people=23, histories=histories, monotone=seed == 5)
        out, spare = np.empty_like(town.now), np.empty_like(town.now)
        before = town.now.copy()
        count = cascade.settle(town.now, *town.fixed, town.active, out, spare, limit=12)
        wanted, sweeps = cascade_plain.settle_plain(town.now, *town.fixed, town.active, limit=12)
        np.testing.assert_array_equal(out, wanted)
        np.testing.assert_array_equal(town.now, before)
        assert count == sweeps > 1


@WIDTHS
def test_heads_are_sums(histories):
    rng = np.random.default_rng(7)
    for bounds in ([0, 1, 16, 300], [0, 150, 183, 300], [0, 300]):
        plane = cascade_plain.pack(rng.random((300, 64 * -(-histories // 64))) < 0.5)
        plane[:16] = ALL
        got = cascade.heads(plane, np.array(bounds))
        np.testing.assert_array_equal(got, cascade_plain.heads_plain(plane, np.array(bounds)))
    everybody = np.full_like(plane, ALL)
    assert (cascade.heads(everybody, np.array([0, 255, 300])).T == [255, 45]).all()


def test_spark_goes_around_the_ring_and_spares_the_removed():
    plane, removed = np.zeros((11, 2), np.uint64), np.zeros((11, 2), np.uint64)
    removed[10, 1] = np.uint64(1) << np.uint64(2)
    cascade.spark(plane, removed, [9, 0, 4], [4, 2, 50], [66, 0, 127])
    speaks = cascade_plain.unpack(plane)
    assert np.flatnonzero(speaks[:, 66]).tolist() == [0, 1, 9]
    assert np.flatnonzero(speaks[:, 0]).tolist() == [0, 1]
    assert speaks[:, 127].all()
    assert speaks.sum() == 3 + 2 + 11


@pytest.mark.parametrize("bounds", [[0, 9], [0, 3, 40], [0, 1, 4, 60], [0, 200, 300]])
def test_network_is_its_plain_twin(bounds):
    bounds = np.array(bounds)
    for block, rewired in ((0, 0.1), (2, 0.0), (1, 1.0)):
        got = cascade.network(KEY, block, bounds, 30, rewired)
        np.testing.assert_array_equal(got, cascade_plain.network_plain(KEY, block, bounds, 30, rewired))
        assert (np.sort(got, axis=1)[:, 1:] > np.sort(got, axis=1)[:, :-1]).all()  # eight different
        assert (got != np.arange(len(got))[:, None]).all()  # not oneself
        assert got.min() >= 0
        assert got.max() < bounds[-1]


def test_network_is_a_small_world():
    bounds = np.array([0, 2000, 5000])
    links = cascade.network(KEY, 4, bounds)
    here = np.arange(5000)[:, None]
    size, first = np.where(here < 2000, 2000, 3000), np.where(here < 2000, 0, 2000)
    far = (links < first) | (links >= first + size)
    step = (links - here) % size
    far |= np.minimum(step, size - step) > 30
    assert abs(far.mean() - 0.1) < 0.01
    assert (cascade.network(KEY, 5, bounds) != links).mean() > 0.9
    with pytest.raises(ValueError, match="8 citizens are too few for 8 different neighbours"):
        cascade.network(KEY, 0, np.array([0, 8]))


def test_levels_are_uniform_and_keyed_by_block():
    level = cascade.levels(KEY, 6, 25600)
    assert level.dtype == np.uint8
    np.testing.assert_array_equal(level[:100], cascade.levels(KEY, 6, 100))
    assert level.tolist()[:50] == [w >> 56 for w in noise.words_plain(KEY, 50, 6, 0)]
    assert abs(np.bincount(level, minlength=256) - 100).max() < 45
    assert (cascade.levels(KEY, 7, 100) != level[:100]).mean() > 0.9


graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.lists(st.integers(0, n - 1), max_size=6), min_size=n, max_size=n),
        st.lists(st.integers(-1, 7), min_size=n, max_size=n),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


@given(graphs)
@settings(max_examples=150, deadline=None)
def test_cascade_on_any_graph_is_its_plain_twin(graph):
    watches, thresholds, seeds = graph
    indptr = np.cumsum([0, *map(len, watches)])
    indices = np.array([j for row in watches for j in row], int)
    got = cascade.cascade(indptr, indices, thresholds, seeds)
    np.testing.assert_array_equal(got, cascade_plain.cascade_plain(indptr, indices, thresholds, seeds))


@pytest.mark.parametrize("seed", range(5))
def test_the_two_entries_agree_on_eight_neighbours(seed):
    """Thresholds 0 ... 9 as levels: a citizen of level l speaks with c neighbours if l < c + 1."""
    people, rng = 240, np.random.default_rng(seed)
    bounds = np.array([0, 100, people])
    links = cascade.network(KEY, seed, bounds)
    thresholds = rng.choice(10, people, p=[0.04, 0.25, 0.25, 0.12, 0.1, 0.08, 0.06, 0.05, 0.03, 0.02])
    table = cascade.tables(np.broadcast_to(np.arange(1, 10), (512, 2, 9)))
    quiet = np.zeros((people, 8), np.uint64)
    now, out, spare = quiet.copy(), quiet.copy(), quiet.copy()
    fixed = (links, thresholds.astype(np.uint8), bounds, table)
    while cascade.settle(now, quiet, *fixed, np.full(8, ALL), out, spare):
        now, out = out, now
    general = cascade.cascade(8 * np.arange(people + 1), links.ravel(), thresholds, thresholds == 0)
    np.testing.assert_array_equal(cascade_plain.unpack(now), np.repeat(general[:, None], 512, axis=1))
    assert 0 < general.sum() < people


def test_granovetters_crowds():
    """granovetter1978: thresholds 0 ... 99 bring out all; without a 1 only the first; everybody watches everybody."""
    crowd = 100
    indptr, everybody = crowd * np.arange(crowd + 1), np.tile(np.arange(crowd), crowd)
    thresholds = np.arange(crowd)
    assert cascade.cascade(indptr, everybody, thresholds, np.zeros(crowd)).sum() == 100
    thresholds[1] = 2
    assert cascade.cascade(indptr, everybody, thresholds, np.zeros(crowd)).sum() == 1


def test_shapes_that_would_run_over_the_end_are_refused():
    town = Town(1)
    sweep = (town.look, 0, town.active)
    with pytest.raises(ValueError, match="out must be a plane of its own"):
        cascade.sweep(town.now, *town.fixed, *sweep, town.now)
    with pytest.raises(ValueError, match="planes have shapes"):
        cascade.sweep(town.now, *town.fixed, *sweep, town.now[:, :1].copy())
    with pytest.raises(ValueError, match=r"table has shape \(1, 256, 9, 2\), wanted \(3, 256, 9, 2\)"):
        cascade.sweep(town.now, *town.fixed[:4], town.table[:1], *sweep, town.now.copy())
    short = np.array([0, 5, 10, 20])
    with pytest.raises(ValueError, match="bounds run from 0 to 20, wanted 0 to 41"):
        cascade.at_rest(town.now, *town.fixed[:3], short, town.table, town.now.copy())
