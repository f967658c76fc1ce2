/* One sweep of the threshold cascade, 64 histories a word, and the head count: the algorithm of
 * src/thaw/kernels/cascade.py in C, W = 8 words, the same bytes. What a compiler makes of it is the yardstick. */
#include <stdint.h>
#include <string.h>

#define W 8
typedef uint64_t words __attribute__((vector_size(64), aligned(8), may_alias));

static inline words load(const uint64_t *at) { return *(const words *)at; }

#define ADD(a, b, c, sum, carry) words x_##sum = (a) ^ (b), carry = ((a) & (b)) | (x_##sum & (c)), sum = x_##sum ^ (c)

void sweep(int64_t strata, const int64_t *bounds, const uint64_t *now, const uint64_t *removed,
           const int32_t *neighbours, const uint8_t *level, const uint64_t *table, const uint64_t *look,
           int64_t first_word, const uint64_t *active, uint64_t *restrict out)
{
    uint64_t places[32 * W];
    for (int r = 0; r < 32; r++)
        for (int w = 0; w < W; w++)
            places[r * W + w] = (uint64_t)((first_word + w) * (r + 1) % 61);
    const words everywhere = load(active);
    for (int64_t s = 0; s < strata; s++)
        for (int64_t i = bounds[s]; i < bounds[s + 1]; i++) {
            const int32_t *n = neighbours + 8 * i;
            const uint64_t *t = table + (s * 256 + level[i]) * 9 * W;
#define Y(k) load(now + (int64_t)n[k] * W)
#define T(c) load(t + (c) * W)
            ADD(Y(0), Y(1), Y(2), s0, c0);
            ADD(Y(3), Y(4), Y(5), s1, c1);
            ADD(Y(6), Y(7), s0, s2, c2);
            words one = s1 ^ s2, c3 = s1 & s2;
            ADD(c0, c1, c2, s3, d0);
            words two = s3 ^ c3, d1 = s3 & c3, four = d0 ^ d1, eight = d0 & d1;
            words low = (~two & ((~one & T(0)) | (one & T(1)))) | (two & ((~one & T(2)) | (one & T(3))));
            words high = (~two & ((~one & T(4)) | (one & T(5)))) | (two & ((~one & T(6)) | (one & T(7))));
            words fires = (~eight & ((~four & low) | (four & high))) | (eight & T(8));
            words p = load(places + (i & 31) * W), word = (words){0} + look[i];
            words mask = ((word << p) | (word >> ((64 - p) & 63))) & everywhere;
            *(words *)(out + i * W) = ((mask & fires) | (~mask & load(now + i * W))) & ~load(removed + i * W);
        }
}

void heads(int64_t strata, const int64_t *bounds, const uint64_t *plane, int32_t *out)
{
    for (int64_t s = 0; s < strata; s++) {
        words count[24];
        memset(count, 0, sizeof count);
        int bits = 1;
        while ((bounds[s + 1] - bounds[s]) >> bits)
            bits++;
        int64_t i = bounds[s];
        for (; i + 8 <= bounds[s + 1] && bits > 3; i += 8) {
            const uint64_t *at = plane + i * W;
            ADD(count[0], load(at), load(at + W), one0, a);
            ADD(one0, load(at + 2 * W), load(at + 3 * W), one1, b);
            ADD(count[1], a, b, two0, c);
            ADD(one1, load(at + 4 * W), load(at + 5 * W), one2, d);
            ADD(one2, load(at + 6 * W), load(at + 7 * W), one3, e);
            ADD(two0, d, e, two1, f);
            ADD(count[2], c, f, four, carry0);
            count[0] = one3, count[1] = two1, count[2] = four;
            words carry = carry0;
            for (int b2 = 3; b2 < bits; b2++) {
                words held = count[b2];
                count[b2] = held ^ carry;
                carry &= held;
            }
        }
        for (; i < bounds[s + 1]; i++) {
            words carry = load(plane + i * W);
            for (int b2 = 0; b2 < bits; b2++) {
                words held = count[b2];
                count[b2] = held ^ carry;
                carry &= held;
            }
        }
        for (int w = 0; w < W; w++)
            for (int h = 0; h < 64; h++) {
                int32_t sum = 0;
                for (int b2 = 0; b2 < bits; b2++)
                    sum |= (int32_t)(count[b2][w] >> h & 1) << b2;
                out[s * 64 * W + 64 * w + h] = sum;
            }
    }
}
